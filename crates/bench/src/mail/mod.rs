//! `zhiyin bench mail`: how many mails one core reads and gives their place, before anything
//! is stored.

mod desk;
mod letters;

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use zhiyin_channels::email::mbox::Mbox;

use crate::{Common, Report, cpu, latency, machine, progress, scratch};
use desk::Desk;

const METHOD: &str = "One thread reads the file mail by mail and does with each what happens before \
    storing: parse it with all its files decoded, find out whether a machine wrote it, trim what is \
    quoted, and find its place among the conversations so far (kept in memory). Reading the file is \
    part of the time; failed counts mails in which not even a sender was found.";

/// Mails of the generated file.
const MAILS: usize = 20_000;
const MAILS_QUICK: usize = 2_000;

/// Options of the mail benchmark.
#[derive(Debug, Args)]
pub struct MailOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The mails, in one mbox file; a file of ordinary mails is generated without.
    #[arg(long, value_name = "FILE")]
    mbox: Option<PathBuf>,
    /// Write the generated mails to this file and keep it.
    #[arg(long, value_name = "FILE", conflicts_with = "mbox")]
    generate: Option<PathBuf>,
}

/// Measures.
pub fn run(options: &MailOptions) -> Result<Report> {
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let mut report = Report::new("mail", machine::describe(folder.path())?, METHOD);
    let file = if let Some(file) = &options.mbox {
        file.clone()
    } else {
        let made = folder.path().join("mails.mbox");
        let file = options.generate.clone().unwrap_or(made);
        let mails = if options.common.quick {
            MAILS_QUICK
        } else {
            MAILS
        };
        progress(&format!("writing {mails} mails"));
        generate(&file, mails)?;
        file
    };
    progress("reading them");
    measure(&file, &mut report)?;
    Ok(report)
}

fn generate(file: &Path, mails: usize) -> Result<()> {
    let made = File::create(file).with_context(|| format!("create {}", file.display()))?;
    let mut writer = BufWriter::new(made);
    for number in 0..mails {
        writer.write_all(b"From generator Mon Jan  5 09:00:00 2026\n")?;
        writer.write_all(&letters::letter(number))?;
        writer.write_all(b"\n")?;
    }
    Ok(writer.flush()?)
}

fn measure(file: &Path, report: &mut Report) -> Result<()> {
    let opened = File::open(file).with_context(|| format!("open {}", file.display()))?;
    let mut mails = Mbox::new(BufReader::with_capacity(1 << 20, opened));
    let mut desk = Desk::default();
    let (mut count, mut bytes, mut failed) = (0_u64, 0_u64, 0_u64);
    let started = Instant::now();
    while let Some(raw) = mails.next_mail()? {
        count += 1;
        bytes += raw.len() as u64;
        if !desk.take(&raw) {
            failed += 1;
        }
    }
    let seconds = started.elapsed().as_secs_f64().max(f64::EPSILON);
    #[expect(
        clippy::cast_precision_loss,
        reason = "fewer than 2^52 mails and bytes"
    )]
    let per_second = |amount: u64| latency::round(amount as f64 / seconds);
    report.set("mails", count)?;
    report.set("bytes", bytes)?;
    report.set("mails_per_s", per_second(count))?;
    report.set("mb_per_s", latency::round(per_second(bytes) / 1e6))?;
    report.set("failed", failed)?;
    report.set("threads", desk.conversations())?;
    report.set("automatic", desk.automatic)?;
    let peak = cpu::peak_resident_bytes(std::process::id());
    report.set("peak_rss_mb", peak.map(|bytes| bytes / 1_000_000))?;
    if count == 0 {
        report.complaint = Some("the file holds no mail: is it an mbox?".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_generated_is_read_whole_and_threaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mails.mbox");
        generate(&file, 300).unwrap();
        let mut report = Report::new("mail", serde_json::Value::Null, METHOD);
        measure(&file, &mut report).unwrap();
        let figures: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!(figures["mails"], 300);
        assert_eq!(figures["failed"], 0);
        assert_eq!(figures["threads"], 100);
        assert!(figures["automatic"].as_u64() > Some(0));
        assert!(report.complaint.is_none());
    }

    #[test]
    fn a_file_without_mails_is_complained_about() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("empty");
        std::fs::write(&file, "nothing").unwrap();
        let mut report = Report::new("mail", serde_json::Value::Null, METHOD);
        measure(&file, &mut report).unwrap();
        assert!(report.complaint.is_some());
    }
}
