//! Taking a complaint in, telling the customer at once, and beginning again.

use serde_json::json;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::complaints::{Act, Complaint, Phase};
use zhiyin_domain::cases::severity::ComplaintFacts;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::complaints::{self as store, ComplaintFile};
use zhiyin_store::jobs::{self, NewJob};
use zhiyin_store::{Tx, cases};

use super::super::handling::{Beside, HandlingError, doer, happened};
use super::super::portal;
use super::super::{Setup, What, changed};
use super::settings;
use crate::Context;

/// Takes a complaint in, in the transaction in which its case is made. The urgency of the
/// case is at least that of its severity.
pub(in crate::cases) fn receive(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    (facts, received_at): (ComplaintFacts, Timestamp),
) -> Result<(), HandlingError> {
    let setting = settings::load(tx)?.document;
    let act = Act {
        by: doer(ctx, case),
        at: ctx.now(),
    };
    let business = setup.business();
    // Nobody complains in the future.
    let received = (received_at.min(ctx.now()), business);
    let complaint = Complaint::receive(case.id, facts, &setting.matrix, received, act);
    let priority = complaint.severity().priority();
    let file = ComplaintFile {
        complaint,
        complainant: Vec::new(),
    };
    store::insert(tx, &file)?;
    if priority > case.priority {
        let after = case.clone().set_priority(priority)?;
        changed(tx, ctx, setup, case, after, What::Priority)?;
    }
    if setting.tells_at_once {
        enqueue(tx, ctx, case.id)?;
    }
    Ok(())
}

/// The message is made by a job: it holds a link, and only the program knows its own
/// address.
fn enqueue(tx: &mut Tx<'_>, ctx: &Context, case: CaseId) -> Result<(), HandlingError> {
    let job = NewJob {
        id: ctx.id(),
        name: portal::TELL,
        arguments: json!({ "case_id": case, "what": "received" }),
        unique_key: Some(format!("{case}/received")),
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

/// Tells the customer that the complaint is here and when there is a reply, if nobody did
/// so before and there is a conversation to say it in. Run again it says nothing.
pub(in crate::cases) fn tell(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    public_url: &str,
) -> Result<(), HandlingError> {
    let Some(case) = cases::get_for_update(tx, id)?.filter(|case| case.merged_into.is_none())
    else {
        return Ok(());
    };
    let Some(file) = store::get(tx, id)? else {
        return Ok(());
    };
    let reply_by = file.complaint.reply_by;
    if file.complaint.phase != Phase::Received || reply_by <= ctx.now() {
        return Ok(());
    }
    let setup = Setup::load(tx)?;
    let line = portal::Line::Received { reply_by };
    if portal::say_as_bot(tx, ctx, &setup, &case, (&line, public_url))?.is_none() {
        return Ok(());
    }
    let act = Act {
        by: case.owner_id(),
        at: ctx.now(),
    };
    let complaint = file.complaint.clone().acknowledge(reply_by, act)?;
    store::save(tx, ComplaintFile { complaint, ..file })?;
    let beside = Beside {
        case: &case,
        kind: "case.complaint_changed",
        what: "acknowledged".to_owned(),
        text: None,
        notify: Vec::new(),
    };
    happened(tx, ctx, &setup, beside)
}

/// The customer is not content: the next round begins. One that was not replied to yet goes
/// on as it is.
pub(in crate::cases) fn reopened(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), HandlingError> {
    let Some(file) = store::get(tx, case.id)? else {
        return Ok(());
    };
    match file.complaint.phase {
        Phase::Received | Phase::Handling => return Ok(()),
        Phase::Replied | Phase::CalledBack => {}
    }
    let act = Act {
        by: doer(ctx, case),
        at: ctx.now(),
    };
    let complaint = file.complaint.clone().reopen(setup.business(), act)?;
    store::save(tx, ComplaintFile { complaint, ..file })?;
    if settings::load(tx)?.document.tells_at_once {
        enqueue(tx, ctx, case.id)?;
    }
    Ok(())
}

/// Somebody called back after the reply, or the customer said by themselves what that would
/// have asked. One that was not replied to stays as it is.
pub(in crate::cases) fn called_back(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), HandlingError> {
    let file = store::get(tx, case.id)?;
    let Some(file) = file.filter(|file| file.complaint.phase == Phase::Replied) else {
        return Ok(());
    };
    let act = Act {
        by: doer(ctx, case),
        at: ctx.now(),
    };
    let complaint = file.complaint.clone().call_back(act)?;
    store::save(tx, ComplaintFile { complaint, ..file })?;
    let beside = Beside {
        case,
        kind: "case.complaint_changed",
        what: "called_back".to_owned(),
        text: None,
        notify: Vec::new(),
    };
    happened(tx, ctx, setup, beside)
}
