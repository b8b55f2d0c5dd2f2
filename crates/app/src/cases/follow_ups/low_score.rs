//! A customer who gives a low score is called at once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::case::{Case, Source};
use zhiyin_domain::cases::follow_up::{FollowUp, FollowUpError, FollowUpReason, LowScoreRule};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, CaseId, ConversationId, SessionId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::session::Session;
use zhiyin_store::cases::{follow_ups as store, warnings};
use zhiyin_store::events::StoredEvent;
use zhiyin_store::identity::{agents, workspaces};
use zhiyin_store::{StoreError, Tx, cases, conversations};

use super::super::handling::HandlingError;
use super::super::setting::{self, Kept};
use super::super::{CaseError, NewCase, Setup, create, people};
use super::ask;
use crate::Context;
use crate::work::{Reactor, Work, WorkError};

/// A rating that is read later, since it was imported or the worker stood still, opens
/// nothing: the customer would be called about what is long over, and all of them at once.
const STILL_ASKED: Duration = Duration::from_hours(48);
/// Names the document.
const KIND: &str = "low_score";
/// The type of case that a call back without one is made in.
const CASE_TYPE: &str = "consultation";
/// Open call backs counted of one person.
const COUNTED_MAX: u32 = 100;

/// When a score calls for a call back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LowScoreSetting {
    /// The rule.
    pub rule: LowScoreRule,
}

/// The setting in force.
pub fn low_score(tx: &mut Tx<'_>) -> Result<Kept<LowScoreSetting>, HandlingError> {
    Ok(setting::load(tx, KIND)?)
}

/// Changes the setting.
pub fn set_low_score(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &Kept<LowScoreSetting>,
) -> Result<Kept<LowScoreSetting>, HandlingError> {
    ctx.require(Permission::ManageCaseSettings, &Resource::WORKSPACE)?;
    if !new.document.rule.is_valid() {
        return Err(FollowUpError::Limit.into());
    }
    setting::save(tx, ctx, KIND, new)
}

/// What call backs hand to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        reactors: vec![Reactor {
            name: "cases.low_score",
            react,
        }],
        ..Work::default()
    }
}

fn react(tx: &mut Tx<'_>, ctx: &Context, event: &StoredEvent) -> Result<(), WorkError> {
    let Some(Event::SessionRated {
        conversation_id,
        session_id,
        score,
    }) = &event.event
    else {
        return Ok(());
    };
    if ctx.now().since(event.meta.now) > STILL_ASKED {
        return Ok(());
    }
    Ok(rated(tx, ctx, (*conversation_id, *session_id), *score)?)
}

fn rated(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (conversation, session): (ConversationId, SessionId),
    score: u8,
) -> Result<(), HandlingError> {
    let rule = setting::load::<LowScoreSetting>(tx, KIND)?.document.rule;
    if !rule.asks(score) {
        return Ok(());
    }
    let Some(session) = conversations::sessions::get(tx, session)? else {
        return Ok(());
    };
    let setup = Setup::load(tx)?;
    let owner = caller(tx, &session)?;
    let case = match warnings::case_of_conversation(tx, conversation)? {
        Some(id) => cases::get_for_update(tx, id)?,
        None => None,
    };
    let case = match case {
        Some(case) => case,
        None => match owner {
            Some(owner) => match begin(tx, ctx, conversation, (&session, score, owner)) {
                // Nobody works here who may have a case, or there is no such type any more.
                Err(HandlingError::Case(
                    CaseError::AgentUnfit(_) | CaseError::TypeOff | CaseError::TypeNotFound(_),
                )) => return Ok(()),
                other => other?,
            },
            // Nobody works here who could be asked.
            None => return Ok(()),
        },
    };
    // A customer who changes their mind is called once.
    if store::of_case(tx, case.id)?.iter().any(FollowUp::is_open) {
        return Ok(());
    }
    let owner = owner.unwrap_or_else(|| case.owner_id());
    let reason = FollowUpReason::LowScore { score };
    let asked = (reason, owner, rule.within, rule.ladder);
    ask(tx, ctx, &setup, &case, asked)?;
    Ok(())
}

/// Who calls: of those who lead the one with the fewest open call backs, so that nobody has
/// to ask how they were themselves; else whoever had the session.
fn caller(tx: &mut Tx<'_>, session: &Session) -> Result<Option<AgentId>, StoreError> {
    let agent = session.assignee_id.or(session.first_response_by);
    let active = match agent {
        Some(id) => agents::get(tx, id)?.filter(|agent| agent.is_active),
        None => None,
    };
    let agent = active.map(|agent| agent.id);
    let team = conversations::get(tx, session.conversation_id)?.and_then(|it| it.team_id);
    let around = agent.unwrap_or(AgentId::from_uuid(uuid::Uuid::nil()));
    let line = people::line(tx, team, around)?;
    for level in line {
        let mut best: Option<(usize, AgentId)> = None;
        for id in level.into_iter().filter(|id| Some(*id) != agent) {
            let open = store::open(tx, Some(id), None, COUNTED_MAX)?.len();
            if best.is_none_or(|best| (open, id) < best) {
                best = Some((open, id));
            }
        }
        if let Some((_, id)) = best {
            return Ok(Some(id));
        }
    }
    Ok(agent)
}

/// A case for a call back of a customer who has none.
fn begin(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: ConversationId,
    (session, score, owner): (&Session, u8, AgentId),
) -> Result<Case, HandlingError> {
    let locale = workspaces::load(tx)?.locale;
    let title = match locale {
        Locale::ZhCn => format!("低分回访（{score} 分）"),
        Locale::En => format!("Call back after a low score ({score} of 5)"),
    };
    let new = NewCase {
        type_key: Some(CASE_TYPE.to_owned()),
        title,
        contact_id: Some(session.contact_id),
        source: Source::Rule,
        owner_id: Some(owner),
        conversation_ids: vec![conversation],
        ..NewCase::default()
    };
    let id: CaseId = create(tx, ctx, &new)?.id;
    cases::get_for_update(tx, id)?.ok_or(HandlingError::NotFound("case"))
}
