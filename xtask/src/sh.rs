//! Running other programs: with a time limit, stopped on Ctrl-C, output to a log.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{interrupt, processes};

/// What `cargo run` sets for this program. A cargo started by it must not see them: build
/// scripts that watch them would run anew each time, and everything above be recompiled.
const OF_THIS_PROGRAM: [&str; 5] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "LD_LIBRARY_PATH",
];

/// A program to run.
pub struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    envs: Vec<(OsString, OsString)>,
    dir: PathBuf,
    limit: Duration,
}

impl Cmd {
    /// A program run in the root of the checkout, for at most twenty minutes.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            envs: Vec::new(),
            dir: crate::files::root(),
            limit: Duration::from_mins(20),
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.envs
            .push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Runs in another folder.
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = dir.into();
        self
    }

    /// Sets the time limit.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The standard library's command, for callers that keep the child themselves.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.dir);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if OF_THIS_PROGRAM.iter().any(|begin| text.starts_with(begin)) {
                command.env_remove(&name);
            }
        }
        for (key, value) in &self.envs {
            command.env(key, value);
        }
        command
    }

    /// Runs with both outputs appended to `log`; true when it succeeded.
    pub fn logged(&self, log: &Path) -> Result<bool> {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("open {}", log.display()))?;
        writeln!(file, "$ {self}")?;
        let mut command = self.command();
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file.try_clone()?);
        match self.wait(&mut command) {
            Ok(status) => Ok(status.success()),
            Err(error) => {
                writeln!(file, "{error:#}")?;
                Ok(false)
            }
        }
    }

    /// Runs with this program's own input and output; an error when it fails.
    pub fn run(&self) -> Result<()> {
        let status = self.wait(&mut self.command())?;
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    /// Runs and returns what it printed; an error with its complaint when it fails.
    pub fn output(&self) -> Result<String> {
        let output = self
            .command()
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("start `{self}`"))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("`{self}` failed ({}): {}", output.status, complaint.trim());
        }
        String::from_utf8(output.stdout).with_context(|| format!("output of `{self}`"))
    }

    fn wait(&self, command: &mut Command) -> Result<ExitStatus> {
        let mut child = command.spawn().with_context(|| format!("start `{self}`"))?;
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if interrupt::requested() {
                processes::end_tree(&mut child)?;
                bail!("interrupted");
            }
            if started.elapsed() > self.limit {
                processes::end_tree(&mut child)?;
                bail!(
                    "`{self}` took longer than {} s and was ended",
                    self.limit.as_secs()
                );
            }
            thread::sleep(processes::POLL);
        }
    }
}

impl fmt::Display for Cmd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.program.display())?;
        for arg in &self.args {
            write!(formatter, " {}", arg.display())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_returned_and_failure_explained() {
        assert_eq!(
            Cmd::new("sh").args(["-c", "echo hi"]).output().unwrap(),
            "hi\n"
        );
        let error = Cmd::new("sh")
            .args(["-c", "echo broken >&2; exit 3"])
            .output()
            .unwrap_err();
        assert!(error.to_string().contains("broken"), "{error}");
    }

    #[test]
    fn a_program_over_its_time_is_ended() {
        let slow = Cmd::new("sleep")
            .arg("60")
            .limit(Duration::from_millis(100));
        let error = slow.run().unwrap_err();
        assert!(error.to_string().contains("took longer"), "{error}");
    }
}
