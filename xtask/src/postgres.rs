//! A throw-away PostgreSQL for tests: its own folder and port, no durability, gone at
//! the end whatever happens.
//!
//! The server refuses to run as root, so as root it runs as the user `postgres`. It
//! gets a process group of its own: Ctrl-C reaches this program first, which stops it
//! in order. A cluster left by a killed run is found and removed by the next one.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{net::TcpListener, thread};

use anyhow::{Context, Result, bail};

use crate::{interrupt, packages, processes};

const CERTIFICATE: &str = "certificate.pem";
const PRIVATE_KEY: &str = "private-key.pem";
const FOLDER_PREFIX: &str = "zhiyin-test-postgres-";

/// `cargo xtask postgres`: for running single tests by hand.
pub fn run() -> Result<ExitCode> {
    packages::ensure(&[packages::Need::Postgres])?;
    let cluster = Cluster::start()?;
    println!("export ZHIYIN_TEST_POSTGRES={}", cluster.url());
    println!(
        "export ZHIYIN_TEST_POSTGRES_CERTIFICATE={}",
        cluster.certificate().display()
    );
    eprintln!("PostgreSQL runs until Ctrl-C; nothing in it is kept");
    while !interrupt::requested() {
        thread::sleep(processes::POLL);
    }
    Ok(ExitCode::SUCCESS)
}

/// A running cluster; dropping it stops it and removes its folder.
pub struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

/// Who the server runs as.
#[derive(Clone, Copy)]
enum RunAs {
    CurrentUser,
    Other { user: u32, group: u32 },
}

/// What a commit means.
#[derive(Clone, Copy)]
enum Durability {
    /// Nothing is flushed.
    None,
    /// It is on the disk.
    Full,
}

impl Cluster {
    /// Makes and starts a cluster for tests: fast, and durable in nothing.
    pub fn start() -> Result<Self> {
        Self::start_with(Durability::None)
    }

    /// The same for measuring: what it acknowledges is on the disk, as in real use.
    pub fn start_durable() -> Result<Self> {
        Self::start_with(Durability::Full)
    }

    fn start_with(durability: Durability) -> Result<Self> {
        remove_left_over();
        let programs = packages::postgres_folder().context("PostgreSQL is not installed")?;
        let run_as = run_as()?;
        let folder = make_folder(run_as)?;
        let data = folder.join("data");
        let made = initialise(&programs, &data, run_as);
        let certified = made.and_then(|()| certify(&folder, run_as));
        let started =
            certified.and_then(|()| launch(&programs, &folder, &data, run_as, durability));
        match started {
            Ok((server, port)) => {
                let mut cluster = Self {
                    server,
                    folder,
                    port,
                };
                cluster.wait_until_ready()?;
                Ok(cluster)
            }
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }

    /// Address with all rights, for `ZHIYIN_TEST_POSTGRES`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The certificate it shows to those who ask for TLS; nobody trusts it unless told to.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join(CERTIFICATE)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        let status = self.folder.join("data/postmaster.pid");
        loop {
            let ready = fs::read_to_string(&status).is_ok_and(|text| {
                text.lines()
                    .nth(7)
                    .is_some_and(|line| line.trim() == "ready")
            });
            if ready {
                return Ok(());
            }
            if let Some(ended) = self.server.try_wait()? {
                bail!("PostgreSQL ended at once ({ended}): {}", self.complaint());
            }
            if interrupt::requested() || Instant::now() > end {
                bail!("PostgreSQL did not get ready: {}", self.complaint());
            }
            thread::sleep(processes::POLL);
        }
    }

    fn complaint(&self) -> String {
        fs::read_to_string(self.folder.join("server.log")).unwrap_or_else(|error| error.to_string())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is the server's "fast" shutdown: it ends sessions and leaves.
        processes::signal("INT", &[self.server.id()]);
        let ended = processes::ended_within(&mut self.server, Duration::from_secs(10));
        if !matches!(ended, Ok(true))
            && let Err(error) = self.server.kill()
        {
            eprintln!("cannot end PostgreSQL: {error}");
        }
        remove(&self.folder);
    }
}

fn run_as() -> Result<RunAs> {
    if !packages::is_root()? {
        return Ok(RunAs::CurrentUser);
    }
    let users = fs::read_to_string("/etc/passwd").context("read /etc/passwd")?;
    ids_of("postgres", &users)
        .map(|(user, group)| RunAs::Other { user, group })
        .context("there is no user `postgres` to run PostgreSQL as")
}

fn ids_of(name: &str, users: &str) -> Option<(u32, u32)> {
    let line = users
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn make_folder(run_as: RunAs) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("{FOLDER_PREFIX}{}", std::process::id()));
    fs::create_dir(&folder).with_context(|| format!("create {}", folder.display()))?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    if let RunAs::Other { user, group } = run_as {
        chown(&folder, Some(user), Some(group))?;
    }
    Ok(folder)
}

fn command(program: &Path, run_as: RunAs) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null());
    if let RunAs::Other { user, group } = run_as {
        command.uid(user).gid(group);
    }
    command
}

fn initialise(programs: &Path, data: &Path, run_as: RunAs) -> Result<()> {
    let output = command(&programs.join("initdb"), run_as)
        .arg("--pgdata")
        .arg(data)
        .args(["--username=postgres", "--auth=trust", "--no-sync"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8"])
        .output()
        .context("start initdb")?;
    if !output.status.success() {
        bail!(
            "initdb failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

/// A certificate of its own: who trusts exactly this file can check the connection.
fn certify(folder: &Path, run_as: RunAs) -> Result<()> {
    let output = command(Path::new("openssl"), run_as)
        .args(["req", "-x509", "-newkey", "ec", "-noenc", "-days", "2"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-subj", "/CN=zhiyin-test-postgres"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .arg("-keyout")
        .arg(folder.join(PRIVATE_KEY))
        .arg("-out")
        .arg(folder.join(CERTIFICATE))
        .output()
        .context("start openssl")?;
    if !output.status.success() {
        bail!(
            "openssl made no certificate: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

fn launch(
    programs: &Path,
    folder: &Path,
    data: &Path,
    run_as: RunAs,
    durability: Durability,
) -> Result<(Child, u16)> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let log = File::create(folder.join("server.log"))?;
    let durable = match durability {
        Durability::None => "off",
        Durability::Full => "on",
    };
    let settings = [
        format!("fsync={durable}"),
        format!("synchronous_commit={durable}"),
        format!("full_page_writes={durable}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "max_connections=200".to_owned(),
        "log_min_messages=warning".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        format!("port={port}"),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", folder.join(CERTIFICATE).display()),
        format!("ssl_key_file={}", folder.join(PRIVATE_KEY).display()),
    ];
    let mut server = command(&programs.join("postgres"), run_as);
    server.arg("-D").arg(data).process_group(0);
    for setting in settings {
        server.arg("-c").arg(setting);
    }
    let child = server
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("start postgres")?;
    Ok((child, port))
}

/// Clusters whose test run was killed before it could stop them.
fn remove_left_over() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(owner) = name
            .to_str()
            .and_then(|name| name.strip_prefix(FOLDER_PREFIX))
        else {
            continue;
        };
        if Path::new("/proc").join(owner).exists() {
            continue;
        }
        let status = fs::read_to_string(entry.path().join("data/postmaster.pid"));
        if let Ok(status) = status
            && let Some(pid) = status
                .lines()
                .next()
                .and_then(|line| line.trim().parse().ok())
        {
            processes::signal("QUIT", &[pid]);
        }
        remove(&entry.path());
    }
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        eprintln!("cannot remove {}: {error}", folder.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_the_user_list() {
        let users = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104:admin:/var:/bin/sh\n";
        assert_eq!(ids_of("postgres", users), Some((101, 104)));
        assert_eq!(ids_of("post", users), None);
    }
}
