//! Starts the real binary in a folder of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// An installation in a temporary folder.
pub struct Installation {
    folder: TempDir,
}

/// What a command did.
pub struct Done {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub output: String,
    /// What it complained.
    pub complaint: String,
}

impl Installation {
    /// With nothing in it.
    pub fn empty() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// With a schema and a workspace, whose administrator is `ada@example.com`.
    pub fn with_workspace() -> Self {
        let new = Self::empty();
        new.run(&["migrate"]).good();
        let workspace = [
            "admin",
            "create-workspace",
            "--name",
            "Tea House",
            "--admin-name",
            "Ada",
            "--admin-email",
            "ada@example.com",
            "--password-stdin",
        ];
        new.run_with(&workspace, "quiet-river-41\n").good();
        new
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command on it.
    pub fn run(&self, args: &[&str]) -> Done {
        self.run_with(args, "")
    }

    /// Runs a command with one more environment variable.
    pub fn run_in(&self, args: &[&str], variable: (&str, &Path)) -> Done {
        let mut command = self.command(args);
        command.env(variable.0, variable.1);
        finish(command, "")
    }

    /// Runs a command with something to read.
    pub fn run_with(&self, args: &[&str], input: &str) -> Done {
        finish(self.command(args), input)
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Server {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .stdin(Stdio::null())
            .spawn()
            .expect("the binary");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
        let address = address_from(&mut lines);
        Server {
            child,
            lines,
            address,
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhiyin"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("ZHIYIN__DATA_DIR", self.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

fn finish(mut command: Command, input: &str) -> Done {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the binary");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(input.as_bytes())
        .expect("a command that reads or ends");
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    Done {
        status: output.status,
        output: String::from_utf8(output.stdout).expect("text"),
        complaint: String::from_utf8(output.stderr).expect("text"),
    }
}

impl Done {
    /// Fails the test unless the command succeeded; gives what it printed.
    pub fn good(self) -> String {
        assert!(self.status.success(), "{}{}", self.output, self.complaint);
        self.output
    }

    /// Fails the test unless the command failed; gives its complaint.
    pub fn bad(self) -> String {
        assert!(!self.status.success(), "{}", self.output);
        self.complaint
    }
}

/// A server that runs.
pub struct Server {
    child: Child,
    lines: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Server {
    /// The answer to a request: status and body.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, String) {
        let (status, _, body) = self.send(method, path, ("", body));
        (status, body)
    }

    /// Logs in; what is given back belongs into the head of further requests.
    pub fn log_in(&self, email: &str, password: &str) -> String {
        let body = serde_json::json!({ "email": email, "password": password });
        let (status, head, answer) = self.send("POST", "/api/v1/session", ("", Some(&body)));
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let cookies: Vec<&str> = head
            .lines()
            .filter_map(|line| line.strip_prefix("set-cookie: "))
            .filter_map(|cookie| cookie.split(';').next())
            .collect();
        let token = answer["csrf_token"].as_str().expect("a token");
        format!(
            "cookie: {}\r\nx-csrf-token: {token}\r\n",
            cookies.join("; ")
        )
    }

    /// Status, head and body of the answer to a request with more in its head.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        (head, body): (&str, Option<&Value>),
    ) -> (u16, String, String) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(self.address).expect("a server that listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a limit");
        let address = self.address;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n{head}\
             connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream
            .write_all(request.as_bytes())
            .expect("a server that reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer
            .get(9..12)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        (status, head.to_owned(), body.to_owned())
    }

    /// Asks it to stop, and gives how it ended, after how long, and what it logged.
    pub fn stop(mut self) -> (ExitStatus, Duration, String) {
        let asked = Instant::now();
        let pid = self.child.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -TERM {pid}")])
            .status();
        assert!(sent.expect("a shell").success());
        let status = self.child.wait().expect("an end");
        let took = asked.elapsed();
        let mut log = String::new();
        self.lines.read_to_string(&mut log).expect("text");
        (status, took, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.child.kill().expect("a child of ours");
        }
    }
}

fn address_from(lines: &mut BufReader<ChildStderr>) -> SocketAddr {
    let mut log = String::new();
    loop {
        let mut line = String::new();
        let length = lines.read_line(&mut line).expect("text");
        assert!(length > 0, "the server ended before it listened: {log}");
        if let Some((_, address)) = line.split_once("Zhiyin listens on ") {
            let end = address.find('"').expect("the end of the message");
            return address[..end].parse().expect("an address");
        }
        log.push_str(&line);
    }
}
