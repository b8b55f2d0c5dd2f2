//! The first workspace, and further ones from the command line.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::Event;
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::password::{Password, PasswordProblem};
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::identity::workspace::{Slug, TimeZone, Workspace};
use zhiyin_domain::ids::{AgentId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::secret::Secret;
use zhiyin_ports::random_bytes;
use zhiyin_store::identity::{access, agents, roles, workspaces};
use zhiyin_store::{StoreError, SystemTx};

use super::hasher::Busy;
use super::login::{LoggedIn, Visit, end_previous, open_session};
use crate::audit::{self, Action};
use crate::{App, Context, Principal};

/// A workspace and its first administrator.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Name.
    pub name: Name,
    /// Short name in addresses; made of the name if left out.
    pub slug: Option<Slug>,
    /// Language.
    pub locale: Locale,
    /// Time zone.
    pub time_zone: TimeZone,
    /// Name of the administrator.
    pub admin_name: Name,
    /// Address of the administrator.
    pub admin_email: EmailAddress,
    /// Password of the administrator.
    pub password: Secret<String>,
}

/// Why no workspace was made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is one already.
    #[error("this installation is set up already")]
    AlreadySetUp,
    /// The short name is taken.
    #[error("the short name is taken")]
    SlugTaken,
    /// The password breaks a rule.
    #[error(transparent)]
    Weak(#[from] PasswordProblem),
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Only the first, or another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Another,
}

/// The name of a built-in role, as the settings show it until somebody looks in another
/// language.
fn role_name(role: BuiltinRole, locale: Locale) -> &'static str {
    match (locale, role) {
        (Locale::ZhCn, BuiltinRole::Administrator) => "管理员",
        (Locale::ZhCn, BuiltinRole::Supervisor) => "班组长",
        (Locale::ZhCn, BuiltinRole::Agent) => "客服",
        (Locale::ZhCn, BuiltinRole::BackOffice) => "后台",
        (Locale::ZhCn, BuiltinRole::Auditor) => "审计员",
        (Locale::En, BuiltinRole::Administrator) => "Administrator",
        (Locale::En, BuiltinRole::Supervisor) => "Supervisor",
        (Locale::En, BuiltinRole::Agent) => "Agent",
        (Locale::En, BuiltinRole::BackOffice) => "Back office",
        (Locale::En, BuiltinRole::Auditor) => "Auditor",
    }
}

fn free_slug(system: &mut SystemTx<'_>, new: &NewWorkspace) -> Result<Slug, SetupError> {
    if let Some(slug) = &new.slug {
        return match workspaces::find(system, slug)? {
            None => Ok(slug.clone()),
            Some(_) => Err(SetupError::SlugTaken),
        };
    }
    let wish = Slug::from_name(&new.name);
    let mut slug = wish.clone();
    let mut number = 2;
    while workspaces::find(system, &slug)?.is_some() {
        slug = wish.numbered(number);
        number += 1;
    }
    Ok(slug)
}

fn create(
    system: &mut SystemTx<'_>,
    ctx: &Context,
    new: &NewWorkspace,
    admin: &Agent,
    hash: &str,
) -> Result<Workspace, SetupError> {
    let workspace = Workspace {
        id: ctx.workspace(),
        slug: free_slug(system, new)?,
        name: new.name.clone(),
        locale: new.locale,
        time_zone: new.time_zone.clone(),
        created_at: ctx.now(),
        version: 1,
    };
    workspaces::insert(system, &workspace)?;
    let tx = &mut system.bind(workspace.id);
    access::touch(tx)?;
    let mut memberships = Memberships::default();
    for builtin in BuiltinRole::ALL {
        let role = Role {
            id: ctx.id(),
            name: role_name(builtin, new.locale)
                .parse()
                .expect("the names above are names"),
            builtin: Some(builtin),
            grants: builtin.grants(),
            created_at: ctx.now(),
            version: 1,
        };
        roles::insert(tx, &role)?;
        if builtin == BuiltinRole::Administrator {
            memberships.roles.insert(role.id);
        }
    }
    agents::insert(tx, admin, Some(hash))?;
    agents::set_memberships(tx, admin.id, &memberships)?;
    let event = ctx.append(
        tx,
        &Event::WorkspaceCreated {
            workspace_id: workspace.id,
        },
    )?;
    audit::record(
        tx,
        ctx,
        Action::WorkspaceCreated,
        &workspace.id,
        Some(event),
    )?;
    Ok(workspace)
}

impl App {
    /// Whether there is no workspace yet.
    pub async fn needs_set_up(&self) -> Result<bool, StoreError> {
        self.store()
            .read_system(|system: &mut SystemTx<'_>| Ok(!workspaces::any(system)?))
            .await
    }

    /// Makes the first workspace and logs its administrator in.
    pub async fn set_up(&self, new: NewWorkspace, visit: Visit) -> Result<LoggedIn, SetupError> {
        // Looked up before the costly hash, and again with the table locked.
        if !self.needs_set_up().await? {
            return Err(SetupError::AlreadySetUp);
        }
        let (workspace, admin) = self.make_workspace(new, Which::First).await?;
        let (app, now) = (self.clone(), self.clock().now());
        let entered = self
            .store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let ctx = app.visiting(workspace.id, admin, &visit, now);
                end_previous(system, &visit, now)?;
                open_session(&mut system.bind(workspace.id), &ctx, admin, &visit)
            })
            .await?;
        Ok(entered)
    }

    /// Makes a workspace with its administrator, for the command line.
    pub async fn create_workspace(
        &self,
        new: NewWorkspace,
    ) -> Result<(Workspace, AgentId), SetupError> {
        self.make_workspace(new, Which::Another).await
    }

    async fn make_workspace(
        &self,
        new: NewWorkspace,
        which: Which,
    ) -> Result<(Workspace, AgentId), SetupError> {
        let about = [
            new.admin_email.as_str(),
            new.admin_name.as_str(),
            new.name.as_str(),
        ];
        let password = Password::new(new.password.clone(), &about)?;
        let hash = self
            .hasher()
            .hash(password, random_bytes(&*self.parts().rng))
            .await?;
        let id = WorkspaceId::from_uuid(self.parts().ids.uuid());
        let ctx = self.context(&Principal::system(id, "setup"));
        let admin = Agent::new(
            ctx.id(),
            new.admin_email.clone(),
            new.admin_name.clone(),
            new.locale,
            ctx.now(),
        );
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| {
                workspaces::lock(system)?;
                if which == Which::First && workspaces::any(system)? {
                    return Err(SetupError::AlreadySetUp);
                }
                let workspace = create(system, &ctx, &new, &admin, &hash)?;
                Ok((workspace, admin.id))
            })
            .await
    }
}
