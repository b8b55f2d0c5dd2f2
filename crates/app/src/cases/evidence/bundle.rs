//! A case as one file for courts, authorities and archives, and looking at such a file.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::evidence::{
    BUNDLE_FORMAT, BundleFile, BundleManifest, BundlePart, ContentState, Digest, Evidence,
    EvidenceKind, Head, bundle_parts, checksums, verify, verify_bundle,
};
use zhiyin_domain::ids::{CaseId, WorkspaceId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::{BlobError, BlobKey};
use zhiyin_store::cases::evidence as store;
use zhiyin_store::{StoreError, Tx, attachments, cases};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::super::handling::HandlingError;
use super::super::see;
use super::papers::{self, Paper};
use crate::audit::{self, Action};
use crate::{App, Context, Principal};

/// A bundle is made in memory; a case with more files is exported in parts by hand.
const BUNDLE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Where the bundles of cases lie that are merged into the one of a bundle.
const MERGED: &str = "merged/";
/// An archive that unpacks to more is not one of ours.
const UNPACKED_BYTES_MAX: u64 = 2 * BUNDLE_BYTES_MAX;

/// A finished bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Its name, `case-10482-8.zip`.
    pub name: String,
    /// The archive.
    pub bytes: Vec<u8>,
}

/// Why a bundle could not be made or looked at.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The case refused it.
    #[error(transparent)]
    Handling(#[from] HandlingError),
    /// There is too much in it.
    #[error("the files of the case are too large for one bundle")]
    TooLarge,
    /// The archive cannot be written or read.
    #[error("the archive cannot be written or read")]
    Archive(#[from] zip::result::ZipError),
    /// A part cannot be read.
    #[error("the archive cannot be written or read")]
    Io(#[from] std::io::Error),
    /// The manifest or the chain is not what we write.
    #[error("`{0}` is missing or cannot be understood")]
    Unreadable(&'static str),
    /// The file store failed.
    #[error("the file store failed")]
    Blob(#[from] BlobError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is read of one case.
struct Papers {
    case: Case,
    head: Head,
    parts: Vec<Paper>,
    files: Vec<(String, zhiyin_domain::attachment::BlobHash)>,
    size: u64,
}

/// The case, and everything that is merged into it: all of it read in one transaction.
fn collect(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<(Papers, Vec<Papers>), HandlingError> {
    let case = see(tx, ctx, id)?;
    ctx.require(Permission::ExportEvidence, &case.resource())?;
    let own = collect_one(tx, case)?;
    let mut merged = Vec::new();
    for id in cases::family(tx, id)? {
        if id == own.case.id {
            continue;
        }
        if let Some(case) = cases::get(tx, id)? {
            merged.push(collect_one(tx, case)?);
        }
    }
    let size = own.size + merged.iter().map(|it| it.size).sum::<u64>();
    if size > BUNDLE_BYTES_MAX {
        return Err(HandlingError::Invalid {
            path: "",
            detail: "The files of this case are too large for one bundle (256 MB); \
                take large ones out one by one."
                .to_owned(),
        });
    }
    audit::record(tx, ctx, Action::CaseExported, &own.case.id, None)?;
    Ok((own, merged))
}

fn collect_one(tx: &mut Tx<'_>, case: Case) -> Result<Papers, StoreError> {
    let stored = store::list(tx, case.id)?;
    let chain: Vec<Evidence> = stored.into_iter().filter_map(|it| it.entry).collect();
    let parts = bundle_parts(&chain);
    let mut papers = papers::all(tx, &case, &chain)?;
    papers.extend(papers::contents(tx, &chain, &parts)?);
    let mut files = Vec::new();
    let mut size: u64 = papers.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    for part in &parts {
        let BundlePart::Content { number, path } = part else {
            continue;
        };
        let entry = chain.iter().find(|entry| entry.number == *number);
        let Some(EvidenceKind::File { attachment_id, .. }) = entry.map(|entry| &entry.kind) else {
            continue;
        };
        if let Some(attachment) = attachments::get(tx, *attachment_id)? {
            size += u64::try_from(attachment.size_bytes).unwrap_or(0);
            files.push((path.clone(), attachment.blob));
        }
    }
    let head = store::head(tx, case.id)?;
    Ok(Papers {
        case,
        head,
        parts: papers,
        files,
        size,
    })
}

/// Takes a case out of the program with everything that belongs to it; what is merged into it
/// comes along, each with its own chain as a bundle of its own. The audit log keeps who did.
pub async fn export(app: &App, principal: &Principal, id: CaseId) -> Result<Bundle, BundleError> {
    let (mut own, merged) = app
        .write(principal, move |tx, ctx| collect(tx, ctx, id))
        .await?;
    let made = (principal.actor.clone(), app.clock().now());
    let (app, workspace) = (app.clone(), principal.workspace);
    crate::attachments::run_blocking(move || {
        for mut one in merged {
            read_files(&app, workspace, &mut one)?;
            let bundle = write(one, made.clone())?;
            own.parts
                .push((format!("{MERGED}{}", bundle.name), bundle.bytes));
        }
        read_files(&app, workspace, &mut own)?;
        write(own, made)
    })
    .await
}

fn read_files(app: &App, workspace: WorkspaceId, found: &mut Papers) -> Result<(), BundleError> {
    for (path, hash) in std::mem::take(&mut found.files) {
        let key = BlobKey { workspace, hash };
        match app.parts().blobs.get(&key) {
            Ok(bytes) => found.parts.push((path, bytes)),
            // The bundle tells by itself that the content is not there.
            Err(BlobError::NotFound | BlobError::Damaged) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn write(found: Papers, (by, at): (Actor, Timestamp)) -> Result<Bundle, BundleError> {
    let files = found.parts.iter().map(|(path, bytes)| BundleFile {
        path: path.clone(),
        size_bytes: bytes.len() as u64,
        sha256: Digest::of(bytes),
    });
    let manifest = BundleManifest {
        format: BUNDLE_FORMAT.to_owned(),
        case_number: found.case.number,
        head: found.head,
        exported_at: at,
        exported_by: by,
        files: files.collect(),
    };
    let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    let sums = checksums(&manifest, Digest::of(&text));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let own = [
        ("manifest.json".to_owned(), text),
        ("SHA256SUMS".to_owned(), sums.into_bytes()),
    ];
    for (path, bytes) in own.into_iter().chain(found.parts) {
        archive.start_file(path, options)?;
        archive.write_all(&bytes)?;
    }
    Ok(Bundle {
        name: format!("case-{}.zip", found.case.number),
        bytes: archive.finish()?.into_inner(),
    })
}

/// Everything that is wrong with a bundle and the bundles in it, in words; empty when it is
/// whole. Seals are not looked at: only the installation it came from can.
pub fn verify_archive(bytes: &[u8]) -> Result<(BundleManifest, Vec<String>), BundleError> {
    let (manifest, mut faults, merged) = verify_one(bytes)?;
    for (path, bytes) in merged {
        match verify_one(&bytes) {
            Ok((_, found, _)) => faults.extend(found.iter().map(|it| format!("{path}: {it}"))),
            Err(BundleError::TooLarge) => return Err(BundleError::TooLarge),
            Err(error) => faults.push(format!("{path}: {error}")),
        }
    }
    Ok((manifest, faults))
}

/// A bundle: what it says of itself, what is wrong with it, and the bundles in it.
type Verified = (BundleManifest, Vec<String>, Vec<Paper>);

fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut found: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut unpacked = 0_u64;
    for place in 0..archive.len() {
        let mut file = archive.by_index(place)?;
        let name = file.name()?.into_owned();
        let mut content = Vec::new();
        let room = UNPACKED_BYTES_MAX.saturating_sub(unpacked);
        let read = file.by_ref().take(room + 1).read_to_end(&mut content)?;
        unpacked += read as u64;
        if unpacked > UNPACKED_BYTES_MAX {
            return Err(BundleError::TooLarge);
        }
        found.insert(name, content);
    }
    Ok(found)
}

fn verify_one(bytes: &[u8]) -> Result<Verified, BundleError> {
    let mut found = unpack(bytes)?;
    let manifest_bytes = found
        .remove("manifest.json")
        .ok_or(BundleError::Unreadable("manifest.json"))?;
    let manifest: BundleManifest = serde_json::from_slice(&manifest_bytes)
        .map_err(|_| BundleError::Unreadable("manifest.json"))?;
    let sums = found.remove("SHA256SUMS").unwrap_or_default();
    let chain = found
        .get(BundlePart::Chain.path())
        .ok_or(BundleError::Unreadable("evidence/chain.jsonl"))?;
    let entries: Vec<Evidence> = chain
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice)
        .collect::<Result<_, _>>()
        .map_err(|_| BundleError::Unreadable("evidence/chain.jsonl"))?;
    let digests: BTreeMap<String, Digest> = found
        .iter()
        .map(|(path, bytes)| (path.clone(), Digest::of(bytes)))
        .collect();
    let mut faults: Vec<String> = verify_bundle(&manifest, &digests, &entries)
        .iter()
        .map(ToString::to_string)
        .collect();
    let contents = contents(&entries, &digests);
    let chain = verify(&entries, manifest.head, &contents, None);
    faults.extend(chain.iter().map(ToString::to_string));
    if sums != checksums(&manifest, Digest::of(&manifest_bytes)).as_bytes() {
        faults.push("`SHA256SUMS` does not fit the manifest".to_owned());
    }
    found.retain(|path, _| path.starts_with(MERGED));
    Ok((manifest, faults, found.into_iter().collect()))
}

fn contents(
    entries: &[Evidence],
    digests: &BTreeMap<String, Digest>,
) -> BTreeMap<u32, ContentState> {
    let parts = bundle_parts(entries);
    let states = parts.iter().filter_map(|part| match part {
        BundlePart::Content { number, path } => {
            let found = digests.get(path);
            let state = found.map_or(ContentState::Missing, |digest| {
                ContentState::Present(*digest)
            });
            Some((*number, state))
        }
        BundlePart::Case
        | BundlePart::Answers
        | BundlePart::Handling
        | BundlePart::History
        | BundlePart::Messages
        | BundlePart::Chain
        | BundlePart::Readme => None,
    });
    states.collect()
}
