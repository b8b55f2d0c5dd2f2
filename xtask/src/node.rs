//! The web workspaces: modules installed from the lock file, builds made when stale.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::files;
use crate::sh::Cmd;

/// Oldest Node.js that the build tools take.
const NODE_MAJOR_MIN: u32 = 20;
/// Folders that are made, not written.
const MADE: [&str; 7] = [
    "node_modules",
    "dist",
    "build",
    ".svelte-kit",
    "test-results",
    "playwright-report",
    "e2e",
];
/// What npm writes when it has finished, relative to `web/`.
const INSTALLED: &str = "node_modules/.package-lock.json";
/// What a finished build leaves, relative to `web/`.
const BUILT: [&str; 2] = ["apps/console/build/index.html", "apps/widget/dist"];

/// An npm command in `web/`.
pub fn npm(args: &[&str]) -> Cmd {
    Cmd::new("npm")
        .args(args)
        .dir(files::web())
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
}

/// A command from the installed modules, in `web/`.
pub fn npx(args: &[&str]) -> Cmd {
    Cmd::new("npx")
        .arg("--no-install")
        .args(args)
        .dir(files::web())
}

/// Workspaces whose `package.json` has this script, in the order of their folders.
pub fn workspaces_with(script: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for group in ["packages", "apps"] {
        let entries = fs::read_dir(files::web().join(group)).context("list the web workspaces")?;
        for entry in entries {
            let entry = entry?;
            let manifest = entry.path().join("package.json");
            let Ok(text) = fs::read_to_string(&manifest) else {
                continue;
            };
            let manifest: serde_json::Value = serde_json::from_str(&text)
                .with_context(|| format!("read {}", manifest.display()))?;
            if manifest["scripts"][script].is_string() {
                found.push(format!("{group}/{}", entry.file_name().display()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Complains when Node.js is missing or too old; it cannot be taken from Debian's packages.
pub fn check_version() -> Result<()> {
    let version = Cmd::new("node")
        .arg("--version")
        .output()
        .context("Node.js is missing: install version 20 or newer")?;
    let major = major_version(&version).with_context(|| format!("odd version {version:?}"))?;
    if major < NODE_MAJOR_MIN {
        bail!(
            "Node.js {} is too old: install version {NODE_MAJOR_MIN} or newer",
            version.trim()
        );
    }
    Ok(())
}

fn major_version(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// The command to install modules, or nothing when npm has finished installing since the
/// lock file last changed, be it by us or by hand.
pub fn stale_modules() -> Result<Option<Cmd>> {
    let lock = modified(&files::web().join("package-lock.json"))?;
    let fresh = modified(&files::web().join(INSTALLED)).is_ok_and(|installed| installed >= lock);
    Ok((!fresh).then(|| npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"])))
}

/// The command to build the web, or nothing when the last build is of these sources.
pub fn stale_build() -> Result<Option<Cmd>> {
    let is_built = BUILT.iter().all(|path| files::web().join(path).exists());
    let fresh = is_built && files::stamp_is(&build_stamp()?, &source_fingerprint()?);
    Ok((!fresh).then(build))
}

/// The command to build the web.
pub fn build() -> Cmd {
    npm(&["run", "build"])
}

/// Remembers that the build is of these sources.
pub fn build_finished() -> Result<()> {
    for path in BUILT {
        if !files::web().join(path).exists() {
            bail!("the web build left no web/{path}");
        }
    }
    let stamp = build_stamp()?;
    fs::write(&stamp, source_fingerprint()?).with_context(|| format!("write {}", stamp.display()))
}

fn modified(path: &Path) -> Result<SystemTime> {
    let file = fs::metadata(path).with_context(|| format!("look at {}", path.display()))?;
    Ok(file.modified()?)
}

fn build_stamp() -> Result<PathBuf> {
    Ok(files::scratch()?.join("web-build.stamp"))
}

fn source_fingerprint() -> Result<String> {
    files::fingerprint(&files::walk(&files::web(), &MADE)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_version_is_understood() {
        assert_eq!(major_version("v20.20.2\n"), Some(20));
        assert_eq!(major_version("20"), None);
    }
}
