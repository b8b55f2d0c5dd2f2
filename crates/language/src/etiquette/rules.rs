//! Rules as data: reading them, telling what is wrong with them, and matching.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use thiserror::Error;

use super::{Context, Finding, Kind, Severity, Situation};

const ZH: &str = include_str!("../../data/etiquette/rules_zh.tsv");
const EN: &str = include_str!("../../data/etiquette/rules_en.tsv");
/// Bytes that one compiled pattern may take; a pattern of somebody's own cannot eat the
/// memory.
const PATTERN_BYTES_MAX: usize = 2 << 20;

static BUILT_IN: LazyLock<[Option<RuleSet>; 2]> =
    LazyLock::new(|| [RuleSet::parse(ZH).ok(), RuleSet::parse(EN).ok()]);

/// Why a line is no rule.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: {problem}")]
pub struct RuleError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What to change.
    pub problem: String,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique in its set.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// How a finding is shown.
    pub severity: Severity,
    /// Complaint rules are silent elsewhere.
    pub situation: Situation,
    /// Only for this kind of channel; empty for all.
    pub channel: String,
    /// Why.
    pub reason: String,
    /// Better wording.
    pub better: String,
    pattern: Option<Regex>,
    unless: Option<Regex>,
}

/// Rules of one language.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    /// The set in the program for `zh` or `en`; other languages have none.
    pub fn built_in(language: &str) -> Option<&'static Self> {
        match language {
            "zh" => BUILT_IN[0].as_ref(),
            "en" => BUILT_IN[1].as_ref(),
            _ => None,
        }
    }

    /// The text of the set in the program, for editing a copy.
    pub fn built_in_text(language: &str) -> Option<&'static str> {
        match language {
            "zh" => Some(ZH),
            "en" => Some(EN),
            _ => None,
        }
    }

    /// Reads lines of `id kind severity situation pattern unless reason better` between
    /// tabs. Lines that begin with `#` are left out. A pattern is a regular expression that
    /// runs in linear time; a match of `unless` anywhere in the text silences the rule. The
    /// situation may name a channel: `any@email`.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let mut rules: Vec<Rule> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let rule = parse_line(line).map_err(|problem| RuleError {
                line: at + 1,
                problem,
            })?;
            if rules.iter().any(|other| other.id == rule.id) {
                let problem = format!("there is a rule `{}` already: choose another id", rule.id);
                return Err(RuleError {
                    line: at + 1,
                    problem,
                });
            }
            rules.push(rule);
        }
        Ok(Self { rules })
    }

    /// The rules in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

fn parse_line(line: &str) -> Result<Rule, String> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [
        id,
        kind,
        severity,
        situation,
        pattern,
        unless,
        reason,
        better,
    ] = cells[..]
    else {
        return Err(format!(
            "{} columns, 8 are needed, with tabs between them",
            cells.len()
        ));
    };
    let known = Kind::ALL.into_iter().find(|known| known.name() == kind);
    let kind = known.ok_or_else(|| format!("`{kind}` is no kind"))?;
    let severity = match severity {
        "hint" => Severity::Hint,
        "warn" => Severity::Warn,
        "stop" => Severity::Stop,
        other => return Err(format!("`{other}` is none of hint, warn, stop")),
    };
    let (situation, channel) = situation.split_once('@').unwrap_or((situation, ""));
    let situation = match situation {
        "any" => Situation::Any,
        "complaint" => Situation::Complaint,
        other => return Err(format!("`{other}` is none of any, complaint")),
    };
    Ok(Rule {
        id: id.to_owned(),
        kind,
        severity,
        situation,
        channel: channel.to_owned(),
        reason: reason.to_owned(),
        better: better.to_owned(),
        pattern: compile(pattern)?,
        unless: compile(unless)?,
    })
}

fn compile(pattern: &str) -> Result<Option<Regex>, String> {
    if pattern.is_empty() {
        return Ok(None);
    }
    let built = regex::RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES_MAX)
        .build();
    built
        .map(Some)
        .map_err(|error| format!("the pattern is wrong: {error}"))
}

impl Rule {
    pub(super) fn applies(&self, context: Context<'_>) -> bool {
        (self.situation == Situation::Any || self.situation == context.situation)
            && (self.channel.is_empty() || self.channel == context.channel)
    }

    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        let found = self.pattern.as_ref()?.find(text)?;
        let is_silenced = self
            .unless
            .as_ref()
            .is_some_and(|unless| unless.is_match(text));
        (!is_silenced).then(|| found.range())
    }

    pub(super) fn finding<'a>(&'a self, place: Range<usize>, better: &'a str) -> Finding<'a> {
        Finding {
            place,
            rule: &self.id,
            kind: self.kind,
            severity: self.severity,
            reason: &self.reason,
            better,
        }
    }
}
