//! Whether the sender of a mail is who it says: what a trusted server wrote, and what we find
//! out ourselves where it says nothing.

use std::sync::Arc;

use zhiyin_channels::email::sender_proof::{self, SenderProof, sender_proof};
use zhiyin_channels::email::threading::SenderCheck;
use zhiyin_domain::mail::{Authentication, CheckedBy, Finding};
use zhiyin_ports::BlobKey;

use super::EmailError;
use super::read::ReadMail;
use crate::App;
use crate::attachments::run_blocking;

/// What is known about the sender of a mail. Waits for name servers, so it comes before the
/// transaction in which the mail is put where it belongs.
pub(super) async fn found_out(
    app: &App,
    key: BlobKey,
    read: &ReadMail,
    is_cut: bool,
    trusted: &[String],
) -> Result<Option<Authentication>, EmailError> {
    let told = sender_proof(&read.mail, trusted).map(told);
    // The server knew more than we can know afterwards. Of half a mail no signature is good.
    let is_told = told.is_some_and(|it| it.dmarc != Finding::None);
    let Some(check) = app.sender_check().filter(|_| !is_told && !is_cut) else {
        return Ok(told);
    };
    let blobs = Arc::clone(&app.parts().blobs);
    let raw = run_blocking(move || blobs.get(&key)).await?;
    Ok(match (check.check(&raw, trusted).await, told) {
        (Some(own), Some(told)) if own.spf == Finding::None => Some(Authentication {
            spf: told.spf,
            ..own
        }),
        (own, told) => own.or(told),
    })
}

/// What it means for where a mail belongs. Only DMARC speaks about the sender people see.
pub(super) fn weight(it: Option<Authentication>) -> SenderCheck {
    match it.map(|it| it.dmarc) {
        Some(Finding::Pass) => SenderCheck::Passed,
        Some(Finding::Fail) => SenderCheck::Failed,
        Some(Finding::None | Finding::Error) | None => SenderCheck::Unknown,
    }
}

fn told(it: SenderProof) -> Authentication {
    Authentication {
        spf: finding(it.spf),
        dkim: finding(it.dkim),
        dmarc: finding(it.dmarc),
        by: CheckedBy::Server,
    }
}

const fn finding(it: sender_proof::Finding) -> Finding {
    match it {
        sender_proof::Finding::Pass => Finding::Pass,
        sender_proof::Finding::Fail => Finding::Fail,
        sender_proof::Finding::None => Finding::None,
        sender_proof::Finding::Error => Finding::Error,
    }
}
