//! Figures of the etiquette rules on labelled messages of agents.

use super::{Elapsed, Figures};
use crate::etiquette::{Context, RuleSet, Situation, check};

/// A message of an agent with what is wrong about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentMessage {
    /// What was written.
    pub text: String,
    /// Whether the customer complains.
    pub is_complaint: bool,
    /// Name of the kind of finding, or `ok`.
    pub kind: String,
    /// `dev` or `held`: whether it was looked at while rules were written.
    pub part: String,
}

/// Reads `part situation kind text` between tabs; lines that begin with `#` are left out.
pub fn read_agent_messages(content: &str) -> Vec<AgentMessage> {
    let lines = content.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let [part, situation, kind, text] = line.split('\t').collect::<Vec<_>>()[..] else {
                return None;
            };
            Some(AgentMessage {
                text: text.to_owned(),
                is_complaint: situation == "complaint",
                kind: kind.to_owned(),
                part: part.to_owned(),
            })
        })
        .collect()
}

/// How often the messages are checked for the speed.
const ROUNDS: usize = 20;

/// By part: `etiquette_<part>_precision` (of messages with a finding, how many are wrong),
/// `…_recall` (of wrong ones, how many have a finding), `…_kind` (how many have one of the
/// right kind); and `etiquette_per_second`.
pub fn etiquette(messages: &[AgentMessage], language: &str, elapsed: Elapsed<'_>) -> Figures {
    let mut figures = Figures::new();
    let Some(set) = RuleSet::built_in(language) else {
        return figures;
    };
    for part in ["dev", "held"] {
        let (mut wrong, mut said, mut both, mut of_kind) = (0.0, 0.0, 0.0, 0.0);
        for message in messages.iter().filter(|message| message.part == part) {
            let found = check(set, &message.text, context(message));
            let is_wrong = message.kind != "ok";
            wrong += f64::from(u8::from(is_wrong));
            said += f64::from(u8::from(!found.is_empty()));
            both += f64::from(u8::from(is_wrong && !found.is_empty()));
            of_kind += f64::from(u8::from(
                found
                    .iter()
                    .any(|finding| finding.kind.name() == message.kind),
            ));
        }
        let share = |of: f64, all: f64| of / f64::max(all, 1.0);
        figures.insert(format!("etiquette_{part}_precision"), share(both, said));
        figures.insert(format!("etiquette_{part}_recall"), share(both, wrong));
        figures.insert(format!("etiquette_{part}_kind"), share(of_kind, wrong));
    }
    let started = elapsed();
    let mut findings = 0;
    for message in (0..ROUNDS).flat_map(|_| messages) {
        findings += check(set, &message.text, context(message)).len();
    }
    let seconds = elapsed().saturating_sub(started).as_secs_f64().max(1e-9);
    figures.insert(
        "etiquette_findings".to_owned(),
        findings as f64 / ROUNDS as f64,
    );
    figures.insert(
        "etiquette_per_second".to_owned(),
        (ROUNDS * messages.len()) as f64 / seconds,
    );
    figures
}

fn context(message: &AgentMessage) -> Context<'static> {
    let situation = if message.is_complaint {
        Situation::Complaint
    } else {
        Situation::Any
    };
    Context {
        situation,
        ..Context::default()
    }
}

/// Messages the rules get wrong, of the part that may be looked at: what to work on next.
pub fn etiquette_errors(messages: &[AgentMessage], language: &str) -> Vec<String> {
    let Some(set) = RuleSet::built_in(language) else {
        return Vec::new();
    };
    let looked_at = messages.iter().filter(|message| message.part == "dev");
    looked_at
        .filter_map(|message| {
            let found = check(set, &message.text, context(message));
            let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
            let is_right = found
                .iter()
                .any(|finding| finding.kind.name() == message.kind)
                || (message.kind == "ok" && found.is_empty());
            (!is_right).then(|| format!("{}\t{}\t{rules:?}", message.kind, message.text))
        })
        .collect()
}
