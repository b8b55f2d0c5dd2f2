//! `zhiyin evidence`: proof that nobody changed the evidence of cases, in the database, in
//! the file store, or in a bundle that was taken out.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use zhiyin_app::cases::evidence::{ChainReport, verify_all, verify_archive};
use zhiyin_domain::cases::number::CaseNumber;
use zhiyin_store::SystemTx;
use zhiyin_store::identity::workspaces;

use crate::config::{self, ConfigArgs};
use crate::{output, setup};

/// What about evidence.
#[derive(Subcommand)]
pub enum EvidenceCommand {
    /// Find evidence that was changed, removed, added or reordered, in every workspace: rows,
    /// contents, files, seals, and the ends that the audit log keeps.
    Verify(VerifyArgs),
    /// Find out whether a bundle is as it was exported. Seals are not looked at: only the
    /// installation it came from can.
    VerifyBundle(BundleArgs),
}

/// Options of `evidence verify`.
#[derive(Args)]
pub struct VerifyArgs {
    /// Only the case of this number, as people say it: `10482-8`.
    #[arg(long, value_name = "NUMBER")]
    case: Option<CaseNumber>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `evidence verify-bundle`.
#[derive(Args)]
pub struct BundleArgs {
    /// The archive, `case-10482-8.zip`.
    file: PathBuf,
}

/// Runs it.
pub fn run(command: &EvidenceCommand) -> Result<()> {
    match command {
        EvidenceCommand::Verify(options) => verify(options),
        EvidenceCommand::VerifyBundle(options) => verify_bundle(options),
    }
}

fn verify(options: &VerifyArgs) -> Result<()> {
    let config = config::load(&options.config, &[])?.config;
    let store = setup::open_store(&config)?;
    let blobs = setup::blobs(&config)?;
    let workspaces =
        store.read_system_blocking(|system: &mut SystemTx<'_>| workspaces::list(system))?;
    let mut faults = 0;
    let mut chains = 0;
    for workspace in workspaces {
        let slug = workspace.slug.as_str();
        for report in verify_all(&store, &*blobs, workspace.id)? {
            let is_asked = options
                .case
                .is_none_or(|number| report.number == Some(number));
            if is_asked {
                chains += 1;
                faults += tell(slug, &report)?;
            }
        }
    }
    if options.case.is_some() && chains == 0 {
        bail!("there is no evidence in a case of this number");
    }
    output::print(&format!("{chains} chains, {faults} faults"))?;
    if faults > 0 {
        bail!("the evidence was tampered with, or damaged, in {faults} places");
    }
    Ok(())
}

fn tell(slug: &str, report: &ChainReport) -> Result<usize> {
    let case = report
        .number
        .map_or_else(|| report.case_id.to_string(), |number| number.to_string());
    output::print(&format!(
        "{slug}: case {case}: {} entries, head {}:{}",
        report.entries, report.head.count, report.head.hash
    ))?;
    for (_, fault) in &report.faults {
        output::print(&format!("{slug}: case {case}: {fault}"))?;
    }
    Ok(report.faults.len())
}

fn verify_bundle(options: &BundleArgs) -> Result<()> {
    let file = options.file.display();
    let bytes = std::fs::read(&options.file).with_context(|| format!("cannot read {file}"))?;
    let (manifest, faults) = verify_archive(&bytes)?;
    output::print(&format!(
        "case {}, exported {} by {}: {} files, head {}:{}",
        manifest.case_number,
        manifest.exported_at,
        manifest.exported_by,
        manifest.files.len(),
        manifest.head.count,
        manifest.head.hash
    ))?;
    for fault in &faults {
        output::print(fault)?;
    }
    if !faults.is_empty() {
        bail!(
            "the bundle is not as it was exported: {} faults",
            faults.len()
        );
    }
    output::print("the bundle is whole")
}
