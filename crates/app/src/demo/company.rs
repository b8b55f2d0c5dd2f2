//! Workspace, teams, agents, inboxes, tags and phrases of the sample company.

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::ids::{AgentId, InboxId, TagId, TeamId, WorkspaceId};
use zhiyin_domain::inbox::{Channel, Inbox};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::phrase::Phrase;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::tag::Tag;
use zhiyin_store::identity::{access, agents, roles, teams};
use zhiyin_store::{Tx, inboxes, phrases, tags};

use super::texts::{AgentText, Texts, in_locale};
use super::{DemoAccess, DemoError, DemoLogIn, PASSWORD};
use crate::identity::NewWorkspace;
use crate::{App, Context, Principal};

/// What was made, by the keys of the texts.
pub struct Made {
    pub workspace: WorkspaceId,
    pub agents: BTreeMap<String, AgentId>,
    pub teams: BTreeMap<String, TeamId>,
    pub tags: BTreeMap<String, TagId>,
    pub inboxes: BTreeMap<String, InboxId>,
    pub inbox_keys: Vec<(InboxId, String, &'static str)>,
}

fn read<T: std::str::FromStr>(text: &str) -> Result<T, DemoError>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| DemoError::Texts(format!("`{text}`: {error}")))
}

impl Made {
    /// How to look around.
    pub fn access(&self, texts: &Texts) -> DemoAccess {
        let locale = texts.company.workspace.locale;
        let log_ins = texts.company.agents.iter().filter_map(|agent| {
            Some(DemoLogIn {
                name: in_locale(&agent.name, locale),
                email: agent.email.parse().ok()?,
                role: agent.role.clone(),
                password: Secret::new(PASSWORD.to_owned()),
            })
        });
        DemoAccess {
            workspace: self.workspace,
            log_ins: log_ins.collect(),
            inboxes: self.inbox_keys.clone(),
        }
    }
}

/// Makes all of it.
pub async fn create(app: &App, texts: &Texts) -> Result<Made, DemoError> {
    let text = &texts.company.workspace;
    let admin = texts
        .company
        .agents
        .iter()
        .find(|agent| agent.role == "administrator")
        .ok_or_else(|| DemoError::Texts("no administrator".to_owned()))?;
    let new = NewWorkspace {
        name: read(&in_locale(&text.name, text.locale))?,
        slug: Some(read(&text.slug)?),
        locale: text.locale,
        time_zone: read(&text.time_zone)?,
        admin_name: read(&in_locale(&admin.name, text.locale))?,
        admin_email: read(&admin.email)?,
        password: Secret::new(PASSWORD.to_owned()),
    };
    let (workspace, admin_id) = app.create_workspace(new).await?;
    let principal = Principal::system(workspace.id, "demo");
    let ctx = app.context(&principal);
    let plan = Plan::new(texts, &ctx, &admin.key, admin_id)?;
    let made = plan.made.share(workspace.id);
    app.write(&principal, move |tx, _| plan.write(tx)).await?;
    Ok(made)
}

/// Everything with its identifiers, made before the transaction so that it can run again.
struct Plan {
    teams: Vec<Team>,
    agents: Vec<(Agent, String, Vec<String>, Vec<String>)>,
    inboxes: Vec<Inbox>,
    tags: Vec<Tag>,
    phrases: Vec<Phrase>,
    made: Made,
    admin: AgentId,
}

impl Made {
    pub fn share(&self, workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            agents: self.agents.clone(),
            teams: self.teams.clone(),
            tags: self.tags.clone(),
            inboxes: self.inboxes.clone(),
            inbox_keys: self.inbox_keys.clone(),
        }
    }
}

impl Plan {
    fn new(
        texts: &Texts,
        ctx: &Context,
        admin_key: &str,
        admin: AgentId,
    ) -> Result<Self, DemoError> {
        let locale = texts.company.workspace.locale;
        let mut plan = Self {
            teams: Vec::new(),
            agents: Vec::new(),
            inboxes: Vec::new(),
            tags: Vec::new(),
            phrases: Vec::new(),
            admin,
            made: Made {
                workspace: ctx.workspace(),
                agents: BTreeMap::from([(admin_key.to_owned(), admin)]),
                teams: BTreeMap::new(),
                tags: BTreeMap::new(),
                inboxes: BTreeMap::new(),
                inbox_keys: Vec::new(),
            },
        };
        for text in &texts.company.teams {
            let team = Team {
                id: ctx.id(),
                name: read(&in_locale(&text.name, locale))?,
                members: BTreeSet::new(),
                calendar_id: None,
                created_at: ctx.now(),
                version: 1,
            };
            plan.made.teams.insert(text.key.clone(), team.id);
            plan.teams.push(team);
        }
        for text in &texts.company.agents {
            let id = if text.key == admin_key {
                admin
            } else {
                ctx.id()
            };
            plan.made.agents.insert(text.key.clone(), id);
            plan.agents.push((
                agent(text, id, ctx, locale)?,
                text.role.clone(),
                text.teams.clone(),
                text.inboxes.clone(),
            ));
        }
        plan.add_inboxes(texts, ctx, locale);
        for text in &texts.company.tags {
            let tag = Tag {
                id: ctx.id(),
                name: read(&in_locale(&text.name, locale))?,
                color: read(&text.color)?,
                created_at: ctx.now(),
                version: 1,
            };
            plan.made.tags.insert(text.key.clone(), tag.id);
            plan.tags.push(tag);
        }
        plan.phrases = texts.phrases.iter().map(|text| phrase(text, ctx)).collect();
        Ok(plan)
    }

    fn add_inboxes(&mut self, texts: &Texts, ctx: &Context, locale: Locale) {
        for (text, number) in texts.company.inboxes.iter().zip(1..) {
            // The key is fixed so that the shop page of the demo can name it.
            let inbox = Inbox {
                id: ctx.id(),
                number,
                name: in_locale(&text.name, locale),
                channel: Channel::Web,
                key: format!("demo-{}", text.key),
                is_enabled: true,
                allowed_domains: Vec::new(),
                settings: text.settings.clone(),
                routing: zhiyin_domain::routing::InboxRouting::default(),
                created_at: ctx.now(),
                version: 1,
            };
            self.made.inboxes.insert(text.key.clone(), inbox.id);
            self.made.inbox_keys.push((
                inbox.id,
                inbox.key.clone(),
                inbox.settings.default_locale.as_str(),
            ));
            self.inboxes.push(inbox);
        }
    }

    fn write(&self, tx: &mut Tx<'_>) -> Result<(), DemoError> {
        for team in &self.teams {
            teams::insert(tx, team)?;
        }
        for inbox in &self.inboxes {
            inboxes::next_number(tx, "inboxes")?;
            inboxes::insert(tx, inbox)?;
        }
        for tag in &self.tags {
            tags::insert(tx, tag)?;
        }
        for phrase in &self.phrases {
            phrases::insert(tx, phrase)?;
        }
        let roles = roles::list(tx)?;
        let hash = agents::password_hash(tx, self.admin)?;
        for (agent, role, team_keys, inbox_keys) in &self.agents {
            if agent.id != self.admin {
                agents::insert(tx, agent, hash.as_deref())?;
            }
            let is_role = |one: &&zhiyin_domain::identity::role::Role| {
                one.builtin.is_some_and(|builtin| builtin.as_str() == role)
            };
            let memberships = Memberships {
                roles: roles.iter().filter(is_role).map(|role| role.id).collect(),
                teams: team_keys
                    .iter()
                    .filter_map(|key| self.made.teams.get(key).copied())
                    .collect(),
                inboxes: inbox_keys
                    .iter()
                    .filter_map(|key| self.made.inboxes.get(key).copied())
                    .collect(),
            };
            agents::set_memberships(tx, agent.id, &memberships)?;
        }
        access::touch(tx)?;
        Ok(())
    }
}

fn agent(text: &AgentText, id: AgentId, ctx: &Context, locale: Locale) -> Result<Agent, DemoError> {
    Ok(Agent {
        display_name: read(&in_locale(&text.display_name, text.locale))?,
        ..Agent::new(
            id,
            read(&text.email)?,
            read(&in_locale(&text.name, locale))?,
            text.locale,
            ctx.now(),
        )
    })
}

fn phrase(text: &super::texts::PhraseText, ctx: &Context) -> Phrase {
    Phrase {
        id: ctx.id(),
        agent_id: None,
        shortcut: text.shortcut.clone(),
        title: text.title.clone(),
        situation: text.situation.clone(),
        locale: text.locale,
        text: text.text.clone(),
        use_count: 0,
        created_at: ctx.now(),
        version: 1,
    }
}
