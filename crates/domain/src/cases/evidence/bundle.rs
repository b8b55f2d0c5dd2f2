//! A case as a bundle for courts, authorities and archives: what is in it, under which
//! paths, and how anybody can verify it.
//!
//! A bundle is a folder (or an archive of it) with a manifest that lists every other file
//! with its SHA-256, and the same list as [`checksums`], which the tools of any system
//! read. The manifest holds the head of the chain of evidence: compared with the head that
//! the customer was given or that the audit log has, it proves that nothing is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Digest, Evidence, EvidenceKind, Head};
use crate::actor::Actor;
use crate::time::Timestamp;

use super::super::number::CaseNumber;
use super::super::text;

/// The format this code writes and reads.
pub const BUNDLE_FORMAT: &str = "zhiyin-case-bundle/1";
/// Longest part of a file name that is kept, in characters.
const NAME_CHARS_KEPT: usize = 80;

/// A part of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundlePart {
    /// The case: number, type with version, status, owner, links; as JSON.
    Case,
    /// What was filled in, in the case and at each step; as JSON.
    Answers,
    /// The complaint, the recovery with every approval, and the tasks; as JSON.
    Handling,
    /// Everything that happened, oldest first, with who and when; one JSON a line.
    History,
    /// The messages of the conversations that belong to the case; one JSON a line.
    Messages,
    /// The chain of evidence; one JSON a line.
    Chain,
    /// The content of an entry of the chain.
    Content {
        /// Its number.
        number: u32,
        /// Where it lies in the bundle.
        path: String,
    },
    /// How to verify it, in both languages.
    Readme,
}

impl BundlePart {
    /// Where it lies in the bundle.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Case => "case.json",
            Self::Answers => "answers.json",
            Self::Handling => "handling.json",
            Self::History => "history.jsonl",
            Self::Messages => "messages.jsonl",
            Self::Chain => "evidence/chain.jsonl",
            Self::Content { path, .. } => path,
            Self::Readme => "README.txt",
        }
    }
}

/// What goes into the bundle of a case with this evidence, without the manifest and the
/// checksums. Contents that were erased are left out.
#[must_use]
pub fn bundle_parts(entries: &[Evidence]) -> Vec<BundlePart> {
    let erased: BTreeSet<u32> = entries
        .iter()
        .filter(|entry| matches!(entry.kind, EvidenceKind::Erased { .. }))
        .filter_map(|entry| entry.kind.refers_to())
        .collect();
    let mut parts = vec![
        BundlePart::Readme,
        BundlePart::Case,
        BundlePart::Answers,
        BundlePart::Handling,
        BundlePart::History,
        BundlePart::Messages,
        BundlePart::Chain,
    ];
    let kept = entries
        .iter()
        .filter(|entry| !erased.contains(&entry.number));
    parts.extend(kept.filter_map(|entry| {
        let number = entry.number;
        let name = match &entry.kind {
            EvidenceKind::File { name, .. } => safe_name(name),
            EvidenceKind::Message { .. } => "message.txt".to_owned(),
            EvidenceKind::Statement { .. } => "statement.txt".to_owned(),
            EvidenceKind::Correction { .. } | EvidenceKind::Erased { .. } => return None,
        };
        let path = format!("evidence/{number:04}-{name}");
        Some(BundlePart::Content { number, path })
    }));
    parts
}

/// A name that every system takes, that leads nowhere else, and that people recognise.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let chars: Vec<char> = last
        .chars()
        .map(|c| if is_kept(&c) { c } else { '_' })
        .collect();
    // The end has the extension.
    let from = chars.len().saturating_sub(NAME_CHARS_KEPT);
    let safe: String = chars[from..].iter().collect();
    let safe = safe.trim_matches('.');
    if safe.is_empty() {
        "file".to_owned()
    } else {
        safe.to_owned()
    }
}

/// What a bundle contains. Written as `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleManifest {
    /// [`BUNDLE_FORMAT`].
    pub format: String,
    /// The case.
    pub case_number: CaseNumber,
    /// The end of the chain of evidence, with the identifier of the case.
    pub head: Head,
    /// When it was made.
    pub exported_at: Timestamp,
    /// By whom.
    #[serde(with = "text")]
    pub exported_by: Actor,
    /// Every file but the manifest and the checksums, by path.
    pub files: Vec<BundleFile>,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Where it lies.
    pub path: String,
    /// Its size.
    pub size_bytes: u64,
    /// The hash of its bytes.
    pub sha256: Digest,
}

/// The file `SHA256SUMS` in the form that `sha256sum -c` and its kin read: every file of
/// the manifest, and the manifest itself by the hash of its bytes.
#[must_use]
pub fn checksums(manifest: &BundleManifest, manifest_sha256: Digest) -> String {
    let mut text = String::new();
    let files = manifest.files.iter();
    let all = files.map(|file| (file.path.as_str(), file.sha256));
    for (path, hash) in all.chain([("manifest.json", manifest_sha256)]) {
        writeln!(text, "{hash}  {path}").expect("a String takes everything");
    }
    text
}

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// Written by something else.
    #[error("the format `{0}` is unknown; this program reads {BUNDLE_FORMAT}")]
    Format(String),
    /// A path that leads elsewhere, or that is listed twice.
    #[error("the path `{0}` is listed twice or leads out of the bundle")]
    Path(String),
    /// A file is gone.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A file is not what it was.
    #[error("`{0}` was changed")]
    Changed(String),
    /// A file that was not there.
    #[error("`{0}` does not belong to the bundle")]
    Extra(String),
    /// A content of the chain is not in the bundle under its hash.
    #[error("the content of evidence {0} is not in the bundle as the chain has it")]
    Content(u32),
    /// The chain is not the one of the manifest.
    #[error("the chain of evidence does not end where the manifest says")]
    Head,
}

fn leads_out(path: &str) -> bool {
    path.starts_with('/')
        || path.contains(['\\', ':'])
        || path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// Everything that is wrong with a bundle whose files have these hashes by path (without
/// `manifest.json` and `SHA256SUMS`) and whose chain has these entries. The chain itself is
/// verified by [`super::verify`].
#[must_use]
pub fn verify_bundle(
    manifest: &BundleManifest,
    found: &BTreeMap<String, Digest>,
    entries: &[Evidence],
) -> Vec<BundleFault> {
    let mut faults = Vec::new();
    if manifest.format != BUNDLE_FORMAT {
        faults.push(BundleFault::Format(manifest.format.clone()));
    }
    let mut listed = BTreeSet::new();
    for file in &manifest.files {
        let path = || file.path.clone();
        if leads_out(&file.path) || !listed.insert(file.path.as_str()) {
            faults.push(BundleFault::Path(path()));
        }
        match found.get(&file.path) {
            None => faults.push(BundleFault::Missing(path())),
            Some(hash) if *hash != file.sha256 => faults.push(BundleFault::Changed(path())),
            Some(_) => {}
        }
    }
    let extra = found.keys().filter(|path| !listed.contains(path.as_str()));
    faults.extend(extra.cloned().map(BundleFault::Extra));
    let parts = bundle_parts(entries);
    for part in &parts {
        let BundlePart::Content { number, path } = part else {
            if !listed.contains(part.path()) {
                faults.push(BundleFault::Missing(part.path().to_owned()));
            }
            continue;
        };
        let entry = entries.iter().find(|entry| entry.number == *number);
        let wanted = entry.and_then(|entry| entry.kind.content());
        if found.get(path).copied() != wanted {
            faults.push(BundleFault::Content(*number));
        }
    }
    let end = entries.last().map(|entry| (entry.number, entry.hash));
    let empty = Head::empty(manifest.head.case_id);
    if end.unwrap_or((0, empty.hash)) != (manifest.head.count, manifest.head.hash) {
        faults.push(BundleFault::Head);
    }
    faults
}
