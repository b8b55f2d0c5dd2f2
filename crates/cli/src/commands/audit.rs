//! `zhiyin audit`: proof that nobody changed the audit log.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_store::audit::{self, Fault, Head, Verification};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{Store, SystemTx};

use crate::config::{self, ConfigArgs};
use crate::{output, setup};

/// What about the audit log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Find entries that were changed, removed or reordered, in every workspace.
    Verify(VerifyArgs),
}

/// Options of `audit verify`.
#[derive(Args)]
pub struct VerifyArgs {
    /// The last entry of an earlier check, as it was printed: `WORKSPACE:NUMBER:HASH`.
    /// Shows whether newer entries were taken away together with their counter.
    #[arg(long, value_name = "HEAD", value_parser = parse_head)]
    since: Vec<(String, Head)>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs it.
pub fn run(command: &AuditCommand) -> Result<()> {
    let AuditCommand::Verify(options) = command;
    let config = config::load(&options.config, &[])?.config;
    let store = setup::open_store(&config)?;
    let workspaces =
        store.read_system_blocking(|system: &mut SystemTx<'_>| workspaces::list(system))?;
    let mut faults = 0;
    for workspace in workspaces {
        let kept = options
            .since
            .iter()
            .find(|(slug, _)| slug == workspace.slug.as_str());
        faults += verify(&store, &workspace, kept.map(|(_, head)| head))?;
    }
    if faults > 0 {
        bail!("the audit log was tampered with, or damaged, in {faults} places");
    }
    Ok(())
}

fn verify(store: &Store, workspace: &Workspace, kept: Option<&Head>) -> Result<usize> {
    let slug = workspace.slug.as_str();
    let Verification {
        entries,
        head,
        faults,
    } = audit::verify_blocking(store, workspace.id, kept)?;
    let head = head.map_or_else(
        || "empty".to_owned(),
        |head| format!("head {slug}:{}:{}", head.number, hex::encode(head.hash)),
    );
    output::print(&format!("{slug}: {entries} entries, {head}"))?;
    for fault in &faults {
        output::print(&format!("{slug}: {}", describe(fault)))?;
    }
    Ok(faults.len())
}

fn describe(fault: &Fault) -> String {
    match fault {
        Fault::Changed { number } => format!("entry {number} was changed"),
        Fault::Unlinked { number } => format!("entry {number} does not follow the one before it"),
        Fault::Missing { from, to } if from == to => format!("entry {from} is missing"),
        Fault::Missing { from, to } => format!("entries {from} to {to} are missing"),
    }
}

fn parse_head(text: &str) -> Result<(String, Head), String> {
    let mut parts = text.split(':');
    let parsed = (|| {
        let slug = parts.next()?.to_owned();
        let number = parts.next()?.parse().ok()?;
        let hash = hex::decode(parts.next()?).ok()?;
        parts
            .next()
            .is_none()
            .then_some((slug, Head { number, hash }))
    })();
    parsed.ok_or_else(|| "write it as it was printed: WORKSPACE:NUMBER:HASH".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let (slug, head) = parse_head("shop:12:00ff").unwrap();
        assert_eq!(
            (slug.as_str(), head.number, head.hash),
            ("shop", 12, vec![0, 255])
        );
        for wrong in ["", "shop", "shop:x:00", "shop:1:zz", "shop:1:00:1"] {
            assert!(parse_head(wrong).is_err(), "{wrong}");
        }
    }
}
