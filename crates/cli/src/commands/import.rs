//! `zhiyin import`: what another program has, brought in as history. Nothing is sent.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use zhiyin_app::email::Mbox;
use zhiyin_app::email::import::{Import, Imported, Purpose};
use zhiyin_domain::email::EmailAddress;

use super::admin;
use crate::config::{self, ConfigArgs};
use crate::{output, setup};

/// After so many mails it is told how far it got.
const TELL_EVERY: u64 = 1_000;
/// Mails that were left out are named on the screen up to this number.
const NAMED_MAX: u64 = 20;

/// What is imported.
#[derive(Subcommand)]
pub enum ImportCommand {
    /// Mails out of one file (mbox), into a mailbox that is connected already. A mail that is
    /// here is left alone, so the same file may be imported again, also after an interruption.
    Mbox(MboxArgs),
}

/// Options of `import mbox`.
#[derive(Args)]
pub struct MboxArgs {
    /// The file.
    file: PathBuf,
    /// The address of the mailbox whose mails these are.
    #[arg(long, value_name = "ADDRESS")]
    mailbox: EmailAddress,
    /// The workspace, where there are several.
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
    /// Says what would become of each mail, and keeps nothing. Answers within the file count as
    /// conversations of their own, since nothing is there to join.
    #[arg(long)]
    dry_run: bool,
    /// Writes one line of JSON a mail into this file: its place in the file, what became of
    /// it, and why.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Prints the counts as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs it.
pub fn run(command: &ImportCommand) -> Result<()> {
    let ImportCommand::Mbox(options) = command;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(mbox(options))
}

/// What became of all mails.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<String, u64>,
    mails: u64,
    bytes: u64,
    named: u64,
}

impl Tally {
    fn add(&mut self, mail: &Imported, bytes: usize) {
        self.mails += 1;
        self.bytes += bytes as u64;
        let name = match mail {
            Imported::Skipped(reason) => format!("skipped: {reason}"),
            other => other.as_str().to_owned(),
        };
        *self.counts.entry(name).or_default() += 1;
    }

    fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }
}

async fn mbox(options: &MboxArgs) -> Result<()> {
    let config = config::load(&options.config, &[])?.config;
    let app = setup::app(&config, setup::open_store(&config)?)?;
    let workspace = admin::choose(&app, options.workspace.as_deref()).await?;
    let purpose = if options.dry_run {
        Purpose::Preview
    } else {
        Purpose::Keep
    };
    let address = options.mailbox.clone();
    let Some(mut import) = Import::into(&app, workspace.id, address, purpose).await? else {
        bail!(
            "there is no mailbox {}: connect it under Settings, Mailboxes, or see the spelling",
            options.mailbox.as_str()
        );
    };
    let file = open(&options.file)?;
    let mut mails = Mbox::new(BufReader::with_capacity(1 << 20, file));
    let mut report = match &options.report {
        Some(path) => {
            Some(BufWriter::new(File::create(path).with_context(|| {
                format!("cannot write {}", path.display())
            })?))
        }
        None => None,
    };
    let begun = app.clock().now();
    let mut tally = Tally::default();
    while let Some(raw) = mails.next_mail().context("cannot read on in the file")? {
        let bytes = raw.len();
        let done = import.take(raw).await.with_context(|| {
            let place = tally.mails + 1;
            format!("mail {place} could not be kept; import the file again to go on from there")
        })?;
        tally.add(&done, bytes);
        tell(&mut tally, &done, options)?;
        if let Some(report) = &mut report {
            let row = json!({
                "mail": tally.mails, "bytes": bytes,
                "outcome": done.as_str(), "reason": done.reason(),
            });
            writeln!(report, "{row}").context("cannot write the report")?;
        }
    }
    if let Some(mut report) = report {
        report.flush().context("cannot write the report")?;
    }
    if tally.mails == 0 {
        bail!("the file holds no mail: is it an mbox, whose mails begin with `From `?");
    }
    let seconds = app.clock().now().since(begun).as_secs_f64();
    finish(&tally, seconds, options)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot read {}", path.display()))
}

fn tell(tally: &mut Tally, mail: &Imported, options: &MboxArgs) -> Result<()> {
    if options.json {
        return Ok(());
    }
    if !mail.reason().is_empty() && tally.named < NAMED_MAX {
        tally.named += 1;
        let (place, what) = (tally.mails, mail.as_str());
        output::print(&format!("mail {place}: {what}: {}", mail.reason()))?;
    }
    if tally.mails.is_multiple_of(TELL_EVERY) {
        output::print(&format!("{} mails …", tally.mails))?;
    }
    Ok(())
}

fn finish(tally: &Tally, seconds: f64, options: &MboxArgs) -> Result<()> {
    let peak = zhiyin_bench::peak_resident_bytes(std::process::id());
    let peak_mb = peak.map(|bytes| bytes / 1_000_000);
    if options.json {
        let value: Value = json!({
            "mails": tally.mails, "bytes": tally.bytes, "outcomes": tally.counts,
            "is_preview": options.dry_run, "seconds": seconds, "peak_rss_mb": peak_mb,
        });
        return output::print(&value.to_string());
    }
    let what = if options.dry_run {
        "would be imported, nothing was kept"
    } else {
        "imported"
    };
    let new = tally.count("opened") + tally.count("joined");
    output::print(&format!("{new} of {} mails {what}:", tally.mails))?;
    for (name, count) in &tally.counts {
        output::print(&format!("  {name}: {count}"))?;
    }
    let memory = peak_mb.map_or_else(String::new, |mb| format!(", {mb} MB of memory at most"));
    output::print(&format!("{seconds:.1} s{memory}"))
}
