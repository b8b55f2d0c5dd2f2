//! Proving that chains are whole: rows, ends, contents, seals, and what the audit log says.

use std::collections::BTreeMap;

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::cases::evidence::{
    ContentState, Digest, Evidence, EvidenceKind, Fault, Head, verify,
};
use zhiyin_domain::cases::number::CaseNumber;
use zhiyin_domain::ids::{CaseId, WorkspaceId};
use zhiyin_ports::{BlobError, BlobKey, BlobStore};
use zhiyin_store::cases::evidence::{self as store, StoredContent};
use zhiyin_store::{Store, StoreError, Tx, attachments, cases};

/// What was found of the chain of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// The case.
    pub case_id: CaseId,
    /// Its number; none if the case itself is gone.
    pub number: Option<CaseNumber>,
    /// How many entries were read.
    pub entries: usize,
    /// The end, as it is recorded.
    pub head: Head,
    /// Everything that is wrong: the entry, if it is one, and what.
    pub faults: Vec<(Option<u32>, String)>,
}

/// Why a chain could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The file store failed.
    #[error("the file store failed")]
    Blob(#[from] BlobError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A chain as it was read, before its files were looked at.
struct Chain {
    case_id: CaseId,
    number: Option<CaseNumber>,
    head: Head,
    audited: Option<Head>,
    entries: Vec<Evidence>,
    unreadable: Vec<u32>,
    contents: BTreeMap<u32, ContentState>,
    files: Vec<(u32, BlobHash)>,
    faults: Vec<Fault>,
}

fn read(tx: &mut Tx<'_>, case_id: CaseId, audited: Option<Head>) -> Result<Chain, StoreError> {
    let key = store::seal_key(tx)?;
    let head = store::head(tx, case_id)?;
    let case = cases::get(tx, case_id)?;
    let mut entries = Vec::new();
    let mut unreadable = Vec::new();
    for stored in store::list(tx, case_id)? {
        match stored.entry {
            Some(entry) => entries.push(entry),
            None => unreadable.push(stored.number),
        }
    }
    let mut contents = BTreeMap::new();
    let mut files = Vec::new();
    for entry in &entries {
        match &entry.kind {
            EvidenceKind::File { attachment_id, .. } => {
                if let Some(attachment) = attachments::get(tx, *attachment_id)? {
                    files.push((entry.number, attachment.blob));
                }
            }
            EvidenceKind::Message { .. } | EvidenceKind::Statement { .. } => {
                let state = match store::content(tx, entry.id)? {
                    StoredContent::Present(bytes) => ContentState::Present(Digest::of(&bytes)),
                    StoredContent::Damaged => ContentState::Present(UNREADABLE),
                    StoredContent::Missing => ContentState::Missing,
                };
                contents.insert(entry.number, state);
            }
            EvidenceKind::Correction { .. } | EvidenceKind::Erased { .. } => {}
        }
    }
    // Contents of files come later; until then their absence says nothing.
    let faults = verify(&entries, head, &contents, key.as_ref());
    Ok(Chain {
        case_id,
        number: case.map(|case| case.number),
        head,
        audited,
        entries,
        unreadable,
        contents,
        files,
        faults,
    })
}

/// Stands for bytes that nobody wrote in this form: no content has this digest.
const UNREADABLE: Digest = Digest::from_bytes([0; 32]);

fn of_blob(
    blobs: &dyn BlobStore,
    workspace: WorkspaceId,
    hash: BlobHash,
) -> Result<ContentState, BlobError> {
    match blobs.get(&BlobKey { workspace, hash }) {
        Ok(bytes) => Ok(ContentState::Present(Digest::of(&bytes))),
        Err(BlobError::NotFound) => Ok(ContentState::Missing),
        Err(BlobError::Damaged | BlobError::OutOfRange) => Ok(ContentState::Present(UNREADABLE)),
        Err(error @ (BlobError::Full | BlobError::Unavailable(_))) => Err(error),
    }
}

/// The entry a fault is about.
const fn entry_of(fault: &Fault) -> Option<u32> {
    match fault {
        Fault::Changed(number)
        | Fault::OtherCase(number)
        | Fault::Link(number)
        | Fault::Seal(number)
        | Fault::ContentMissing(number)
        | Fault::ContentChanged(number) => Some(*number),
        Fault::Order { expected, .. } => Some(*expected),
        Fault::Count { .. } | Fault::Head => None,
    }
}

impl Chain {
    /// Looks at the files and says everything that is wrong.
    fn report(
        mut self,
        blobs: &dyn BlobStore,
        workspace: WorkspaceId,
    ) -> Result<ChainReport, BlobError> {
        for (number, hash) in &self.files {
            let state = of_blob(blobs, workspace, *hash)?;
            self.contents.insert(*number, state);
        }
        // The same check once more with the files: faults of contents come from here, all
        // others from the transaction that had the key.
        let is_content =
            |fault: &Fault| matches!(fault, Fault::ContentMissing(_) | Fault::ContentChanged(_));
        let with_files = verify(&self.entries, self.head, &self.contents, None);
        self.faults.retain(|fault| !is_content(fault));
        self.faults
            .extend(with_files.into_iter().filter(is_content));
        let mut faults: Vec<(Option<u32>, String)> = self
            .unreadable
            .iter()
            .map(|number| {
                let detail = format!("entry {number} cannot be read: it was changed");
                (Some(*number), detail)
            })
            .collect();
        faults.extend(
            self.faults
                .iter()
                .map(|fault| (entry_of(fault), fault.to_string())),
        );
        if let Some(audited) = self.audited
            && audited != self.head
        {
            let detail = format!(
                "the audit log knows {} entries that end with {}; the case has {}",
                audited.count, audited.hash, self.head.count
            );
            faults.push((None, detail));
        }
        if self.number.is_none() {
            faults.push((None, "the case itself is gone".to_owned()));
        }
        Ok(ChainReport {
            case_id: self.case_id,
            number: self.number,
            entries: self.entries.len(),
            head: self.head,
            faults,
        })
    }
}

/// Looks at the chains of some cases. Blocks: it reads every file.
pub fn verify_case(
    store: &Store,
    blobs: &dyn BlobStore,
    workspace: WorkspaceId,
    cases: &[CaseId],
) -> Result<Vec<ChainReport>, VerifyError> {
    let mut reports = Vec::with_capacity(cases.len());
    for id in cases.iter().copied() {
        let chain = store.read_blocking(workspace, move |tx| {
            let audited = store::audited_heads(tx)?.get(&id).copied();
            read(tx, id, audited)
        })?;
        reports.push(chain.report(blobs, workspace)?);
    }
    Ok(reports)
}

/// Looks at every chain of a workspace. Blocks: it reads every file.
pub fn verify_all(
    store: &Store,
    blobs: &dyn BlobStore,
    workspace: WorkspaceId,
) -> Result<Vec<ChainReport>, VerifyError> {
    let (ids, audited) = store.read_blocking(workspace, |tx| {
        Ok::<_, StoreError>((store::cases(tx)?, store::audited_heads(tx)?))
    })?;
    let mut reports = Vec::with_capacity(ids.len());
    for id in ids {
        let head = audited.get(&id).copied();
        let chain = store.read_blocking(workspace, move |tx| read(tx, id, head))?;
        reports.push(chain.report(blobs, workspace)?);
    }
    Ok(reports)
}
