//! `cargo xtask test`: every check there is, on a fresh machine as well as a warm one.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::counts::{self, Counts};
use crate::node;
use crate::packages::{self, Need};
use crate::postgres::Cluster;
use crate::sh::Cmd;
use crate::steps::{End, Suite};
use crate::{codegen, files, tidy};

/// How much of a page is told of.
const SEEN_LINES_MAX: usize = 140;

/// Options of `test`.
#[derive(Args)]
pub struct Options {
    /// The daily run: without browser journeys, documentation and long tests.
    #[arg(long, conflicts_with = "long")]
    quick: bool,
    /// Repeat crash and simulation tests many times over.
    #[arg(long)]
    long: bool,
    /// Only this step; may be repeated. What it needs must be there already.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

impl Options {
    /// The daily run leaves out what only releases have, because it takes long to compile.
    fn features(&self) -> &'static [&'static str] {
        if self.quick {
            &[]
        } else {
            &cargo::RELEASE_FEATURES
        }
    }
}

/// Runs all steps; fails when any of them failed.
pub fn run(options: &Options) -> Result<ExitCode> {
    let mut suite = Suite::new(files::scratch()?.join("logs"), options.only.clone())?;
    prepare(&mut suite, options);
    check_sources(&mut suite);
    // Compilers spend long stretches on one core; the checks of the web fill the other.
    suite.side_by_side(|row| compile_rust(row, options), check_web);
    check_rust(&mut suite, options);
    check_in_browser(&mut suite, options);
    let is_good = suite.finish();
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn prepare(suite: &mut Suite, options: &Options) {
    let mut needs = vec![
        Need::Postgres,
        Need::Imap,
        Need::MailDelivery,
        Need::Smtp,
        Need::SignatureCheck,
    ];
    if !options.quick {
        needs.extend([Need::Chromium, Need::ChineseFonts]);
    }
    suite.step("packages", &[], |log| {
        node::check_version()?;
        let installed = packages::ensure(&needs)?;
        fs::write(log, format!("installed: {installed:?}\n"))?;
        Ok(End::of_check(true))
    });
    suite.step("web modules", &["packages"], |log| {
        let Some(install) = node::stale_modules()? else {
            return Ok(End::of_check(true));
        };
        check(&install, log)
    });
    suite.step("web build", &["web modules"], |log| {
        let build = if options.quick {
            node::stale_build()?
        } else {
            Some(node::build())
        };
        let Some(build) = build else {
            return Ok(End::of_check(true));
        };
        let ok = build.logged(log)?;
        if ok {
            node::build_finished()?;
        }
        Ok(End::of_check(ok))
    });
}

fn check_sources(suite: &mut Suite) {
    suite.step("rustfmt", &[], |log| {
        check(&cargo::cargo("fmt").args(["--all", "--check"]), log)
    });
    suite.step("tidy", &[], |log| {
        let complaints = tidy::complaints()?;
        fs::write(log, complaints.join("\n"))?;
        Ok(End::of_check(complaints.is_empty()))
    });
}

fn compile_rust(suite: &mut Suite, options: &Options) {
    suite.step("clippy", &[], |log| {
        let lint = cargo::cargo("clippy")
            .args(["--workspace", "--all-targets", "--keep-going", "--quiet"])
            .args(options.features());
        check(&lint.args(["--", "--deny", "warnings"]), log)
    });
    // With the features of the tests, or both would compile half of the workspace anew.
    suite.step("build", &[], |log| {
        check(
            &cargo::build_server(Profile::Debug).args(options.features()),
            log,
        )
    });
}

fn check_rust(suite: &mut Suite, options: &Options) {
    suite.step("codegen", &["build", "web modules"], |log| {
        let stale = codegen::stale(&cargo::server_binary(Profile::Debug))?;
        let lines = stale
            .iter()
            .map(|path| format!("{path} is stale: run `cargo xtask codegen`\n"));
        fs::write(log, lines.collect::<String>())?;
        Ok(End::of_check(stale.is_empty()))
    });
    suite.step("rust tests", &["build"], |log| rust_tests(log, options));
    if !options.quick {
        suite.step("rust docs", &["build"], |log| {
            let docs = cargo::cargo("doc").args(["--workspace", "--no-deps", "--quiet"]);
            let docs = docs.args(options.features());
            check(&docs.env("RUSTDOCFLAGS", "--deny warnings"), log)
        });
    }
}

fn rust_tests(log: &Path, options: &Options) -> Result<End> {
    let cluster = Cluster::start().context("the tests' PostgreSQL")?;
    let mut tests = cargo::cargo("test")
        .args(["--workspace", "--no-fail-fast"])
        .args(options.features())
        .env("ZHIYIN_TEST_POSTGRES", cluster.url())
        .env("ZHIYIN_TEST_POSTGRES_CERTIFICATE", cluster.certificate())
        .limit(Duration::from_mins(40));
    if options.quick {
        tests = tests.env("ZHIYIN_TEST_QUICK", "1");
    }
    if options.long {
        tests = tests
            .env("ZHIYIN_TEST_LONG", "1")
            .limit(Duration::from_hours(4));
    }
    let ok = tests.logged(log)?;
    let output = fs::read_to_string(log)?;
    Ok(End::of_runner(
        ok,
        counts::from_cargo_test(&output),
        counts::failed_in_cargo_test(&output),
    ))
}

fn check_web(suite: &mut Suite) {
    suite.step("web lint", &["web modules"], |log| {
        check(&node::npm(&["run", "lint"]), log)
    });
    suite.step("web types", &["web modules"], |log| {
        check(&node::npm(&["run", "check"]), log)
    });
    suite.step("web tests", &["web modules"], |log| vitest("test", log));
    suite.step("contrast", &["web modules"], |log| {
        check(
            &node::npm(&["run", "contrast", "--workspace", "packages/ui"]),
            log,
        )
    });
    suite.step("size budgets", &["web build"], |log| {
        check(&node::npm(&["run", "size"]), log)
    });
}

/// What waits for a browser does so on a machine that does nothing else.
fn check_in_browser(suite: &mut Suite, options: &Options) {
    if options.quick {
        return;
    }
    suite.step("widget browser", &["web build", "packages"], |log| {
        vitest("test:browser", log)
    });
    suite.step("browser journeys", &["web build", "build"], |log| {
        let report = report_file("playwright.json")?;
        let chromium = packages::chromium().context("Chromium is not installed")?;
        let run = node::npx(&["playwright", "test", "--reporter=line,json"])
            .limit(Duration::from_mins(45))
            .dir(files::web().join("e2e"))
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
            .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
            .env("CHROMIUM", chromium)
            .env("ZHIYIN_BIN", cargo::server_binary(Profile::Debug));
        let ok = run.logged(log)?;
        if !ok {
            add_what_was_seen(log)?;
        }
        let report = fs::read_to_string(report)?;
        Ok(End::of_runner(
            ok,
            counts::from_playwright(&report)?,
            counts::failed_in_playwright(&report),
        ))
    });
}

/// Adds to the log what the first failed journey had on its page: often all there is to go by.
fn add_what_was_seen(log: &Path) -> Result<()> {
    let mut seen: Vec<_> = fs::read_dir(files::web().join("test-results"))?
        .filter_map(|folder| Some(folder.ok()?.path().join("error-context.md")))
        .filter(|file| file.exists())
        .collect();
    seen.sort();
    let Some(first) = seen.first() else {
        return Ok(());
    };
    let text = fs::read_to_string(first)?;
    let mut log = fs::OpenOptions::new().append(true).open(log)?;
    for line in text.lines().take(SEEN_LINES_MAX) {
        writeln!(log, "{line}")?;
    }
    Ok(())
}

/// Runs a script that is vitest in every workspace that has it, and sums their reports.
fn vitest(script: &str, log: &Path) -> Result<End> {
    let mut sum = Counts::default();
    let mut failed = Vec::new();
    let mut ok = true;
    for workspace in node::workspaces_with(script)? {
        let name = format!("{script}-{workspace}.json").replace(['/', ':'], "-");
        let report = report_file(&name)?;
        let output = format!("--outputFile.json={}", report.display());
        let run = node::npm(&["run", script, "--workspace", &workspace, "--"])
            .args(["--reporter=default", "--reporter=json", &output])
            .env("CHROMIUM", packages::chromium().unwrap_or_default());
        ok &= run.logged(log)?;
        match fs::read_to_string(&report) {
            Ok(text) => {
                sum += counts::from_vitest(&text)?;
                failed.extend(counts::failed_in_vitest(&text));
            }
            // It ended before it could report.
            Err(_) => sum += Counts::ONE_FAILED,
        }
    }
    Ok(End::of_runner(ok, sum, failed))
}

/// A report of an earlier run must not be taken for this one's.
fn report_file(name: &str) -> Result<std::path::PathBuf> {
    let report = files::scratch()?.join(name);
    if report.exists() {
        fs::remove_file(&report)?;
    }
    Ok(report)
}

fn check(command: &Cmd, log: &Path) -> Result<End> {
    Ok(End::of_check(command.logged(log)?))
}
