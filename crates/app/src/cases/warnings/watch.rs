//! Looking for what could grow: by the hour at numbers, at every message and case for words.

use std::time::Duration;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, CaseId, InboxId, WorkspaceId};
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_store::cases::warnings::{self as store, StoredWarning};
use zhiyin_store::conversations::messages;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::{StoreError, Tx, cases};

use super::statistics::{is_run, is_silence};
use super::{KIND, Warning, WarningFacts, WarningRules, told};
use crate::cases::handling::HandlingError;
use crate::cases::{people, setting};
use crate::work::{Reactor, Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// What is usual is learned from so many weeks.
const WEEKS: u32 = 4;
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Cases named in a warning.
const NAMED_MAX: u32 = 20;

/// What warnings hand to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        reactors: vec![Reactor {
            name: "cases.keywords",
            react,
        }],
        reconcilers: vec![Reconciler {
            name: "cases.warnings",
            period: Duration::from_mins(5),
            rest: Duration::from_mins(5),
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let workspaces: Vec<WorkspaceId> = app.store().read_system(store::workspaces).await?;
    let mut failed = None;
    for workspace in workspaces {
        let principal = Principal::system(workspace, "warnings");
        // One company's trouble must not hide another's.
        if let Err(error) = app.write(&principal, look).await {
            failed = Some(error);
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        // Looking again at once would find the same.
        None => Ok(Round::default()),
    }
}

/// One look at all numbers of a workspace.
fn look(tx: &mut Tx<'_>, ctx: &Context) -> Result<(), HandlingError> {
    let rules: WarningRules = setting::load(tx, KIND)?.document;
    if rules.run.is_enabled {
        runs(tx, ctx, &rules)?;
    }
    if rules.backlog.is_enabled {
        backlogs(tx, ctx, &rules)?;
    }
    if rules.channel.is_enabled {
        channels(tx, ctx, &rules)?;
    }
    Ok(())
}

/// Whole numbers of our size are exact.
fn number(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "rates of cases are far below the limits of the type"
)]
fn hundredths(usual: f64) -> i64 {
    (usual * 100.0).round() as i64
}

/// More cases of a type than usual.
fn runs(tx: &mut Tx<'_>, ctx: &Context, rules: &WarningRules) -> Result<(), HandlingError> {
    let window = Duration::from_secs(rules.run.window_s.into());
    let from = ctx.now().minus(window);
    let past_from = from.minus(DAY * 7 * WEEKS);
    let past = store::runs(tx, past_from, from)?;
    let share = window.as_secs_f64() / (DAY * 7 * WEEKS).as_secs_f64();
    let after_now = ctx.now().plus(Duration::from_micros(1));
    for run in store::runs(tx, from, after_now)? {
        let before = past.iter().find(|it| it.type_id == run.type_id);
        let usual = number(before.map_or(0, |it| it.count)) * share;
        let count = u32::try_from(run.count).unwrap_or(u32::MAX);
        if count < rules.run.count || !is_run(count, usual) {
            continue;
        }
        let facts = WarningFacts {
            count: run.count,
            usual_hundredths: hundredths(usual),
            case_ids: store::of_type(tx, run.type_id, from, NAMED_MAX)?,
            type_id: Some(run.type_id),
            ..WarningFacts::default()
        };
        raise(tx, ctx, rules, ("run", run.type_id.to_string(), facts))?;
    }
    Ok(())
}

/// Cases on which nothing happens.
fn backlogs(tx: &mut Tx<'_>, ctx: &Context, rules: &WarningRules) -> Result<(), HandlingError> {
    let before = ctx.now().minus(HOUR * rules.backlog.hours);
    for (team, count) in store::silent(tx, before)? {
        if count < i64::from(rules.backlog.count) {
            continue;
        }
        let facts = WarningFacts {
            count,
            team_id: team,
            ..WarningFacts::default()
        };
        let subject = team.map_or_else(|| "nobody".to_owned(), |team| team.to_string());
        raise(tx, ctx, rules, ("backlog", subject, facts))?;
    }
    Ok(())
}

/// Inboxes in which nobody writes at hours at which people usually do: compared with the
/// same hours of the last weeks.
fn channels(tx: &mut Tx<'_>, ctx: &Context, rules: &WarningRules) -> Result<(), HandlingError> {
    let window = HOUR * rules.channel.silent_hours;
    let now = ctx.now();
    let from = now.minus(window);
    let present = store::openings(tx, from, now.plus(Duration::from_micros(1)))?;
    let mut usual = std::collections::BTreeMap::new();
    for week in 1..=WEEKS {
        let shift = DAY * 7 * week;
        for (inbox, count) in store::openings(tx, from.minus(shift), now.minus(shift))? {
            *usual.entry(inbox).or_insert(0) += count;
        }
    }
    for (inbox, count) in usual {
        let usual = number(count) / f64::from(WEEKS);
        if present.iter().any(|(id, _)| *id == inbox) || !is_silence(usual) {
            continue;
        }
        let facts = WarningFacts {
            usual_hundredths: hundredths(usual),
            inbox_id: Some(inbox),
            ..WarningFacts::default()
        };
        raise(tx, ctx, rules, ("channel", inbox.to_string(), facts))?;
    }
    Ok(())
}

/// The mailbox of an inbox is not read: the same warning as for a channel that fell silent.
pub(crate) fn mailbox_is_silent(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
) -> Result<(), HandlingError> {
    let rules: WarningRules = setting::load(tx, KIND)?.document;
    let facts = WarningFacts {
        inbox_id: Some(inbox),
        ..WarningFacts::default()
    };
    raise(tx, ctx, &rules, ("channel", inbox.to_string(), facts))
}

/// Raises a warning, or sees one that is open again.
fn raise(
    tx: &mut Tx<'_>,
    ctx: &Context,
    rules: &WarningRules,
    (kind, subject, facts): (&str, String, WarningFacts),
) -> Result<(), HandlingError> {
    let warning: Warning = StoredWarning {
        id: ctx.id(),
        kind: kind.to_owned(),
        subject,
        facts,
        people: people_of(tx, rules)?,
        plan: rules.plan_of(kind),
        opened_at: ctx.now(),
        last_seen_at: ctx.now(),
        closed: None,
        note: None,
        version: 1,
    };
    if store::raise(tx, &warning)? {
        told(tx, ctx, &warning)?;
    }
    Ok(())
}

/// Those who are named, else whoever leads the floor.
fn people_of(tx: &mut Tx<'_>, rules: &WarningRules) -> Result<Vec<AgentId>, StoreError> {
    if !rules.people.is_empty() {
        return Ok(rules.people.clone());
    }
    let nobody = AgentId::from_uuid(uuid::Uuid::nil());
    let line = people::line(tx, None, nobody)?;
    let floor = zhiyin_domain::cases::escalation::on_level(&line, 2);
    Ok(floor.into_iter().flatten().copied().collect())
}

fn react(tx: &mut Tx<'_>, ctx: &Context, event: &StoredEvent) -> Result<(), WorkError> {
    if let Some(Event::MessageCreated { message_id, .. }) = &event.event {
        let Some(message) = messages::get(tx, *message_id)? else {
            return Ok(());
        };
        let is_theirs = matches!(message.author, Author::Contact(_));
        if !is_theirs || message.kind != MessageKind::Text {
            return Ok(());
        }
        let case = store::case_of_conversation(tx, message.conversation_id)?;
        let about = case.map_or_else(|| message.conversation_id.to_string(), |id| id.to_string());
        return Ok(words(tx, ctx, (&message.text, about, case))?);
    }
    if let Some(Event::CaseCreated { case_id, .. }) = &event.event {
        let case: Option<Case> = cases::get(tx, *case_id)?;
        if let Some(case) = case {
            let about = case.id.to_string();
            return Ok(words(tx, ctx, (&case.title, about, Some(case.id)))?);
        }
    }
    Ok(())
}

/// Looks for the words in a text. One warning for each conversation or case, whatever the
/// word.
fn words(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (text, about, case): (&str, String, Option<CaseId>),
) -> Result<(), HandlingError> {
    let rules: WarningRules = setting::load(tx, KIND)?.document;
    if !rules.keywords.is_enabled {
        return Ok(());
    }
    let Some(word) = find(text, &rules.keywords.words) else {
        return Ok(());
    };
    let facts = WarningFacts {
        count: 1,
        case_ids: case.into_iter().collect(),
        word: Some(word.to_owned()),
        ..WarningFacts::default()
    };
    raise(tx, ctx, &rules, ("keyword", about, facts))
}

/// The first word that stands in a text. Words in Latin letters stand alone, so that
/// `sue` is not found in `issue`; Chinese ones stand anywhere.
fn find<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    let folded = zhiyin_language::fold(text);
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    words.iter().map(String::as_str).find(|word| {
        let wanted = zhiyin_language::fold(word.trim());
        let is_latin = wanted.is_ascii();
        folded.match_indices(wanted.as_str()).any(|(at, found)| {
            let before = folded[..at].chars().next_back();
            let after = folded[at + found.len()..].chars().next();
            !is_latin || (!before.is_some_and(is_letter) && !after.is_some_and(is_letter))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone_in_latin_and_anywhere_in_chinese() {
        let words: Vec<String> = ["律师", "sue", "12315"].map(str::to_owned).into();
        let found = |text: &str| find(text, &words).map(str::to_owned);
        assert_eq!(found("我要找律师函"), Some("律师".to_owned()));
        assert_eq!(found("I will SUE you."), Some("sue".to_owned()));
        assert_eq!(found("an issue with my tissue"), None);
        assert_eq!(found("打１２３１５"), Some("12315".to_owned()));
        assert_eq!(found("order 9123150"), None);
    }
}
