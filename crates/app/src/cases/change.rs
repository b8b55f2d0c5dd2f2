//! Changing what a case says, watching it, and writing something down.

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::forms::Answers;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{AgentId, CaseId, ContactId, TeamId};
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_store::cases::{self as store, history as entries, index, types};
use zhiyin_store::identity::{agents, teams};
use zhiyin_store::{Tx, contacts};

use super::create::terms_of;
use super::{CaseError, Happened, Setup, What, changed, load, locked, note_event, see};
use crate::Context;

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct CasePatch {
    /// What it is about.
    pub title: Option<String>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// The label over its status; none takes the default.
    pub label: Option<Option<String>>,
    /// The team it belongs to.
    pub team_id: Option<Option<TeamId>>,
    /// Whose problem it is.
    pub contact_id: Option<Option<ContactId>>,
    /// What was filled in; all answers, not only the changed ones.
    pub answers: Option<Answers>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

/// Changes what a case says.
pub fn update(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    patch: CasePatch,
) -> Result<Case, CaseError> {
    let before = load(tx, ctx, id, Permission::WorkCases)?;
    if patch.version.is_some_and(|it| it != before.version) {
        return Err(CaseError::Stale);
    }
    let setup = Setup::load(tx)?;
    let mut case = before.clone();
    let mut fields = Vec::new();
    if let Some(title) = &patch.title {
        case = case.retitle(title)?;
        fields.push("title");
    }
    if let Some(priority) = patch.priority {
        case = case.set_priority(priority)?;
        fields.push("priority");
    }
    if let Some(label) = &patch.label {
        case = case.relabel(&setup.labels, label.as_deref())?;
        fields.push("label");
    }
    if let Some(team) = patch.team_id {
        if let Some(team) = team
            && teams::get(tx, team)?.is_none()
        {
            return Err(CaseError::Unknown {
                what: "team",
                path: "/team_id",
            });
        }
        case.team_id = team;
        fields.push("team");
    }
    if let Some(contact) = patch.contact_id {
        case = with_contact(tx, case, contact)?;
        fields.push("contact");
    }
    if before.merged_into.is_some() {
        return Err(zhiyin_domain::cases::case::CaseError::Merged.into());
    }
    let has_answers = patch.answers.is_some();
    if let Some(answers) = patch.answers {
        set_answers(tx, ctx, &case, &answers)?;
        fields.push("answers");
    }
    if case == before && !has_answers {
        return Ok(before);
    }
    index::put(tx, id, &terms_of(&case))?;
    let what = What::Fields(fields.join(","));
    changed(tx, ctx, &setup, &before, case, what)
}

fn with_contact(
    tx: &mut Tx<'_>,
    case: Case,
    contact: Option<ContactId>,
) -> Result<Case, CaseError> {
    let account_id = match contact {
        None => None,
        Some(id) => {
            contacts::get(tx, id)?
                .ok_or(CaseError::Unknown {
                    what: "contact",
                    path: "/contact_id",
                })?
                .account_id
        }
    };
    Ok(Case {
        contact_id: contact,
        account_id,
        ..case
    })
}

/// Writes the answers of a case. Those to personal fields that the caller was shown in part
/// come back as dots, and stay.
fn set_answers(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    given: &Answers,
) -> Result<(), CaseError> {
    let version = types::version(tx, case.type_id, case.type_version)?;
    let form = version
        .ok_or(CaseError::TypeNotFound(Some(case.type_id)))?
        .terms
        .form;
    let (_, sealed) = store::answers(tx, case.id)?;
    let mut given = given.clone();
    if !ctx.access().holds(Permission::RevealPersonalData) {
        for (key, value) in &sealed {
            if given.get(key).is_none_or(|it| it == super::views::DOTS) {
                given.insert(key.clone(), value.clone());
            }
        }
    }
    let answers = form.validate(&given).map_err(CaseError::Answers)?;
    let (open, personal) = form.split_personal(answers);
    Ok(store::set_answers(tx, case.id, &open, &personal)?)
}

/// Somebody is told of everything from now on, or no longer. For oneself it takes no more
/// than to see the case.
pub fn watch(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (agent, is_watching): (Option<AgentId>, bool),
) -> Result<Case, CaseError> {
    let me = ctx.actor().agent();
    let agent = agent.or(me).ok_or(CaseError::Unknown {
        what: "agent",
        path: "/agent_id",
    })?;
    let before = if me == Some(agent) {
        locked(tx, ctx, id)?
    } else {
        load(tx, ctx, id, Permission::WorkCases)?
    };
    let known = agents::get(tx, agent)?.filter(|it| it.is_active || !is_watching);
    known.ok_or(CaseError::AgentUnfit(agent))?;
    let case = if is_watching {
        before.clone().watch(agent)?
    } else {
        before.clone().unwatch(agent)
    };
    if case == before {
        return Ok(before);
    }
    let setup = Setup::load(tx)?;
    changed(tx, ctx, &setup, &before, case, What::Watchers)
}

/// Writes something down in the history of a case: whoever sees it and works on tasks of any
/// team, as agents and the back office do.
pub fn note(tx: &mut Tx<'_>, ctx: &Context, id: CaseId, text: &str) -> Result<(), CaseError> {
    let case = locked(tx, ctx, id)?;
    if !ctx.access().holds(Permission::WorkTasks) {
        return Err(Denied {
            permission: Permission::WorkTasks,
        }
        .into());
    }
    let text = text.trim();
    if text.is_empty() || text.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(zhiyin_domain::cases::case::CaseError::Reason.into());
    }
    let happened = Happened::new("case.noted", "")
        .saying(text)
        .told(case.audience());
    Ok(note_event(tx, ctx, &case, happened)?)
}

/// A page of what happened to a case and to what is merged into it, the latest first.
pub fn history(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    before: Option<entries::HistoryCursor>,
    limit: u32,
) -> Result<Vec<entries::Entry>, CaseError> {
    let case = see(tx, ctx, id)?;
    let family = store::family(tx, case.id)?;
    Ok(entries::list(tx, &family, before, limit)?)
}
