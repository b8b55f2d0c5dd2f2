//! A server started for a demo or for screenshots: found by its port, awaited until
//! ready, stopped in order.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{interrupt, processes};

/// Long enough for a server to finish requests and sockets before it is ended by force.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A running `zhiyin serve`; dropping it stops it.
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts the command and waits until the server says that it is ready.
    pub fn start(mut command: Command, port: u16) -> Result<Self> {
        if TcpStream::connect_timeout(&local(port), Duration::from_millis(300)).is_ok() {
            bail!("port {port} is taken: choose another with --port");
        }
        let child = command.spawn().context("start zhiyin")?;
        let mut server = Self { child, port };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Address for a browser.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits until the server ends by itself or somebody asks to stop.
    pub fn wait(&mut self) -> Result<()> {
        while !interrupt::requested() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended by itself ({status})");
            }
            thread::sleep(processes::POLL);
        }
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let end = Instant::now() + Duration::from_mins(1);
        while !is_ready(self.port) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended before it was ready ({status})");
            }
            if interrupt::requested() {
                bail!("interrupted");
            }
            if Instant::now() > end {
                bail!("the server was not ready within a minute");
            }
            thread::sleep(processes::POLL);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        processes::signal("TERM", &[self.child.id()]);
        let ended = processes::ended_within(&mut self.child, STOP_LIMIT);
        if !matches!(ended, Ok(true))
            && let Err(error) = self.child.kill()
        {
            eprintln!("cannot end the server: {error}");
        }
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn is_ready(port: u16) -> bool {
    get(port, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn get(port: u16, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&local(port), Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Log-ins of the sample company, which the server writes into its data folder.
pub fn demo_log_ins(data: &Path) -> Result<Vec<String>> {
    let path = data.join("demo.json");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    log_ins_from(&text)
}

fn log_ins_from(text: &str) -> Result<Vec<String>> {
    let value: serde_json::Value = serde_json::from_str(text).context("demo.json")?;
    let log_ins = value["log_ins"]
        .as_array()
        .context("demo.json has no `log_ins`")?;
    let field = |log_in: &serde_json::Value, name: &str| {
        log_in[name].as_str().unwrap_or_default().to_owned()
    };
    Ok(log_ins
        .iter()
        .map(|log_in| {
            let role = field(log_in, "role");
            format!(
                "{role:<14} {:<28} {}",
                field(log_in, "email"),
                field(log_in, "password")
            )
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_ins_are_listed() {
        let text =
            r#"{"log_ins":[{"role":"administrator","email":"a@b.example","password":"pw"}]}"#;
        let lines = log_ins_from(text).unwrap();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("a@b.example"), "{lines:?}");
        assert!(log_ins_from("{}").is_err());
    }
}
