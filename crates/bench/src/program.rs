//! The real program as another process: started, asked, killed, stopped.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// It is given up when it does not listen after this long.
const START_LIMIT: Duration = Duration::from_mins(1);
/// What stands before the address in the line that says it listens.
const LISTENS: &str = "Zhiyin listens on ";
/// Lines of its log that are kept, for the reader of a failure.
const LINES_KEPT: usize = 30;

/// How to start it.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub binary: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// A PostgreSQL database instead of a file in the data folder.
    pub database: Option<String>,
    /// More arguments of `serve`.
    pub arguments: Vec<String>,
    /// A command that runs the program, such as one that puts it on another disk.
    pub before: Vec<String>,
}

impl Launch {
    /// On a data folder, without limits on how much one sender may ask for: a load
    /// generator is one sender.
    pub fn new(binary: &Path, data: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            database: None,
            arguments: Vec::new(),
            before: Vec::new(),
        }
    }

    /// The command that serves on a free port.
    pub fn command(&self) -> Command {
        let mut command = match self.before.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .arg("--data")
            .arg(&self.data)
            .args(&self.arguments)
            .current_dir(&self.data);
        if let Some(url) = &self.database {
            command.env("ZHIYIN__DATABASE__URL", url);
        }
        for limit in [
            "ADDRESS",
            "ANONYMOUS",
            "AGENT",
            "TOKEN",
            "VISITOR",
            "VISITOR_MESSAGES",
            "INBOX_VISITORS",
            "FRAMES",
        ] {
            command.env(format!("ZHIYIN__LIMITS__{limit}_PER_MINUTE"), "0");
        }
        command
    }

    /// Makes the keys of a new installation.
    pub fn make_keys(&self) -> Result<()> {
        let made = Command::new(&self.binary)
            .args(["keys", "generate", "--data"])
            .arg(&self.data)
            .output()
            .context("cannot run the program")?;
        if !made.status.success() {
            bail!("no keys: {}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(())
    }

    /// Starts it and waits until it listens.
    pub fn start(&self) -> Result<Program> {
        Program::start(self.command())
    }

    /// Starts it and does not wait.
    pub fn start_unattended(&self) -> Result<Child> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().context("cannot start the program")
    }
}

/// The program, listening. Killed when dropped.
pub struct Program {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it listened.
    pub started_in: Duration,
    log: Arc<Mutex<VecDeque<String>>>,
}

impl Program {
    /// Runs a command that serves, and waits until it listens.
    pub fn start(mut command: Command) -> Result<Self> {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let log = Arc::default();
        let errors = child.stderr.take().context("the program has no log")?;
        let listening = watch(errors, Arc::clone(&log))?;
        if let Ok(address) = listening.recv_timeout(START_LIMIT) {
            Ok(Self {
                child,
                address,
                started_in: started.elapsed(),
                log,
            })
        } else {
            child.kill().context("cannot end the program")?;
            let status = child.wait()?;
            bail!("the program does not listen ({status}):\n{}", text(&log));
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        text(&self.log)
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Ends it at once, as a power cut would, and waits until it is gone.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().context("cannot kill the program")?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<ExitStatus> {
        // The standard library knows no other signal than the one that kills.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        if !asked.success() {
            bail!("cannot ask the program to stop");
        }
        Ok(self.child.wait()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("could not end the program: {error}");
        }
    }
}

fn text(log: &Mutex<VecDeque<String>>) -> String {
    let lines = log.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().cloned().collect::<Vec<_>>().join("\n")
}

/// Reads its log for as long as it runs, so that it never waits for us, and gives the
/// address when it says so.
fn watch(errors: ChildStderr, log: Arc<Mutex<VecDeque<String>>>) -> Result<Receiver<SocketAddr>> {
    let (sender, listening) = mpsc::channel();
    let read = move || {
        for line in BufReader::new(errors).lines().map_while(Result::ok) {
            if let Some(address) = address_in(&line)
                && sender.send(address).is_err()
            {
                eprintln!("nobody waits for the program any more");
            }
            let mut lines = log.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.len() == LINES_KEPT {
                lines.pop_front();
            }
            lines.push_back(line);
        }
    };
    std::thread::Builder::new()
        .name("program-log".to_owned())
        .spawn(read)
        .context("cannot read the program's log")?;
    Ok(listening)
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = &line[line.find(LISTENS)? + LISTENS.len()..];
    let end = rest
        .find(|letter: char| !(letter.is_ascii_hexdigit() || ".:[]".contains(letter)))
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_both_kinds_of_log() {
        let address = Some(SocketAddr::from(([127, 0, 0, 1], 4711)));
        for line in [
            r#"{"level":"INFO","message":"Zhiyin listens on 127.0.0.1:4711"}"#,
            "INFO zhiyin: Zhiyin listens on 127.0.0.1:4711",
        ] {
            assert_eq!(address_in(line), address);
        }
        assert_eq!(address_in("Zhiyin stops"), None);
    }
}
