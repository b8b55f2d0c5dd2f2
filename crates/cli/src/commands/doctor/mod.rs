//! `zhiyin doctor`: does everything this installation needs work, and if not, what to do.
//!
//! Each check says what it found and, when that is not good, one remedy. All checks run,
//! except those that need one that failed.

mod checks;
mod machine;

use std::fmt;

use anyhow::Result;

use crate::config::{self, ConfigArgs};
use crate::output;

/// How one thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Good.
    Good(String),
    /// Works, but should be better: what it is, and the remedy.
    Weak(String, String),
    /// Does not work: what it is, and the remedy.
    Broken(String, String),
}

/// One line of the report.
pub struct Line {
    /// What was looked at.
    pub subject: &'static str,
    /// What was found.
    pub finding: Finding,
}

impl Finding {
    /// Something that works.
    pub fn good(what: impl Into<String>) -> Self {
        Self::Good(what.into())
    }

    /// Something that should be better.
    pub fn weak(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Weak(what.into(), remedy.into())
    }

    /// Something that does not work.
    pub fn broken(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Broken(what.into(), remedy.into())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, what, remedy) = match &self.finding {
            Finding::Good(what) => ("ok  ", what, None),
            Finding::Weak(what, remedy) => ("weak", what, Some(remedy)),
            Finding::Broken(what, remedy) => ("FAIL", what, Some(remedy)),
        };
        write!(formatter, "{mark}  {:<14} {what}", self.subject)?;
        if let Some(remedy) = remedy {
            write!(formatter, "\n      {:<14} → {remedy}", "")?;
        }
        Ok(())
    }
}

/// Runs all checks; an error when something does not work.
pub fn run(args: &ConfigArgs) -> Result<()> {
    let config = match config::load(args, &[]) {
        Ok(loaded) => loaded.config,
        Err(error) => {
            let remedy = "see `zhiyin config reference`";
            let finding = Finding::broken(format!("{error:#}"), remedy);
            output::print(
                &Line {
                    subject: "configuration",
                    finding,
                }
                .to_string(),
            )?;
            anyhow::bail!("the other checks need a configuration");
        }
    };
    let lines = checks::all(&config);
    for line in &lines {
        output::print(&line.to_string())?;
    }
    let broken = lines
        .iter()
        .filter(|line| matches!(line.finding, Finding::Broken(..)))
        .count();
    if broken > 0 {
        anyhow::bail!("{broken} of {} checks failed", lines.len());
    }
    output::print("All is well.")
}
