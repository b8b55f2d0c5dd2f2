//! Evidence: adding to the chain of a case, reading it, and proving that it is whole.
//!
//! An entry and the new end of the chain are written in one transaction under the lock of
//! the case; the audit log, a chain of its own, keeps the end too. Nothing takes an entry
//! back. A merged case keeps its chain; it is shown with the case that goes on.

mod bundle;
mod papers;
mod verify;

pub use bundle::{Bundle, BundleError, export, verify_archive};
pub use verify::{ChainReport, VerifyError, verify_all, verify_case};

use serde_json::json;
use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::evidence::{Digest, Evidence, EvidenceKind, Head, NewEvidence, append};
use zhiyin_domain::ids::{AttachmentId, CaseId, EvidenceId, MessageId};
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_store::cases::evidence::{self as store, StoredContent};
use zhiyin_store::conversations::messages;
use zhiyin_store::{Tx, attachments, cases, conversations};

use super::handling::{Beside, HandlingError, alive, happened};
use super::{Setup, load as load_case, see};
use crate::Context;
use crate::audit::{self, Action};

/// Names of people who said something have at most so many characters.
const SPEAKER_CHARS_MAX: usize = 200;

/// What is to be added, not yet checked.
#[derive(Debug, Clone)]
pub struct EvidenceInput {
    /// What it is.
    pub what: EvidenceWhat,
    /// What it shows, in words; may be empty.
    pub note: String,
}

/// What is added.
#[derive(Debug, Clone)]
pub enum EvidenceWhat {
    /// A file that the caller uploaded, or one of a message they may read.
    File(AttachmentId),
    /// A message as it is now.
    Message(MessageId),
    /// What somebody said.
    Statement {
        /// Who, in words.
        speaker: String,
        /// What.
        text: String,
    },
    /// Something about an earlier entry is wrong.
    Correction {
        /// Which entry.
        of: u32,
    },
}

fn invalid(path: &'static str, detail: &str) -> HandlingError {
    HandlingError::Invalid {
        path,
        detail: detail.to_owned(),
    }
}

/// Adds an entry to the chain of a case.
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    input: &EvidenceInput,
) -> Result<Evidence, HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    let (kind, content) = kind(tx, ctx, &case, &input.what)?;
    let needs_words = matches!(input.what, EvidenceWhat::Correction { .. });
    if needs_words && input.note.trim().is_empty() {
        return Err(invalid("/note", "Say what is wrong about the entry."));
    }
    append_to(tx, ctx, &case, (kind, &input.note), content.as_deref())
}

/// Adds an entry that was checked, with its content, unless that is a file.
pub(super) fn append_to(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    (kind, note): (EvidenceKind, &str),
    content: Option<&[u8]>,
) -> Result<Evidence, HandlingError> {
    let key = store::seal_key(tx)?.ok_or(HandlingError::NoSealKey)?;
    let head = store::head(tx, case.id)?;
    let new = NewEvidence {
        id: ctx.id(),
        kind,
        note: note.to_owned(),
        by: ctx.actor().clone(),
        at: ctx.now(),
    };
    let (entry, head) = append(head, new, &key)?;
    store::insert(tx, &entry, content, head)?;
    let detail = json!({ "head": head });
    audit::record_with(tx, ctx, Action::EvidenceAdded, &case.id, None, detail)?;
    let setup = Setup::load(tx)?;
    let beside = Beside {
        case,
        kind: "case.evidence_added",
        what: entry.number.to_string(),
        text: None,
        notify: Vec::new(),
    };
    happened(tx, ctx, &setup, beside)?;
    Ok(entry)
}

/// What an entry says of its content, and the content where it is not a file.
fn kind(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    what: &EvidenceWhat,
) -> Result<(EvidenceKind, Option<Vec<u8>>), HandlingError> {
    match what {
        EvidenceWhat::File(id) => Ok((file(tx, ctx, *id)?, None)),
        EvidenceWhat::Message(id) => {
            let message = messages::get(tx, *id)?.ok_or(HandlingError::NotFound("message"))?;
            let conversation = conversations::get(tx, message.conversation_id)?;
            conversation
                .filter(|it| {
                    ctx.access()
                        .allows(Permission::ReadConversations, &it.resource())
                })
                .ok_or(HandlingError::NotFound("message"))?;
            let text = message.text.into_bytes();
            let kind = EvidenceKind::Message {
                conversation_id: message.conversation_id,
                message_id: message.id,
                sha256: Digest::of(&text),
            };
            Ok((kind, Some(text)))
        }
        EvidenceWhat::Statement { speaker, text } => {
            let (speaker, text) = (speaker.trim(), text.trim());
            if speaker.is_empty() || speaker.chars().count() > SPEAKER_CHARS_MAX {
                return Err(invalid(
                    "/speaker",
                    "Say who said it, in at most 200 characters.",
                ));
            }
            if text.is_empty() || text.chars().count() > CASE_TEXT_CHARS_MAX {
                return Err(invalid("/text", "A statement has 1 to 4,000 characters."));
            }
            let kind = EvidenceKind::Statement {
                speaker: speaker.to_owned(),
                sha256: Digest::of(text.as_bytes()),
            };
            Ok((kind, Some(text.as_bytes().to_vec())))
        }
        EvidenceWhat::Correction { of } => {
            let head = store::head(tx, case.id)?;
            if !(1..=head.count).contains(of) {
                return Err(invalid("/of", "There is no such entry."));
            }
            Ok((EvidenceKind::Correction { of: *of }, None))
        }
    }
}

/// A file the caller may have: their own upload, or one of a message they may read.
fn file(tx: &mut Tx<'_>, ctx: &Context, id: AttachmentId) -> Result<EvidenceKind, HandlingError> {
    let found = crate::attachments::locate(tx, ctx, id, crate::attachments::Variant::Whole);
    let info = found.map_err(|error| match error {
        crate::attachments::AttachmentError::Store(error) => error.into(),
        _ => HandlingError::NotFound("file"),
    })?;
    let attachment = info.attachment;
    Ok(EvidenceKind::File {
        attachment_id: id,
        name: attachment.name.as_str().to_owned(),
        size_bytes: u64::try_from(attachment.size_bytes).unwrap_or(0),
        sha256: attachment.blob.into(),
    })
}

/// The evidence of a case and all that is merged into it.
#[derive(Debug, Clone)]
pub struct EvidenceView {
    /// Entries that can be read, by case and number.
    pub entries: Vec<Evidence>,
    /// How many entries cannot be read any more: somebody tampered with them.
    pub unreadable: usize,
    /// The end of the chain of this case.
    pub head: Head,
}

/// The evidence of a case.
pub fn list(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<EvidenceView, HandlingError> {
    let case = see(tx, ctx, id)?;
    let mut entries = Vec::new();
    let mut unreadable = 0;
    for member in cases::family(tx, case.id)? {
        for stored in store::list(tx, member)? {
            match stored.entry {
                Some(entry) => entries.push(entry),
                None => unreadable += 1,
            }
        }
    }
    Ok(EvidenceView {
        entries,
        unreadable,
        head: store::head(tx, case.id)?,
    })
}

/// What an entry contains.
#[derive(Debug, Clone)]
pub enum EvidenceContent {
    /// A text.
    Text(String),
    /// A file: its bytes lie in the file store.
    File {
        /// Its name.
        name: String,
        /// Which bytes.
        blob: BlobHash,
    },
}

/// The content of an entry, for whoever may see its case.
pub fn content(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: EvidenceId,
) -> Result<EvidenceContent, HandlingError> {
    let not_found = || HandlingError::NotFound("content");
    let entry = store::get(tx, id)?.ok_or_else(not_found)?;
    match see(tx, ctx, entry.case_id) {
        Err(super::CaseError::NotFound(_)) => return Err(not_found()),
        other => other?,
    };
    match &entry.kind {
        EvidenceKind::File {
            attachment_id,
            name,
            ..
        } => {
            let attachment = attachments::get(tx, *attachment_id)?.ok_or_else(not_found)?;
            Ok(EvidenceContent::File {
                name: name.clone(),
                blob: attachment.blob,
            })
        }
        EvidenceKind::Message { .. } | EvidenceKind::Statement { .. } => {
            match store::content(tx, id)? {
                StoredContent::Present(bytes) => {
                    let text = String::from_utf8(bytes).map_err(|_| not_found())?;
                    Ok(EvidenceContent::Text(text))
                }
                StoredContent::Missing | StoredContent::Damaged => Err(not_found()),
            }
        }
        EvidenceKind::Correction { .. } | EvidenceKind::Erased { .. } => Err(not_found()),
    }
}
