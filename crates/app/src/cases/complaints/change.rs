//! What agents do with a complaint.

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::complainants::{Assessment, ComplainantKind, Temperament};
use zhiyin_domain::cases::complaints::{Act, CauseCategory, Complaint, Validity};
use zhiyin_domain::cases::severity::ComplaintFacts;
use zhiyin_domain::ids::{AgentId, CaseId, MessageId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::cases::complaints::{self as store, ComplaintFile};
use zhiyin_store::identity::agents;

use super::super::follow_ups;
use super::super::handling::{Beside, HandlingError, alive, doer, happened, say};
use super::super::{Setup, What, changed, load as load_case};
use super::{ComplaintView, load, settings, view};
use crate::Context;
use crate::conversations::Prepared;

/// The event of every change.
const EVENT: &str = "case.complaint_changed";

/// What is told to the customer with a step, ready to be sent, and as it was typed.
#[derive(Debug, Clone)]
pub struct Said {
    /// As it was typed, for the history.
    pub text: String,
    /// Ready to be sent.
    pub prepared: Prepared,
}

/// The complaint after a step, with the message that told the customer.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The complaint.
    pub view: ComplaintView,
    /// The message; none if there is no conversation the caller may answer in.
    pub message_id: Option<MessageId>,
}

struct Open {
    case: Case,
    setup: Setup,
    file: ComplaintFile,
    act: Act,
}

fn open(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Open, HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    let setup = Setup::load(tx)?;
    let file = load(tx, &case)?;
    let act = Act {
        by: doer(ctx, &case),
        at: ctx.now(),
    };
    Ok(Open {
        case,
        setup,
        file,
        act,
    })
}

/// Saves the record and writes down what was done.
fn keep(
    tx: &mut Tx<'_>,
    ctx: &Context,
    open: Open,
    complaint: Complaint,
    (what, text): (&str, Option<String>),
) -> Result<ComplaintView, HandlingError> {
    let Open {
        case, setup, file, ..
    } = open;
    let file = ComplaintFile { complaint, ..file };
    let file = store::save(tx, file)?;
    let beside = Beside {
        case: &case,
        kind: EVENT,
        what: what.to_owned(),
        text,
        notify: told(ctx, &case),
    };
    happened(tx, ctx, &setup, beside)?;
    view(tx, &setup, file)
}

/// Owner and watchers, without whoever acts.
fn told(ctx: &Context, case: &Case) -> Vec<AgentId> {
    let actor = ctx.actor().agent();
    let all = case.audience().into_iter();
    all.filter(|id| Some(*id) != actor).collect()
}

/// Something new is known of how severe it is. The urgency of the case follows upwards.
pub fn reassess(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    facts: ComplaintFacts,
) -> Result<ComplaintView, HandlingError> {
    let mut open = open(tx, ctx, id)?;
    let matrix = settings::load(tx)?.document.matrix;
    let business = open.setup.business();
    let complaint = open
        .file
        .complaint
        .clone()
        .reassess(facts, &matrix, business, open.act);
    let priority = complaint.severity().priority();
    if priority > open.case.priority {
        let before = open.case.clone();
        let after = before.clone().set_priority(priority)?;
        let saved = store::save(
            tx,
            ComplaintFile {
                complaint,
                ..open.file
            },
        )?;
        open.case = changed(tx, ctx, &open.setup, &before, after, What::Priority)?;
        let complaint = saved.complaint.clone();
        open.file = saved;
        return keep(tx, ctx, open, complaint, ("reassessed", None));
    }
    keep(tx, ctx, open, complaint, ("reassessed", None))
}

/// The customer is told when there will be a reply; handling begins.
pub fn acknowledge(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    reply_by: Timestamp,
    said: Option<&Said>,
) -> Result<Telling, HandlingError> {
    let open = open(tx, ctx, id)?;
    let complaint = open
        .file
        .complaint
        .clone()
        .acknowledge(reply_by, open.act)?;
    tell_with(tx, ctx, open, complaint, "acknowledged", said)
}

/// The customer hears how things stand.
pub fn update(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    said: &Said,
) -> Result<Telling, HandlingError> {
    let open = open(tx, ctx, id)?;
    let complaint = open.file.complaint.clone().update(open.act)?;
    tell_with(tx, ctx, open, complaint, "updated", Some(said))
}

fn tell_with(
    tx: &mut Tx<'_>,
    ctx: &Context,
    open: Open,
    complaint: Complaint,
    what: &str,
    said: Option<&Said>,
) -> Result<Telling, HandlingError> {
    let case = open.case.clone();
    let text = said.map(|said| said.text.clone());
    let view = keep(tx, ctx, open, complaint, (what, text))?;
    let message_id = match said {
        Some(said) => say(tx, ctx, &case, &said.prepared)?,
        None => None,
    };
    Ok(Telling { view, message_id })
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Whether the complaint is right.
    pub validity: Validity,
    /// Why; the customer is told.
    pub reasons: String,
    /// What the customer gets.
    pub remedy: String,
}

/// Decides whether the complaint is right, and says why.
pub fn decide(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    found: &Found,
) -> Result<ComplaintView, HandlingError> {
    let open = open(tx, ctx, id)?;
    let complaint = open.file.complaint.clone();
    let complaint = complaint.decide(found.validity, &found.reasons, &found.remedy, open.act)?;
    let text = Some(found.reasons.clone());
    keep(tx, ctx, open, complaint, ("decided", text))
}

/// The reply goes out, and somebody is to call back.
pub fn reply(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    said: &Said,
) -> Result<Telling, HandlingError> {
    let open = open(tx, ctx, id)?;
    let complaint = open.file.complaint.clone().reply(open.act)?;
    follow_ups::replied(tx, ctx, &open.setup, &open.case)?;
    tell_with(tx, ctx, open, complaint, "replied", Some(said))
}

/// Why it happened.
pub fn name_cause(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    category: CauseCategory,
    text: &str,
) -> Result<ComplaintView, HandlingError> {
    let open = open(tx, ctx, id)?;
    let complaint = open.file.complaint.clone().name_cause(category, text)?;
    keep(
        tx,
        ctx,
        open,
        complaint,
        ("cause_named", Some(text.to_owned())),
    )
}

/// What is to be done so that it does not happen again.
#[derive(Debug, Clone)]
pub struct NewAction {
    /// What.
    pub text: String,
    /// Who sees to it.
    pub owner_id: AgentId,
    /// Until when.
    pub due_at: Timestamp,
}

/// Plans the corrective action.
pub fn plan_action(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    new: &NewAction,
) -> Result<ComplaintView, HandlingError> {
    let open = open(tx, ctx, id)?;
    let owner = agents::get(tx, new.owner_id)?.filter(|agent| agent.is_active);
    owner.ok_or(HandlingError::Invalid {
        path: "/owner_id",
        detail: "There is no such agent.".to_owned(),
    })?;
    let complaint = open.file.complaint.clone();
    let complaint = complaint.plan_action(&new.text, new.owner_id, new.due_at, ctx.now())?;
    let text = Some(new.text.clone());
    keep(tx, ctx, open, complaint, ("action_planned", text))
}

/// The corrective action is done; whoever was to do it may say so too.
pub fn finish_action(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    result: &str,
) -> Result<ComplaintView, HandlingError> {
    let case =
        zhiyin_store::cases::get_for_update(tx, id)?.ok_or(HandlingError::NotFound("case"))?;
    let file = store::get(tx, id)?.ok_or(HandlingError::NotFound("complaint"))?;
    let owner = file.complaint.action.as_ref().map(|action| action.owner_id);
    let is_own = owner.is_some() && owner == ctx.actor().agent();
    if !is_own {
        load_case(tx, ctx, id, Permission::WorkCases)?;
    }
    let act = Act {
        by: doer(ctx, &case),
        at: ctx.now(),
    };
    let setup = Setup::load(tx)?;
    let complaint = file.complaint.clone().finish_action(result, ctx.now())?;
    let open = Open {
        case,
        setup,
        file,
        act,
    };
    let text = Some(result.to_owned());
    keep(tx, ctx, open, complaint, ("action_done", text))
}

/// What an agent thinks of who complains. It changes neither severity nor remedy.
pub fn assess_complainant(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (signs, kind, temperament): (
        std::collections::BTreeSet<String>,
        Option<ComplainantKind>,
        Option<Temperament>,
    ),
) -> Result<ComplaintView, HandlingError> {
    let mut open = open(tx, ctx, id)?;
    let assessment = Assessment {
        signs,
        kind,
        temperament,
        by: open.act.by,
        at: open.act.at,
    };
    if !assessment.is_valid() {
        return Err(HandlingError::Sign);
    }
    open.file.complainant.push(assessment);
    let complaint = open.file.complaint.clone();
    keep(tx, ctx, open, complaint, ("complainant_assessed", None))
}
