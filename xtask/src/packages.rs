//! Programs from Debian's packages: looked for first, installed only when missing.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::files;
use crate::sh::Cmd;

/// Something the checks need from the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A browser for the journeys.
    Chromium,
    /// Fonts to draw Chinese, so that screenshots and layouts are real.
    ChineseFonts,
    /// The second database.
    Postgres,
    /// A mail server that keeps mailboxes.
    Imap,
    /// The part of it that takes mail in.
    MailDelivery,
    /// A mail server that passes mail on.
    Smtp,
    /// A second opinion on our signatures.
    SignatureCheck,
    /// The client for Python packages, which models are published in.
    Pip,
}

impl Need {
    fn package(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::ChineseFonts => "fonts-noto-cjk",
            Self::Postgres => "postgresql",
            Self::Imap => "dovecot-imapd",
            Self::MailDelivery => "dovecot-lmtpd",
            Self::Smtp => "postfix",
            Self::SignatureCheck => "python3-dkim",
            Self::Pip => "python3-pip",
        }
    }

    fn is_met(self) -> bool {
        match self {
            Self::Chromium => chromium().is_some(),
            Self::ChineseFonts => Path::new("/usr/share/fonts/opentype/noto").is_dir(),
            Self::Postgres => postgres_folder().is_some(),
            Self::Imap => Path::new("/usr/lib/dovecot/imap").is_file(),
            Self::MailDelivery => Path::new("/usr/lib/dovecot/lmtp").is_file(),
            Self::Smtp => Path::new("/usr/lib/postfix/sbin/master").is_file(),
            Self::SignatureCheck => Path::new("/usr/lib/python3/dist-packages/dkim").is_dir(),
            Self::Pip => pip().is_ok(),
        }
    }
}

/// The browser: `CHROMIUM`, or what is on the path.
pub fn chromium() -> Option<PathBuf> {
    std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| files::program("chromium"))
        .or_else(|| files::program("google-chrome"))
}

/// The newest PostgreSQL server's folder of programs.
pub fn postgres_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").is_file().then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
}

/// The client for Python packages.
pub fn pip() -> Result<Cmd> {
    let program = ["pip3", "pip"].into_iter().find_map(files::program);
    if let Some(program) = program {
        return Ok(Cmd::new(program));
    }
    let uvx = files::program("uvx").context("there is no pip, and no uv to run it with")?;
    Ok(Cmd::new(uvx).arg("pip"))
}

/// Installs what is missing and says what that was.
pub fn ensure(needs: &[Need]) -> Result<Vec<&'static str>> {
    let missing: Vec<&str> = needs
        .iter()
        .filter(|need| !need.is_met())
        .map(|need| need.package())
        .collect();
    if !missing.is_empty() {
        eprintln!("installing {} from Debian's packages", missing.join(", "));
        install(&missing).with_context(|| {
            format!("install it by hand: apt-get install {}", missing.join(" "))
        })?;
    }
    Ok(missing)
}

fn install(packages: &[&str]) -> Result<()> {
    if files::program("apt-get").is_none() {
        bail!(
            "{} missing, and there is no apt-get to install it with",
            packages.join(", ")
        );
    }
    as_administrator()?
        .args(["apt-get", "-qq", "update"])
        .run()?;
    if packages.contains(&Need::Smtp.package()) {
        keep_postfix_quiet()?;
    }
    as_administrator()?
        .args([
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
            "-y",
        ])
        .args([
            "-o",
            "Dpkg::Use-Pty=0",
            "install",
            "--no-install-recommends",
        ])
        .args(packages)
        .run()
}

/// Left alone, the package sets a mail server up for this machine and starts it.
fn keep_postfix_quiet() -> Result<()> {
    let answer = "echo 'postfix postfix/main_mailer_type select No configuration' \
                  | debconf-set-selections";
    as_administrator()?.args(["sh", "-c", answer]).run()
}

fn as_administrator() -> Result<Cmd> {
    if is_root()? {
        return Ok(Cmd::new("env"));
    }
    if files::program("sudo").is_none() {
        bail!("this needs root, and there is no sudo");
    }
    let sudo = Cmd::new("sudo");
    // Without a terminal nobody can type a password; fail at once instead of hanging.
    Ok(if std::io::stdin().is_terminal() {
        sudo
    } else {
        sudo.arg("-n")
    })
}

/// Whether this program runs as root.
pub fn is_root() -> Result<bool> {
    Ok(Cmd::new("id").arg("-u").output()?.trim() == "0")
}
