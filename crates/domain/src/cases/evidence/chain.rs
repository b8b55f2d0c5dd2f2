//! Adding to a chain of evidence and verifying it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{Digest, Evidence, EvidenceKind};
use crate::actor::Actor;
use crate::ids::{CaseId, EvidenceId};
use crate::limits::{CASE_TEXT_CHARS_MAX, EVIDENCE_ENTRIES_MAX};
use crate::time::Timestamp;

use super::super::text::clean;

/// Makes hashes of this kind of chain different from all others.
const CONTEXT: &str = "zhiyin-evidence-1";

/// The key of the seals: derived from the installation's secret, for one workspace. It is
/// in no table. `Debug` hides it.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// Takes a key that the caller derived.
    #[must_use]
    pub const fn from_bytes(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn seal(&self, hash: Digest) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(CONTEXT.as_bytes());
        mac.update(hash.as_bytes());
        mac
    }

    fn seal_of(&self, hash: Digest) -> Digest {
        Digest::from_bytes(self.seal(hash).finalize().into_bytes().into())
    }

    /// Compares in constant time, as one compares secrets.
    fn is_sealed(&self, hash: Digest, seal: Digest) -> bool {
        self.seal(hash).verify_slice(seal.as_bytes()).is_ok()
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

/// The end of a chain: what the case row and the audit log keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Of which case.
    pub case_id: CaseId,
    /// How many entries there are.
    pub count: u32,
    /// The hash of the last one.
    pub hash: Digest,
}

impl Head {
    /// Of a case without evidence.
    #[must_use]
    pub fn empty(case_id: CaseId) -> Self {
        let hash = Fields::new()
            .text(CONTEXT)
            .text("case")
            .text(&case_id.to_string())
            .hash();
        Self {
            case_id,
            count: 0,
            hash,
        }
    }
}

/// What is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    /// Identifier.
    pub id: EvidenceId,
    /// What it is.
    pub kind: EvidenceKind,
    /// What it shows, in words; may be empty.
    pub note: String,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Something cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Too many.
    #[error("a case has at most {EVIDENCE_ENTRIES_MAX} entries of evidence")]
    TooMany,
    /// It refers to an entry that is not there.
    #[error("there is no entry {0} to refer to")]
    NoEntry(u32),
    /// Too many words.
    #[error("a note has at most {CASE_TEXT_CHARS_MAX} characters")]
    Note,
}

/// Adds an entry at the end. The caller writes entry and head in one transaction, with the
/// row of the case locked.
pub fn append(
    head: Head,
    new: NewEvidence,
    key: &SealKey,
) -> Result<(Evidence, Head), AppendError> {
    if usize::try_from(head.count).unwrap_or(usize::MAX) >= EVIDENCE_ENTRIES_MAX {
        return Err(AppendError::TooMany);
    }
    if let Some(of) = new
        .kind
        .refers_to()
        .filter(|of| !(1..=head.count).contains(of))
    {
        return Err(AppendError::NoEntry(of));
    }
    if new.note.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(AppendError::Note);
    }
    let mut entry = Evidence {
        id: new.id,
        case_id: head.case_id,
        number: head.count + 1,
        kind: new.kind,
        note: clean(&new.note, CASE_TEXT_CHARS_MAX).unwrap_or_default(),
        added_by: new.by,
        added_at: new.at,
        previous: head.hash,
        hash: head.hash,
        seal: head.hash,
    };
    entry.hash = hash_of(&entry);
    entry.seal = key.seal_of(entry.hash);
    let head = Head {
        case_id: head.case_id,
        count: entry.number,
        hash: entry.hash,
    };
    Ok((entry, head))
}

/// Fields one after the other, each with its length before it: two different lists of
/// fields never give the same bytes.
struct Fields(Vec<u8>);

impl Fields {
    const fn new() -> Self {
        Self(Vec::new())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0.extend(length.to_be_bytes());
        self.0.extend(bytes);
        self
    }

    fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    fn number(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    fn hash(&self) -> Digest {
        Digest::of(&self.0)
    }
}

fn hash_of(entry: &Evidence) -> Digest {
    let fields = Fields::new()
        .text(CONTEXT)
        .bytes(entry.previous.as_bytes())
        .text(&entry.case_id.to_string())
        .number(entry.number.into())
        .text(&entry.id.to_string())
        .text(&entry.added_by.to_string())
        .bytes(&entry.added_at.as_micros().to_be_bytes())
        .text(&entry.note);
    let fields = match &entry.kind {
        EvidenceKind::File {
            attachment_id,
            name,
            size_bytes,
            sha256,
        } => fields
            .text("file")
            .text(&attachment_id.to_string())
            .text(name)
            .number(*size_bytes)
            .bytes(sha256.as_bytes()),
        EvidenceKind::Message {
            conversation_id,
            message_id,
            sha256,
        } => fields
            .text("message")
            .text(&conversation_id.to_string())
            .text(&message_id.to_string())
            .bytes(sha256.as_bytes()),
        EvidenceKind::Statement { speaker, sha256 } => fields
            .text("statement")
            .text(speaker)
            .bytes(sha256.as_bytes()),
        EvidenceKind::Correction { of } => fields.text("correction").number((*of).into()),
        EvidenceKind::Erased { of, rule } => fields.text("erased").number((*of).into()).text(rule),
    };
    fields.hash()
}

/// What was found of the content of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentState {
    /// It is there, with this hash of what is really stored.
    Present(Digest),
    /// It is not there.
    Missing,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An entry is not what it was.
    #[error("entry {0} was changed")]
    Changed(u32),
    /// An entry belongs to another case.
    #[error("entry {0} belongs to another case")]
    OtherCase(u32),
    /// Entries are missing, doubled or out of order.
    #[error("entry {expected} is missing or out of order; {found} stands there")]
    Order {
        /// Which number should be there.
        expected: u32,
        /// Which one is.
        found: u32,
    },
    /// An entry does not follow the one before.
    #[error("entry {0} does not follow the entry before it")]
    Link(u32),
    /// An entry was not made by this installation.
    #[error("the seal of entry {0} is wrong: it was not written by this installation")]
    Seal(u32),
    /// The end was cut off, or something was added.
    #[error("there are {found} entries and there should be {expected}")]
    Count {
        /// So many there should be.
        expected: u32,
        /// So many there are.
        found: u32,
    },
    /// The end is another one.
    #[error("the last entry is not the one that was recorded")]
    Head,
    /// A content is gone and no retention rule removed it.
    #[error("the content of entry {0} is missing, and no retention rule removed it")]
    ContentMissing(u32),
    /// A content is not what it was.
    #[error("the content of entry {0} was changed")]
    ContentChanged(u32),
}

/// Everything that is wrong with a chain; empty when it is whole. `entries` are in stored
/// order, `head` comes from a place of its own, `contents` says what was found of the
/// contents by number (an entry that is not in it is missing). Without the key, which
/// nobody outside has, seals are not looked at.
#[must_use]
pub fn verify(
    entries: &[Evidence],
    head: Head,
    contents: &BTreeMap<u32, ContentState>,
    key: Option<&SealKey>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut previous = Head::empty(head.case_id).hash;
    for (expected, entry) in (1..).zip(entries) {
        let number = entry.number;
        if number != expected {
            let found = number;
            faults.push(Fault::Order { expected, found });
        }
        if entry.case_id != head.case_id {
            faults.push(Fault::OtherCase(number));
        }
        if hash_of(entry) != entry.hash {
            faults.push(Fault::Changed(number));
        }
        if entry.previous != previous {
            faults.push(Fault::Link(number));
        }
        if key.is_some_and(|key| !key.is_sealed(entry.hash, entry.seal)) {
            faults.push(Fault::Seal(number));
        }
        previous = entry.hash;
    }
    let found = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    if found != head.count {
        let expected = head.count;
        faults.push(Fault::Count { expected, found });
    }
    if previous != head.hash {
        faults.push(Fault::Head);
    }
    faults.extend(check_contents(entries, contents));
    faults
}

fn check_contents(entries: &[Evidence], contents: &BTreeMap<u32, ContentState>) -> Vec<Fault> {
    let erased: BTreeSet<u32> = entries
        .iter()
        .filter_map(|entry| match &entry.kind {
            EvidenceKind::Erased { of, .. } => Some(*of),
            EvidenceKind::File { .. }
            | EvidenceKind::Message { .. }
            | EvidenceKind::Statement { .. }
            | EvidenceKind::Correction { .. } => None,
        })
        .collect();
    let with_content = entries
        .iter()
        .filter_map(|entry| entry.kind.content().map(|hash| (entry.number, hash)));
    let fault = |(number, hash)| match contents.get(&number) {
        Some(ContentState::Present(found)) if *found == hash => None,
        Some(ContentState::Present(_)) => Some(Fault::ContentChanged(number)),
        Some(ContentState::Missing) | None if erased.contains(&number) => None,
        Some(ContentState::Missing) | None => Some(Fault::ContentMissing(number)),
    };
    with_content.filter_map(fault).collect()
}
