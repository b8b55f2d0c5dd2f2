//! `cargo xtask demo`: from a fresh checkout to a running product with a sample company.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::sh::Cmd;
use crate::{files, node, server, steps};

/// Options of `demo`.
#[derive(Args)]
pub struct Options {
    /// Port of the web server.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Keep the data in this folder; without it a fresh folder is used and removed.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Build optimised: slower to build, faster to run.
    #[arg(long, conflicts_with = "debug")]
    release: bool,
    /// Build unoptimised (the default).
    #[arg(long)]
    debug: bool,
    /// Simulated customers keep writing.
    #[arg(long)]
    live: bool,
    /// Use a PostgreSQL database instead of the embedded store.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Builds, starts, says where it is, and waits for Ctrl-C.
pub fn run(options: &Options) -> Result<ExitCode> {
    let profile = if options.release {
        Profile::Release
    } else {
        Profile::Debug
    };
    build(profile)?;
    let data = DataFolder::open(options.data.as_deref())?;
    let command = serve(&cargo::server_binary(profile), &data.path, options);
    let mut server = server::Server::start(command.command(), options.port)?;
    announce(&server, &data, options)?;
    server.wait()?;
    eprintln!("\nstopping");
    Ok(ExitCode::SUCCESS)
}

/// Installs modules and builds web and server, each only when stale.
pub fn build(profile: Profile) -> Result<()> {
    node::check_version()?;
    if let Some(install) = node::stale_modules()? {
        timed("installing web modules", || install.run())?;
    }
    if let Some(build) = node::stale_build()? {
        timed("building the web", || {
            quietly(&build, "demo-web-build")?;
            node::build_finished()
        })?;
    }
    timed("building the server", || cargo::build_server(profile).run())
}

/// The command that serves the sample company.
fn serve(binary: &Path, data: &Path, options: &Options) -> Cmd {
    let mut command = Cmd::new(binary)
        .args(["serve", "--demo"])
        .arg("--data")
        .arg(data)
        .arg("--listen")
        .arg(format!("127.0.0.1:{}", options.port))
        .arg("--public-url")
        .arg(format!("http://localhost:{}", options.port));
    if options.live {
        command = command.arg("--live");
    }
    if let Some(url) = &options.database {
        command = command.arg("--database").arg(url);
    }
    command
}

fn announce(server: &server::Server, data: &DataFolder, options: &Options) -> Result<()> {
    let url = server.url();
    println!("\nZhiyin is running.\n");
    println!("  console      {url}/");
    println!("  sample shop  {url}/demo/shop");
    println!("  API          {url}/api/docs\n");
    println!("  log in as");
    for line in server::demo_log_ins(&data.path)? {
        println!("    {line}");
    }
    let kept = if data.is_temporary {
        "removed at the end"
    } else {
        "kept"
    };
    println!("\n  data         {} ({kept})", data.path.display());
    if !options.live {
        println!("  hint         --live lets simulated customers write all the time");
    }
    println!("\nCtrl-C stops it.");
    Ok(())
}

/// Runs a talkative program; what it said is shown only when it failed.
fn quietly(command: &Cmd, name: &str) -> Result<()> {
    let log = files::scratch()?.join(format!("{name}.log"));
    fs::write(&log, "")?;
    if !command.logged(&log)? {
        bail!("{}\n{}", steps::tail(&log), log.display());
    }
    Ok(())
}

fn timed(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    eprintln!("{what} …");
    let started = Instant::now();
    work().with_context(|| format!("{what} failed"))?;
    eprintln!("{what} took {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Where the demo keeps its data; a temporary one is removed at the end.
struct DataFolder {
    path: PathBuf,
    is_temporary: bool,
}

impl DataFolder {
    fn open(chosen: Option<&Path>) -> Result<Self> {
        let path = match chosen {
            Some(path) => std::path::absolute(path)?,
            None => std::env::temp_dir().join(format!("zhiyin-demo-{}", std::process::id())),
        };
        fs::create_dir_all(&path).with_context(|| format!("create {}", path.display()))?;
        Ok(Self {
            path,
            is_temporary: chosen.is_none(),
        })
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        if self.is_temporary
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            eprintln!("cannot remove {}: {error}", self.path.display());
        }
    }
}
