//! A disk that fills up or turns read-only under the real program, and what customers do
//! meanwhile.
//!
//! A small library is preloaded that lets writes fail as the kernel would (`fault.c`). So
//! the test needs neither root nor mounts, and the disk is full at a chosen byte, also in
//! the middle of a page.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zhiyin_bench::company::{Company, message, open_visitor};
use zhiyin_bench::http::{Answer, Connection, Request};
use zhiyin_bench::program::{Launch, Program};

/// A data folder on a disk that does what the test says.
pub struct Disk {
    data: TempDir,
    /// The library and the file that tells it what to do.
    control: TempDir,
    changes: u32,
}

impl Disk {
    /// A disk on which all is well. The library is made by the C compiler that the
    /// database is made by too.
    pub fn new() -> Self {
        let disk = Self {
            data: TempDir::new().expect("a folder"),
            control: TempDir::new().expect("a folder"),
            changes: 0,
        };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/durability/fault.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(disk.library())
            .arg(source)
            .arg("-ldl")
            .output()
            .expect("a C compiler");
        let complaint = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{complaint}");
        disk
    }

    fn library(&self) -> PathBuf {
        self.control.path().join("fault.so")
    }

    fn switch(&self) -> PathBuf {
        self.control.path().join("switch")
    }

    fn set(&mut self, kind: char, bytes: usize) {
        self.changes += 1;
        let text = format!("{kind} {} {bytes}", self.changes);
        std::fs::write(self.switch(), text).expect("a file");
    }

    /// Room for so many bytes more.
    pub fn leave(&mut self, bytes: usize) {
        self.set('F', bytes);
    }

    /// Nothing can be written.
    pub fn protect(&mut self) {
        self.set('R', 0);
    }

    /// All is well.
    pub fn mend(&mut self) {
        self.set('W', 0);
    }

    /// How the program is started on it.
    pub fn launch(&self) -> Launch {
        let before = vec![
            "env".to_owned(),
            format!("LD_PRELOAD={}", self.library().display()),
            format!("DISK_FAULT={}", self.switch().display()),
        ];
        Launch {
            before,
            ..Launch::new(Path::new(env!("CARGO_BIN_EXE_zhiyin")), self.data.path())
        }
    }

    /// A file in the data folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }
}

/// A customer who notes what was acknowledged.
pub struct Customer {
    runtime: Runtime,
    token: String,
    sent: usize,
    /// Client ids of acknowledged messages, in order.
    pub acknowledged: Vec<String>,
}

impl Customer {
    /// The first customer of a company that is set up for them.
    pub fn of(program: &Program) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let token = runtime.block_on(async {
            let company = Company::set_up(program.address).await.expect("set up");
            let inbox = company.inbox("Shop").await.expect("an inbox");
            let mut connection = Connection::open(program.address).await.expect("connected");
            open_visitor(&mut connection, &inbox.key)
                .await
                .expect("a visitor")
        });
        Self {
            runtime,
            token,
            sent: 0,
            acknowledged: Vec::new(),
        }
    }

    /// Asks for something.
    pub fn ask(&self, program: &Program, request: &Request) -> Answer {
        self.runtime.block_on(async {
            let mut connection = Connection::open(program.address).await.expect("connected");
            connection.send(request).await.expect("an answer")
        })
    }

    /// Sends a message of two kilobytes, the last one again if it was refused.
    pub fn write(&mut self, program: &Program) -> Answer {
        let client_id = format!("m{}", self.sent);
        let text = format!("{client_id} {}", "x".repeat(2_000));
        let request = message(&self.token, &client_id, &text).expect("a request");
        let answer = self.ask(program, &request);
        if matches!(answer.status, 200 | 201) {
            self.acknowledged.push(client_id);
            self.sent += 1;
        }
        answer
    }

    /// Client ids of what is there, in order.
    pub fn read(&self, program: &Program) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut before = String::new();
        loop {
            let path = format!("/api/v1/widget/messages?limit=50{before}");
            let page = self.ask(program, &Request::new("GET", &path).bearer(&self.token));
            let page = page.success().expect("a page");
            let items = page["items"].as_array().expect("items");
            let names = items
                .iter()
                .map(|item| item["client_id"].as_str().unwrap_or("?"));
            all.splice(0..0, names.map(str::to_owned));
            match &page["next"] {
                Value::String(next) => before = format!("&before_seq={next}"),
                _ => return all,
            }
        }
    }
}

/// A write is refused with a clear answer; everything else works.
pub fn refuses_writes_only(program: &mut Program, customer: &mut Customer, when: &str) {
    let refused = customer.write(program);
    let problem = refused.json().expect("a problem");
    assert_eq!(refused.status, 503, "{when}: {problem}");
    assert_eq!(problem["code"], "storage-full", "{when}: {problem}");
    assert_eq!(refused.media_type, "application/problem+json");
    assert!(refused.retry_after.is_some(), "{when}");

    assert!(program.is_alive().expect("its state"), "{}", program.log());
    let health = customer.ask(program, &Request::new("GET", "/healthz"));
    assert_eq!(health.status, 200, "{when}");
    assert_eq!(customer.read(program), customer.acknowledged, "{when}");
}

/// Writes go through.
pub fn takes_writes(program: &Program, customer: &mut Customer, when: &str) {
    for _ in 0..20 {
        let answer = customer.write(program);
        assert_eq!(answer.status, 201, "{when}: {}", answer.text());
    }
    assert_eq!(customer.read(program), customer.acknowledged, "{when}");
}
