//! Inboxes: setting them up, who works in them, and the secrets of their sites.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use zhiyin_domain::avatar::avatar_of;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::identity::role::may_give;
use zhiyin_domain::ids::{AgentId, InboxId};
use zhiyin_domain::inbox::{Channel, DomainPattern, Inbox, SettingsError, WidgetSettings};
use zhiyin_domain::limits::ALLOWED_DOMAINS_MAX;
use zhiyin_domain::name::{Name, ParseNameError};
use zhiyin_domain::permission::{Access, Denied, Permission, Resource, Scope};
use zhiyin_domain::routing::InboxRouting;
use zhiyin_domain::secret::Secret;
use zhiyin_store::identity::access;
use zhiyin_store::inboxes::InboxSecret;
use zhiyin_store::{StoreError, Tx, inboxes as store};

use crate::Context;
use crate::audit::{self, Action};

/// Secrets that stay valid after a rotation: the new one and the one before, so that a
/// site can change over without locking its visitors out.
const SECRETS_KEPT: u32 = 2;

/// Why something with an inbox was refused.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// No such inbox, or not one the caller may know of.
    #[error("no such inbox")]
    NotFound(InboxId),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Somebody would get to see more than the caller does.
    #[error("nobody can hand out more than they hold")]
    BeyondOwn,
    /// The name is not acceptable.
    #[error(transparent)]
    Name(#[from] ParseNameError),
    /// The settings are not acceptable.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Queue, calendar or notice are not acceptable.
    #[error("{detail}")]
    Routing {
        /// Where, as a JSON pointer.
        field: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An inbox with its members.
#[derive(Debug, Clone)]
pub struct InboxView {
    /// The inbox.
    pub inbox: Inbox,
    /// Who works in it.
    pub members: Vec<AgentId>,
}

/// A new inbox.
#[derive(Debug, Clone)]
pub struct NewInbox {
    /// Name agents see.
    pub name: String,
    /// The technique behind it; never changed.
    pub channel: Channel,
    /// Sites that may embed the widget.
    pub allowed_domains: Vec<DomainPattern>,
    /// Look, texts and behaviour.
    pub settings: WidgetSettings,
    /// Who works in it.
    pub members: Vec<AgentId>,
}

/// What changes in an inbox; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct InboxPatch {
    /// Name agents see.
    pub name: Option<String>,
    /// Whether it takes messages.
    pub is_enabled: Option<bool>,
    /// Sites that may embed the widget.
    pub allowed_domains: Option<Vec<DomainPattern>>,
    /// Look, texts and behaviour.
    pub settings: Option<WidgetSettings>,
    /// Where its customers wait, and when somebody answers.
    pub routing: Option<InboxRouting>,
    /// Who works in it.
    pub members: Option<Vec<AgentId>>,
}

fn check(domains: &[DomainPattern], settings: &WidgetSettings) -> Result<(), SettingsError> {
    if domains.len() > ALLOWED_DOMAINS_MAX {
        return Err(SettingsError::TooManyDomains);
    }
    settings.check()
}

fn changed(id: InboxId, change: Change) -> Event {
    Event::SettingChanged {
        aggregate: Aggregate::Inbox,
        id: id.uuid(),
        change,
    }
}

fn view(tx: &mut Tx<'_>, inbox: Inbox) -> Result<InboxView, StoreError> {
    let members = store::members(tx, inbox.id)?;
    Ok(InboxView { inbox, members })
}

/// What new members get by joining is something the caller holds: being allowed to set an
/// inbox up is not being allowed to read it.
fn require_members(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    added: &[AgentId],
) -> Result<(), InboxError> {
    for agent in added {
        let mut grants = access::load(tx, *agent)?.grants;
        grants.retain(|grant| grant.scope == Scope::Inbox);
        let reach = Access {
            agent: Some(*agent),
            inboxes: [inbox].into(),
            grants,
            ..Access::default()
        };
        if !may_give(ctx.access(), &reach) {
            return Err(InboxError::BeyondOwn);
        }
    }
    Ok(())
}

/// Creates an inbox. Whoever creates it becomes a member, so that they see what arrives.
pub fn create_inbox(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewInbox,
) -> Result<InboxView, InboxError> {
    ctx.require(Permission::ManageInboxes, &Resource::WORKSPACE)?;
    check(&new.allowed_domains, &new.settings)?;
    if new.settings.avatar_url.is_some() {
        return Err(SettingsError::AvatarUrl.into());
    }
    let name: Name = new.name.parse()?;
    let inbox = Inbox {
        id: ctx.id(),
        number: store::next_number(tx, "inboxes")?,
        name: name.into_string(),
        channel: new.channel,
        key: hex::encode(ctx.random::<12>()),
        is_enabled: true,
        allowed_domains: new.allowed_domains.clone(),
        settings: new.settings.clone(),
        routing: zhiyin_domain::routing::InboxRouting::default(),
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &inbox)?;
    require_members(tx, ctx, inbox.id, &new.members)?;
    store::set_members(tx, inbox.id, &new.members)?;
    if let Some(agent) = ctx.actor().agent() {
        store::add_member(tx, inbox.id, agent)?;
    }
    ctx.append(tx, &changed(inbox.id, Change::Created))?;
    Ok(view(tx, inbox)?)
}

/// Inboxes the caller works in, and all of them for those who manage inboxes.
pub fn list_inboxes(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<InboxView>, InboxError> {
    let may_see = visible(ctx);
    let inboxes = store::list(tx)?;
    let mut views = Vec::with_capacity(inboxes.len());
    for inbox in inboxes.into_iter().filter(|inbox| may_see(inbox.id)) {
        views.push(view(tx, inbox)?);
    }
    Ok(views)
}

fn visible(ctx: &Context) -> impl Fn(InboxId) -> bool + use<> {
    let access = ctx.access();
    let all = access.holds(Permission::ManageInboxes)
        || access.visibility(Permission::ReadConversations).all;
    let own = access.inboxes.clone();
    move |id| all || own.contains(&id)
}

/// One inbox.
pub fn get_inbox(tx: &mut Tx<'_>, ctx: &Context, id: InboxId) -> Result<InboxView, InboxError> {
    let inbox = store::get(tx, id)?.ok_or(InboxError::NotFound(id))?;
    if !visible(ctx)(id) {
        return Err(InboxError::NotFound(id));
    }
    Ok(view(tx, inbox)?)
}

/// Changes an inbox.
pub fn update_inbox(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: InboxId,
    patch: &InboxPatch,
) -> Result<InboxView, InboxError> {
    let before = store::get(tx, id)?.ok_or(InboxError::NotFound(id))?;
    let mut inbox = before.clone();
    ctx.require(Permission::ManageInboxes, &Resource::inbox(id))?;
    if let Some(name) = &patch.name {
        inbox.name = name.parse::<Name>()?.into_string();
    }
    if let Some(is_enabled) = patch.is_enabled {
        inbox.is_enabled = is_enabled;
    }
    if let Some(domains) = &patch.allowed_domains {
        inbox.allowed_domains.clone_from(domains);
    }
    if let Some(settings) = &patch.settings {
        keep_avatar(tx, ctx, &inbox.settings, settings)?;
        inbox.settings = settings.clone();
    }
    if let Some(routing) = &patch.routing {
        if let Err((field, detail)) = crate::routing::check_inbox_routing(tx, routing)? {
            return Err(InboxError::Routing { field, detail });
        }
        inbox.routing = routing.clone();
    }
    check(&inbox.allowed_domains, &inbox.settings)?;
    if counts_otherwise(&before, &inbox) {
        zhiyin_store::journey::wake_all(tx, ctx.now())?;
    }
    let inbox = store::save(tx, &inbox)?;
    if let Some(members) = &patch.members {
        change_members(tx, ctx, id, members)?;
    }
    ctx.append(tx, &changed(id, Change::Updated))?;
    Ok(view(tx, inbox)?)
}

/// Whether the clocks of sessions may run otherwise: hours, or time to the first answer.
fn counts_otherwise(before: &Inbox, after: &Inbox) -> bool {
    let counts = |it: &Inbox| {
        let WidgetSettings {
            office_hours,
            time_zone,
            first_response_s,
            ..
        } = it.settings.clone();
        let InboxRouting {
            queue_id,
            calendar_id,
            ..
        } = it.routing;
        (
            office_hours,
            time_zone,
            first_response_s,
            queue_id,
            calendar_id,
        )
    };
    counts(before) != counts(after)
}

fn change_members(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: InboxId,
    members: &[AgentId],
) -> Result<(), InboxError> {
    let old = store::members(tx, id)?;
    let added: Vec<AgentId> = members
        .iter()
        .filter(|agent| !old.contains(agent))
        .copied()
        .collect();
    require_members(tx, ctx, id, &added)?;
    store::set_members(tx, id, members)?;
    let detail = json!({ "member_ids": { "from": old, "to": members } });
    audit::record_with(tx, ctx, Action::InboxMembersChanged, &id, None, detail)?;
    Ok(())
}

/// Settings come back whole, with the picture as it was or without it; another one is
/// uploaded.
fn keep_avatar(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &WidgetSettings,
    after: &WidgetSettings,
) -> Result<(), InboxError> {
    if before.avatar_url == after.avatar_url {
        return Ok(());
    }
    if after.avatar_url.is_some() {
        return Err(SettingsError::AvatarUrl.into());
    }
    if let Some(old) = before.avatar_url.as_deref().and_then(avatar_of) {
        zhiyin_store::avatars::retire(tx, old, ctx.now())?;
    }
    Ok(())
}

/// A secret that was just made; it is shown this once.
#[derive(Debug, Clone)]
pub struct FreshSecret {
    /// Its public name, the `kid` of a JWT.
    pub key_id: String,
    /// The secret.
    pub secret: Secret<String>,
}

/// Makes a new secret for signing identities. The one before stays valid until the next
/// rotation.
pub fn rotate_secret(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: InboxId,
) -> Result<FreshSecret, InboxError> {
    store::get(tx, id)?.ok_or(InboxError::NotFound(id))?;
    ctx.require(Permission::ManageInboxes, &Resource::inbox(id))?;
    let secret = URL_SAFE_NO_PAD.encode(ctx.random::<32>());
    let key_id = hex::encode(ctx.random::<6>());
    let row = InboxSecret {
        key_id: key_id.clone(),
        secret: Secret::new(secret.clone().into_bytes()),
        created_at: ctx.now(),
    };
    store::insert_secret(tx, id, ctx.id::<zhiyin_domain::ids::EventId>().uuid(), &row)?;
    store::retire_secrets(tx, id, SECRETS_KEPT, ctx.now())?;
    ctx.append(tx, &changed(id, Change::Updated))?;
    Ok(FreshSecret {
        key_id,
        secret: Secret::new(secret),
    })
}
