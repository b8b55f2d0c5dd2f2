//! `zhiyin admin`: what who runs the server may do without being logged in.

use std::io::BufRead as _;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use zhiyin_app::identity::{NewAgent, NewToken, NewWorkspace, create_app_token};
use zhiyin_app::{App, Context, Principal};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::identity::workspace::{Slug, TimeZone, Workspace};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{BuiltinRole, Permission};
use zhiyin_domain::secret::Secret;
use zhiyin_ports::system::SystemRng;
use zhiyin_store::identity::workspaces;
use zhiyin_store::{SystemTx, Tx};

use crate::config::{self, ConfigArgs};
use crate::{output, setup};

const DAY_S: u64 = 24 * 60 * 60;

/// What to do.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make a workspace with its administrator.
    CreateWorkspace(CreateWorkspace),
    /// Make an agent who can log in at once.
    CreateAgent(CreateAgent),
    /// Make a token for another program.
    CreateToken(CreateToken),
    /// Give an agent a new password and end all their sessions.
    ResetPassword(ResetPassword),
}

/// Options of `create-workspace`.
#[derive(Args)]
pub struct CreateWorkspace {
    /// Name of the company.
    #[arg(long)]
    name: Name,
    /// Short name in addresses; made of the name without it.
    #[arg(long)]
    slug: Option<Slug>,
    /// Language: `zh-CN` or `en`.
    #[arg(long, default_value = "en")]
    locale: Locale,
    /// Time zone, such as `Asia/Shanghai`.
    #[arg(long, default_value = "UTC")]
    time_zone: TimeZone,
    /// Name of the administrator.
    #[arg(long)]
    admin_name: Name,
    /// Address of the administrator.
    #[arg(long)]
    admin_email: EmailAddress,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `create-agent`.
#[derive(Args)]
pub struct CreateAgent {
    /// Short name of the workspace; not needed when there is only one.
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
    /// Address they log in with.
    #[arg(long)]
    email: EmailAddress,
    /// Their name.
    #[arg(long)]
    name: Name,
    /// What they may do.
    #[arg(long, value_enum, default_value_t = RoleName::Agent)]
    role: RoleName,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `create-token`.
#[derive(Args)]
pub struct CreateToken {
    /// Short name of the workspace; not needed when there is only one.
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
    /// What it is for.
    #[arg(long)]
    name: Name,
    /// What it may do, such as `conversations.read,contacts.read`.
    #[arg(long, required = true, value_delimiter = ',')]
    scopes: Vec<Permission>,
    /// Days until it stops working.
    #[arg(long, default_value_t = 365)]
    days: u64,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `reset-password`.
#[derive(Args)]
pub struct ResetPassword {
    /// Short name of the workspace; not needed when there is only one.
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
    /// Address of the agent.
    #[arg(long)]
    email: EmailAddress,
    /// Also turn the second factor off, when telephone and recovery codes are gone.
    #[arg(long)]
    remove_second_factor: bool,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Where a password comes from. Never from a flag: every user of the machine could read it.
#[derive(Args)]
struct PasswordArgs {
    /// Read the password from the first line of standard input, instead of making one up
    /// and printing it.
    #[arg(long)]
    password_stdin: bool,
}

/// A built-in role on the command line.
#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Administrator,
    Supervisor,
    Agent,
    BackOffice,
    Auditor,
}

impl From<RoleName> for BuiltinRole {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Administrator => Self::Administrator,
            RoleName::Supervisor => Self::Supervisor,
            RoleName::Agent => Self::Agent,
            RoleName::BackOffice => Self::BackOffice,
            RoleName::Auditor => Self::Auditor,
        }
    }
}

/// Runs it.
pub fn run(command: &AdminCommand) -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            match command {
                AdminCommand::CreateWorkspace(options) => create_workspace(options).await,
                AdminCommand::CreateAgent(options) => create_agent(options).await,
                AdminCommand::CreateToken(options) => create_token(options).await,
                AdminCommand::ResetPassword(options) => reset_password(options).await,
            }
        })
}

async fn create_workspace(options: &CreateWorkspace) -> Result<()> {
    let app = open(&options.config)?;
    let password = options.password.take()?;
    let new = NewWorkspace {
        name: options.name.clone(),
        slug: options.slug.clone(),
        locale: options.locale,
        time_zone: options.time_zone.clone(),
        admin_name: options.admin_name.clone(),
        admin_email: options.admin_email.clone(),
        password: password.text.clone(),
    };
    let (workspace, _) = app.create_workspace(new).await?;
    output::print(&format!("Made the workspace {}.", workspace.slug.as_str()))?;
    password.show(&options.admin_email)
}

async fn create_agent(options: &CreateAgent) -> Result<()> {
    let app = open(&options.config)?;
    let workspace = choose(&app, options.workspace.as_deref()).await?;
    let password = options.password.take()?;
    let new = NewAgent {
        email: options.email.clone(),
        name: options.name.clone(),
        role: options.role.into(),
        password: password.text.clone(),
    };
    let agent = app.create_agent(workspace.id, new).await?;
    output::print(&format!(
        "Made the agent {agent} in {}.",
        workspace.slug.as_str()
    ))?;
    password.show(&options.email)
}

async fn create_token(options: &CreateToken) -> Result<()> {
    let app = open(&options.config)?;
    let workspace = choose(&app, options.workspace.as_deref()).await?;
    let lifetime = std::time::Duration::from_secs(options.days.saturating_mul(DAY_S));
    let new = NewToken {
        name: options.name.clone(),
        scopes: options.scopes.iter().copied().collect(),
        expires_at: Some(setup::now().plus(lifetime)),
    };
    let principal = Principal::system(workspace.id, "admin");
    let (token, secret) = app
        .write(&principal, move |tx: &mut Tx<'_>, ctx: &Context| {
            create_app_token(tx, ctx, new.clone())
        })
        .await?;
    output::print(&format!(
        "Made the token {}. It is shown only now:",
        token.id
    ))?;
    output::print(secret.expose())
}

async fn reset_password(options: &ResetPassword) -> Result<()> {
    let app = open(&options.config)?;
    let workspace = choose(&app, options.workspace.as_deref()).await?;
    let password = options.password.take()?;
    app.set_password(workspace.id, options.email.clone(), password.text.clone())
        .await?;
    output::print("The password is changed and all sessions are ended.")?;
    if options.remove_second_factor {
        app.remove_second_factor_of(workspace.id, options.email.clone())
            .await?;
        output::print("The second factor is off.")?;
    }
    password.show(&options.email)
}

fn open(args: &ConfigArgs) -> Result<App> {
    let config = config::load(args, &[])?.config;
    setup::app(&config, setup::open_store(&config)?)
}

/// The workspace that was named, or the only one.
pub(super) async fn choose(app: &App, slug: Option<&str>) -> Result<Workspace> {
    let mut all = app
        .store()
        .read_system(|system: &mut SystemTx<'_>| workspaces::list(system))
        .await?;
    let names: Vec<String> = all
        .iter()
        .map(|known| known.slug.as_str().to_owned())
        .collect();
    let place = match slug {
        Some(slug) => names.iter().position(|name| name == slug),
        None if all.len() == 1 => Some(0),
        None => None,
    };
    match place {
        Some(place) => Ok(all.swap_remove(place)),
        None if names.is_empty() => bail!("there is no workspace: see `admin create-workspace`"),
        None => bail!("name one of these with --workspace: {}", names.join(", ")),
    }
}

struct ChosenPassword {
    text: Secret<String>,
    is_made_up: bool,
}

impl PasswordArgs {
    fn take(&self) -> Result<ChosenPassword> {
        if !self.password_stdin {
            let bytes = zhiyin_ports::random_bytes::<12>(&SystemRng);
            return Ok(ChosenPassword {
                text: Secret::new(hex::encode(bytes)),
                is_made_up: true,
            });
        }
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .context("read the password")?;
        let text = Secret::new(line.trim_end_matches(['\r', '\n']).to_owned());
        Ok(ChosenPassword {
            text,
            is_made_up: false,
        })
    }
}

impl ChosenPassword {
    fn show(&self, email: &EmailAddress) -> Result<()> {
        if !self.is_made_up {
            return Ok(());
        }
        let (email, text) = (email.as_str(), self.text.expose());
        output::print(&format!(
            "Log in as {email} with {text}, and change it there."
        ))
    }
}
