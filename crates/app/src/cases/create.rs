//! Opening cases: whoever takes it first answers for it.

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::case::{Case, Source, clean_title};
use zhiyin_domain::cases::case_type::{CaseTerms, CaseType};
use zhiyin_domain::cases::forms::Answers;
use zhiyin_domain::cases::number::CaseNumber;
use zhiyin_domain::cases::ownership::Ownership;
use zhiyin_domain::cases::run::Run;
use zhiyin_domain::cases::severity::ComplaintFacts;
use zhiyin_domain::cases::status::CaseStatus;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{
    AccountId, AgentId, CaseId, CaseTypeId, ContactId, ConversationId, TeamId,
};
use zhiyin_domain::permission::{Access, Denied, Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::{self as store, index, runs, talks, types};
use zhiyin_store::identity::{access, agents, teams};
use zhiyin_store::{Tx, contacts, conversations, inboxes};

use super::types::seed_types;
use super::{CaseError, Happened, Setup, beside, note_event, replan, steps};
use crate::Context;

/// Names the counter of the human numbers.
const COUNTER: &str = "case";

/// A case to be opened.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// Of which type; or by its key.
    pub type_id: Option<CaseTypeId>,
    /// Of which type, by its key.
    pub type_key: Option<String>,
    /// What it is about, in one line.
    pub title: String,
    /// Whose problem it is; with a conversation, the contact of it.
    pub contact_id: Option<ContactId>,
    /// The company or household of the customer; if left out that of the contact.
    pub account_id: Option<AccountId>,
    /// How it came.
    pub source: Source,
    /// Who answers for it; if left out whoever opens it.
    pub owner_id: Option<AgentId>,
    /// The team it belongs to; if left out the one team of the owner.
    pub team_id: Option<TeamId>,
    /// How urgent; if left out as the type says.
    pub priority: Option<Priority>,
    /// What was filled in.
    pub answers: Answers,
    /// Conversations that belong to it.
    pub conversation_ids: Vec<ConversationId>,
    /// What is known of a complaint.
    pub facts: Option<ComplaintFacts>,
    /// When a complaint came in, if before now.
    pub received_at: Option<Timestamp>,
}

impl Default for NewCase {
    fn default() -> Self {
        Self {
            type_id: None,
            type_key: None,
            title: String::new(),
            contact_id: None,
            account_id: None,
            source: Source::Manual,
            owner_id: None,
            team_id: None,
            priority: None,
            answers: Answers::new(),
            conversation_ids: Vec::new(),
            facts: None,
            received_at: None,
        }
    }
}

/// The type a case is to be of, with what it says now.
fn case_type(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewCase,
) -> Result<(CaseType, CaseTerms), CaseError> {
    seed_types(tx, ctx)?;
    let found = match (&new.type_id, &new.type_key) {
        (Some(id), _) => types::get(tx, *id)?,
        (None, Some(key)) => types::by_key(tx, key)?,
        (None, None) => None,
    };
    let found = found.ok_or(CaseError::TypeNotFound(new.type_id))?;
    if !found.is_enabled || found.version_number == 0 {
        return Err(CaseError::TypeOff);
    }
    let version = types::version(tx, found.id, found.version_number)?;
    let terms = version.ok_or(CaseError::TypeOff)?.terms;
    Ok((found, terms))
}

/// The access of an agent who works here and may work on cases somewhere.
pub(super) fn fit(tx: &mut Tx<'_>, agent: AgentId) -> Result<Access, CaseError> {
    let known = agents::get(tx, agent)?.filter(|agent| agent.is_active);
    known.ok_or(CaseError::AgentUnfit(agent))?;
    let access = access::load(tx, agent)?;
    if access.holds(Permission::WorkCases) {
        Ok(access)
    } else {
        Err(CaseError::AgentUnfit(agent))
    }
}

/// Who answers for it, and the team it is in.
fn owner(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewCase,
) -> Result<(AgentId, Option<TeamId>), CaseError> {
    let me = ctx.actor().agent();
    let owner = new.owner_id.or(me).ok_or(CaseError::NoOwner)?;
    let access = fit(tx, owner)?;
    if let Some(team) = new.team_id
        && teams::get(tx, team)?.is_none()
    {
        return Err(CaseError::Unknown {
            what: "team",
            path: "/team_id",
        });
    }
    let only = access.teams.iter().next().copied();
    let only = only.filter(|_| access.teams.len() == 1);
    let team = new.team_id.or(only);
    let resource = Resource {
        inbox: None,
        team,
        assignee: Some(owner),
    };
    ctx.require(Permission::WorkCases, &resource)?;
    let gives_away = matches!(ctx.actor(), Actor::Agent(_)) && me != Some(owner);
    if gives_away {
        ctx.require(Permission::AssignCases, &resource)?;
    }
    Ok((owner, team))
}

/// Whose problem it is: of the conversation, else as it was said.
fn customer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewCase,
) -> Result<(Option<ContactId>, Option<AccountId>), CaseError> {
    let mut contact_id = new.contact_id;
    for id in &new.conversation_ids {
        let conversation = crate::conversations::get_conversation(tx, ctx, *id)?;
        contact_id = contact_id.or(Some(conversation.conversation.contact_id));
    }
    if let Source::Conversation {
        conversation_id,
        message_ids,
    } = &new.source
    {
        for id in message_ids {
            conversations::messages::get(tx, *id)?
                .filter(|message| message.conversation_id == *conversation_id)
                .ok_or(CaseError::Unknown {
                    what: "message",
                    path: "/message_ids",
                })?;
        }
    }
    let Some(id) = contact_id else {
        return Ok((None, new.account_id));
    };
    let contact = contacts::get(tx, id)?.ok_or(CaseError::Unknown {
        what: "contact",
        path: "/contact_id",
    })?;
    Ok((Some(id), new.account_id.or(contact.account_id)))
}

/// The words a case is found by.
pub(super) fn terms_of(case: &Case) -> BTreeSet<String> {
    let mut terms = zhiyin_language::name_terms(&case.title);
    terms.insert(case.number.count().to_string());
    terms
}

/// What was filled in, in stored form.
fn answers(terms: &CaseTerms, new: &NewCase) -> Result<Answers, CaseError> {
    match &new.source {
        // Nobody fills in a form where a rule or a call back opens a case.
        Source::Rule | Source::FollowUp { .. } => Ok(new.answers.clone()),
        Source::Conversation { .. }
        | Source::Form
        | Source::Portal
        | Source::Api { .. }
        | Source::Manual
        | Source::Recurrence { .. } => terms
            .form
            .validate(&new.answers)
            .map_err(CaseError::Answers),
    }
}

/// Opens a case: its first step begins, and a complaint is received.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, new: &NewCase) -> Result<Case, CaseError> {
    if !ctx.access().holds(Permission::WorkCases) {
        return Err(Denied {
            permission: Permission::WorkCases,
        }
        .into());
    }
    let title = clean_title(&new.title)?;
    let (case_type, terms) = case_type(tx, ctx, new)?;
    let (owner, team_id) = owner(tx, ctx, new)?;
    let (contact_id, account_id) = customer(tx, ctx, new)?;
    let answers = answers(&terms, new)?;
    let setup = Setup::load(tx)?;
    let number = inboxes::next_number(tx, COUNTER)?;
    let id: CaseId = ctx.id();
    let case = Case {
        id,
        number: CaseNumber::of(number).ok_or(zhiyin_store::StoreError::Aborted)?,
        type_id: case_type.id,
        type_version: case_type.version_number,
        is_complaint: terms.is_complaint,
        title,
        contact_id,
        account_id,
        source: new.source.clone(),
        status: CaseStatus::New,
        label: None,
        priority: new.priority.unwrap_or(terms.priority),
        ownership: Ownership::first(owner, ctx.now()),
        team_id,
        watcher_ids: BTreeSet::new(),
        merged_into: None,
        reopen_count: 0,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &case)?;
    let (open, personal) = terms.form.split_personal(answers);
    store::set_answers(tx, id, &open, &personal)?;
    index::put(tx, id, &terms_of(&case))?;
    for conversation in &new.conversation_ids {
        talks::link(tx, id, *conversation, (ctx.actor(), ctx.now()))?;
    }
    let run = Run::start(
        &terms.procedure,
        case.type_version,
        setup.steps(),
        ctx.now(),
    )?;
    runs::put(tx, id, &run)?;
    note_event(
        tx,
        ctx,
        &case,
        Happened::new("case.created", case.source.as_str()).told([owner]),
    )?;
    beside::created(tx, ctx, &setup, &case, new)?;
    // What belongs to it may have changed it: a severity sets the priority.
    let case = store::get_for_update(tx, id)?.ok_or(CaseError::NotFound(id))?;
    let case = steps::follow(tx, ctx, &setup, &case, &run)?;
    replan(tx, ctx, &setup, &case)?;
    Ok(case)
}
