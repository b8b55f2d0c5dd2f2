//! How many tests ran and which failed, read from what the test runners report.

use std::ops::AddAssign;

use anyhow::{Context, Result};
use serde_json::Value;

/// Tests by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Did what they should.
    pub passed: u64,
    /// Did not.
    pub failed: u64,
    /// Were not run.
    pub skipped: u64,
}

impl Counts {
    /// A single check that passed.
    pub const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    /// A single check that failed.
    pub const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };
    /// A single check that was not run.
    pub const ONE_SKIPPED: Self = Self {
        passed: 0,
        failed: 0,
        skipped: 1,
    };
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Sums the `test result:` lines of `cargo test`, one for each test binary.
pub fn from_cargo_test(output: &str) -> Counts {
    let mut sum = Counts::default();
    for line in output.lines() {
        let Some((_, result)) = line.split_once("test result: ") else {
            continue;
        };
        sum += Counts {
            passed: number_before(result, " passed"),
            failed: number_before(result, " failed"),
            skipped: number_before(result, " ignored"),
        };
    }
    sum
}

fn number_before(text: &str, word: &str) -> u64 {
    text.split_once(word)
        .and_then(|(before, _)| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Reads the JSON report of vitest.
pub fn from_vitest(report: &str) -> Result<Counts> {
    let report: Value = serde_json::from_str(report).context("vitest's report is not JSON")?;
    Ok(Counts {
        passed: field(&report, "numPassedTests")?,
        failed: field(&report, "numFailedTests")?,
        skipped: field(&report, "numPendingTests")? + field(&report, "numTodoTests")?,
    })
}

/// Reads the JSON report of Playwright. A test that passed only when repeated has failed.
pub fn from_playwright(report: &str) -> Result<Counts> {
    let report: Value = serde_json::from_str(report).context("Playwright's report is not JSON")?;
    let stats = report
        .get("stats")
        .context("Playwright's report has no `stats`")?;
    Ok(Counts {
        passed: field(stats, "expected")?,
        failed: field(stats, "unexpected")? + field(stats, "flaky")?,
        skipped: field(stats, "skipped")?,
    })
}

/// Names of the tests that `cargo test` says failed.
pub fn failed_in_cargo_test(output: &str) -> Vec<String> {
    output
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(ToOwned::to_owned)
        .collect()
}

/// Names of the tests that failed in a JSON report of vitest.
pub fn failed_in_vitest(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap_or_default();
    items(&report, "testResults")
        .flat_map(|file| items(file, "assertionResults"))
        .filter(|test| text(test, "status") == "failed")
        .map(|test| text(test, "fullName").to_owned())
        .collect()
}

/// Names of the tests that failed in a JSON report of Playwright, with their files.
pub fn failed_in_playwright(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap_or_default();
    let mut failed = Vec::new();
    let mut suites: Vec<&Value> = items(&report, "suites").collect();
    while let Some(suite) = suites.pop() {
        suites.extend(items(suite, "suites"));
        let specs = items(suite, "specs");
        for spec in specs.filter(|spec| !spec["ok"].as_bool().unwrap_or(false)) {
            failed.push(format!("{}: {}", text(spec, "file"), text(spec, "title")));
        }
    }
    failed
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("?")
}

fn field(value: &Value, name: &str) -> Result<u64> {
    value
        .get(name)
        .and_then(Value::as_u64)
        .with_context(|| format!("the report has no `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_test_lines_are_summed() {
        let output = "
running 5 tests
test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/contract/main.rs
test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 1.2s
   Doc-tests zhiyin_domain
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        assert_eq!(
            from_cargo_test(output),
            Counts {
                passed: 17,
                failed: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn output_without_results_counts_nothing() {
        assert_eq!(
            from_cargo_test("error: could not compile"),
            Counts::default()
        );
    }

    #[test]
    fn failed_tests_are_named() {
        let output = "test a::b ... ok\ntest a::c ... FAILED\n";
        assert_eq!(failed_in_cargo_test(output), ["a::c"]);
        let report = r#"{"testResults":[{"assertionResults":[
            {"status":"passed","fullName":"adds"},{"status":"failed","fullName":"takes away"}]}]}"#;
        assert_eq!(failed_in_vitest(report), ["takes away"]);
        let report = r#"{"suites":[{"specs":[{"ok":true,"title":"a","file":"x.ts"}],
            "suites":[{"specs":[{"ok":false,"title":"b","file":"x.ts"}]}]}]}"#;
        assert_eq!(failed_in_playwright(report), ["x.ts: b"]);
        assert!(failed_in_playwright("broken").is_empty());
    }

    #[test]
    fn vitest_report_is_read() {
        let report = r#"{"numTotalTests":9,"numPassedTests":6,"numFailedTests":1,
            "numPendingTests":1,"numTodoTests":1,"success":false}"#;
        assert_eq!(
            from_vitest(report).unwrap(),
            Counts {
                passed: 6,
                failed: 1,
                skipped: 2
            }
        );
        assert!(from_vitest("{}").is_err());
    }

    #[test]
    fn a_flaky_browser_test_counts_as_failed() {
        let report = r#"{"stats":{"expected":4,"unexpected":1,"flaky":1,"skipped":2}}"#;
        assert_eq!(
            from_playwright(report).unwrap(),
            Counts {
                passed: 4,
                failed: 2,
                skipped: 2
            }
        );
    }
}
