//! What a finished call back does to its case.

use zhiyin_domain::cases::case::{Case, Source};
use zhiyin_domain::cases::follow_up::{Effect, FollowUp};
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::ids::CaseId;
use zhiyin_store::Tx;

use super::super::handling::{Beside, HandlingError, happened};
use super::super::{NewCase, Setup, complaints, create, people, reopen};
use crate::Context;

/// Applies the effect; gives the new case if one was opened.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    (follow_up, effect): (&FollowUp, Effect),
) -> Result<Option<CaseId>, HandlingError> {
    match effect {
        Effect::MayClose => complaints::called_back(tx, ctx, setup, case)?,
        Effect::TellSupervisor => {
            complaints::called_back(tx, ctx, setup, case)?;
            tell_supervisor(tx, ctx, setup, case, follow_up)?;
        }
        Effect::Reopen => match case.status.category() {
            StatusCategory::Resolved | StatusCategory::Closed => {
                reopen(tx, ctx, case.id, &note_of(follow_up))?;
            }
            StatusCategory::New
            | StatusCategory::Open
            | StatusCategory::WaitingForCustomer
            | StatusCategory::WaitingForBackOffice => {
                // The case goes on anyway; only the complaint begins its next round.
                complaints::reopened(tx, ctx, setup, case)?;
            }
        },
        Effect::NewCase => return begin_again(tx, ctx, case, follow_up).map(Some),
    }
    Ok(None)
}

fn note_of(follow_up: &FollowUp) -> String {
    let note = follow_up.result.as_ref().map(|it| it.note.clone());
    note.filter(|note| !note.is_empty())
        .unwrap_or_else(|| "call back".to_owned())
}

/// Somebody who leads looks at a customer who is not content.
fn tell_supervisor(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    follow_up: &FollowUp,
) -> Result<(), HandlingError> {
    let line = people::line(tx, case.team_id, case.owner_id())?;
    let lead = zhiyin_domain::cases::escalation::on_level(&line, 1);
    let notify = lead.into_iter().flatten().copied().collect();
    let beside = Beside {
        case,
        kind: "case.follow_up_changed",
        what: format!("not_content {}", follow_up.id),
        text: None,
        notify,
    };
    happened(tx, ctx, setup, beside)
}

/// The case was closed too long ago: a new one refers to it.
fn begin_again(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    follow_up: &FollowUp,
) -> Result<CaseId, HandlingError> {
    let new = NewCase {
        type_id: Some(case.type_id),
        title: case.title.clone(),
        contact_id: case.contact_id,
        account_id: case.account_id,
        source: Source::FollowUp {
            follow_up_id: follow_up.id,
        },
        owner_id: Some(case.owner_id()),
        team_id: case.team_id,
        ..NewCase::default()
    };
    Ok(create(tx, ctx, &new)?.id)
}
