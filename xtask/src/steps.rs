//! The frame of `cargo xtask test`: named steps, each timed and logged, all run even
//! when one fails, and a summary that ends with one line of counts.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::counts::Counts;
use crate::interrupt;

/// How much of a failed step's log is shown.
const TAIL_LINES: usize = 150;
/// How many failed tests of a step the summary names.
const NAMED: usize = 30;

/// How one step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All good.
    Passed(Counts),
    /// Something was wrong, and the names of the tests that failed, where there are any.
    Failed(Counts, Vec<String>),
    /// Not run, and why.
    Skipped(String),
}

impl End {
    /// A check without tests of its own.
    pub fn of_check(ok: bool) -> Self {
        if ok {
            Self::Passed(Counts::ONE_PASSED)
        } else {
            Self::failed()
        }
    }

    fn failed() -> Self {
        Self::Failed(Counts::ONE_FAILED, Vec::new())
    }

    /// A test runner, which must have run something.
    pub fn of_runner(ok: bool, counts: Counts, failed: Vec<String>) -> Self {
        if ok && counts.failed == 0 && counts.passed > 0 {
            return Self::Passed(counts);
        }
        let unexplained = if counts.failed == 0 {
            Counts::ONE_FAILED
        } else {
            Counts::default()
        };
        let mut sum = counts;
        sum += unexplained;
        Self::Failed(sum, failed)
    }

    fn counts(&self) -> Counts {
        match self {
            Self::Passed(counts) | Self::Failed(counts, _) => *counts,
            Self::Skipped(_) => Counts::ONE_SKIPPED,
        }
    }
}

#[derive(Clone)]
struct Done {
    name: &'static str,
    end: End,
    duration: Duration,
    log: PathBuf,
}

/// Steps in the order they are run.
pub struct Suite {
    logs: PathBuf,
    only: Vec<String>,
    /// Every step there is, also those left out by `only`.
    names: Vec<&'static str>,
    done: Vec<Done>,
    started: Instant,
}

impl Suite {
    /// A suite that keeps its logs in `logs`, emptied first, and runs the steps named in
    /// `only`, or all when it names none.
    pub fn new(logs: PathBuf, only: Vec<String>) -> Result<Self> {
        if logs.exists() {
            fs::remove_dir_all(&logs)?;
        }
        fs::create_dir_all(&logs)?;
        Ok(Self {
            logs,
            only,
            names: Vec::new(),
            done: Vec::new(),
            started: Instant::now(),
        })
    }

    /// Runs a step, unless one that it needs did not pass.
    pub fn step(
        &mut self,
        name: &'static str,
        needs: &[&str],
        work: impl FnOnce(&Path) -> Result<End>,
    ) {
        self.names.push(name);
        if !self.only.is_empty() && !self.only.iter().any(|wanted| wanted == name) {
            return;
        }
        let log = self.logs.join(format!("{}.log", name.replace(' ', "-")));
        let started = Instant::now();
        let end = match self.obstacle(needs) {
            Some(reason) => End::Skipped(reason),
            None => work(&log).unwrap_or_else(|error| {
                append(&log, &format!("{error:#}\n"));
                End::failed()
            }),
        };
        let done = Done {
            name,
            end,
            duration: started.elapsed(),
            log,
        };
        println!("{}", done.line());
        if matches!(done.end, End::Failed(..)) {
            println!("{}", tail(&done.log));
        }
        self.done.push(done);
    }

    fn obstacle(&self, needs: &[&str]) -> Option<String> {
        if interrupt::requested() {
            return Some("interrupted".to_owned());
        }
        let broken = self
            .done
            .iter()
            .find(|done| needs.contains(&done.name) && !matches!(done.end, End::Passed(_)))?;
        Some(format!("needs \"{}\"", broken.name))
    }

    /// Runs two rows of steps at the same time. Neither may need a step of the other.
    pub fn side_by_side(
        &mut self,
        left: impl FnOnce(&mut Self) + Send,
        right: impl FnOnce(&mut Self) + Send,
    ) {
        let (mut one, mut other) = (self.row(), self.row());
        std::thread::scope(|scope| {
            scope.spawn(|| left(&mut one));
            right(&mut other);
        });
        let known = self.done.len();
        for row in [one, other] {
            self.names.extend(row.names);
            self.done.extend(row.done.into_iter().skip(known));
        }
    }

    fn row(&self) -> Self {
        Self {
            logs: self.logs.clone(),
            only: self.only.clone(),
            names: Vec::new(),
            done: self.done.clone(),
            started: self.started,
        }
    }

    /// Prints the table, what failed, and the line of counts; true when all is well. A step
    /// asked for that does not exist is a failure: nothing was checked.
    pub fn finish(mut self) -> bool {
        self.refuse_unknown();
        print!("\n{}", self.summary());
        self.done
            .iter()
            .all(|done| !matches!(done.end, End::Failed(..)))
    }

    fn refuse_unknown(&mut self) {
        let names = self.names.clone();
        let unknown = |wanted: &&String| !names.iter().any(|name| name == wanted);
        for wanted in self.only.iter().filter(unknown) {
            let log = self.logs.join("unknown-step.log");
            append(
                &log,
                &format!(
                    "there is no step \"{wanted}\" in this run; the steps are: {}\n",
                    names.join(", ")
                ),
            );
            let done = Done {
                name: "unknown step",
                end: End::failed(),
                duration: Duration::ZERO,
                log,
            };
            println!("{}\n{}", done.line(), tail(&done.log));
            self.done.push(done);
        }
    }

    fn summary(&self) -> String {
        let mut text = String::from("Summary\n");
        let mut sum = Counts::default();
        for done in &self.done {
            sum += done.end.counts();
            text.push_str(&done.line());
            text.push('\n');
        }
        for done in &self.done {
            let End::Failed(_, failed) = &done.end else {
                continue;
            };
            write_line(
                &mut text,
                &format!("failed: {}, whole log in {}", done.name, done.log.display()),
            );
            for test in failed.iter().take(NAMED) {
                write_line(&mut text, &format!("     - {test}"));
            }
        }
        write_line(
            &mut text,
            &format!("total {:.1} s", self.started.elapsed().as_secs_f64()),
        );
        let Counts {
            passed,
            failed,
            skipped,
        } = sum;
        write_line(
            &mut text,
            &format!("{passed} passed, {failed} failed, {skipped} skipped"),
        );
        text
    }
}

impl Done {
    fn line(&self) -> String {
        let seconds = self.duration.as_secs_f64();
        let Counts {
            passed,
            failed,
            skipped,
        } = self.end.counts();
        let (mark, detail) = match &self.end {
            End::Passed(_) => ("ok  ", format!("{passed} passed, {skipped} skipped")),
            End::Failed(..) => (
                "FAIL",
                format!("{passed} passed, {failed} failed, {skipped} skipped"),
            ),
            End::Skipped(reason) => ("skip", reason.clone()),
        };
        format!("{mark} {:<18} {seconds:>7.1} s  {detail}", self.name)
    }
}

fn write_line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}

fn append(log: &Path, line: &str) {
    let mut text = fs::read_to_string(log).unwrap_or_default();
    text.push_str(line);
    if let Err(error) = fs::write(log, text) {
        eprintln!("cannot write {}: {error}", log.display());
    }
}

/// The end of a log, set off from our own lines.
pub fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let shown = &lines[lines.len().saturating_sub(TAIL_LINES)..];
    let quoted: Vec<String> = shown.iter().map(|line| format!("     | {line}")).collect();
    quoted.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite(name: &str) -> Suite {
        let folder =
            std::env::temp_dir().join(format!("zhiyin-steps-{}-{name}", std::process::id()));
        Suite::new(folder, Vec::new()).unwrap()
    }

    #[test]
    fn all_steps_run_and_the_last_line_counts_them() {
        let mut suite = suite("counts");
        suite.step("build", &[], |_| Ok(End::of_check(true)));
        suite.step("broken", &["build"], |_| anyhow::bail!("no such thing"));
        suite.step("after", &["broken"], |_| Ok(End::of_check(true)));
        suite.step("runner", &["build"], |_| {
            Ok(End::of_runner(
                true,
                Counts {
                    passed: 3,
                    failed: 0,
                    skipped: 1,
                },
                Vec::new(),
            ))
        });
        let summary = suite.summary();
        assert_eq!(
            summary.lines().last(),
            Some("4 passed, 1 failed, 2 skipped")
        );
        assert!(summary.contains("needs \"broken\""), "{summary}");
        let logs = suite.logs.clone();
        assert!(!suite.finish());
        fs::remove_dir_all(logs).unwrap();
    }

    #[test]
    fn steps_side_by_side_are_all_counted_and_the_failed_tests_named() {
        let mut suite = suite("rows");
        suite.step("build", &[], |_| Ok(End::of_check(true)));
        suite.side_by_side(
            |row| row.step("left", &["build"], |_| Ok(End::of_check(true))),
            |row| {
                row.step("right", &["build"], |_| {
                    let failed = vec!["adds".to_owned()];
                    Ok(End::of_runner(false, Counts::ONE_FAILED, failed))
                });
            },
        );
        suite.step("after", &["left"], |_| Ok(End::of_check(true)));
        suite.step("never", &["right"], |_| Ok(End::of_check(true)));
        let summary = suite.summary();
        assert!(
            summary.ends_with("3 passed, 1 failed, 1 skipped\n"),
            "{summary}"
        );
        assert!(summary.contains("     - adds\n"), "{summary}");
        fs::remove_dir_all(&suite.logs).unwrap();
    }

    #[test]
    fn asking_for_a_step_that_is_not_there_fails() {
        let mut suite = suite("unknown");
        suite.only = vec!["clipy".to_owned()];
        suite.step("clippy", &[], |_| Ok(End::of_check(true)));
        let logs = suite.logs.clone();
        assert!(!suite.finish());
        let said = fs::read_to_string(logs.join("unknown-step.log")).unwrap();
        assert!(said.contains("clippy"), "{said}");
        fs::remove_dir_all(logs).unwrap();
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        assert_eq!(
            End::of_runner(true, Counts::default(), Vec::new()),
            End::failed()
        );
        let crashed = Counts {
            passed: 2,
            failed: 0,
            skipped: 0,
        };
        assert_eq!(
            End::of_runner(false, crashed, Vec::new()).counts().failed,
            1
        );
    }
}
