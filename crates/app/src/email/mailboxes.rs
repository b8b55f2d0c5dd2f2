//! Setting mailboxes up.

use zhiyin_channels::email::dkim::Signer;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{AgentId, MailboxId};
use zhiyin_domain::inbox::{Channel, WidgetSettings};
use zhiyin_domain::limits::MAILBOXES_MAX;
use zhiyin_domain::mailbox::{
    AutoReply, DkimNames, Incoming, Mailbox, MailboxSecrets, MailboxSettings, MailboxSettingsError,
    MailboxState, Outgoing, SenderName,
};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::secret::Secret;
use zhiyin_store::mailboxes as store;
use zhiyin_store::{StoreError, Tx, mails};

use super::EmailError;
use crate::Context;
use crate::inboxes::{self, InboxPatch, NewInbox};

/// What is promised where no service standard says otherwise: nobody waits before a screen
/// for a mail, but for half a working day at most.
const FIRST_RESPONSE_S: u32 = 4 * 60 * 60;

/// A mailbox with what is shown beside it.
#[derive(Debug, Clone)]
pub struct MailboxView {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Name of its inbox.
    pub name: String,
    /// How it is doing.
    pub state: MailboxState,
    /// Mails that wait to be sent.
    pub queued: i64,
    /// Name and text of the record in the DNS that our signature needs.
    pub dkim_record: Option<(String, String)>,
}

/// A new mailbox.
#[derive(Debug, Clone)]
pub struct NewMailbox {
    /// Name of its inbox.
    pub name: String,
    /// How mail is read and written.
    pub settings: MailboxSettings,
    /// What must stay secret.
    pub secrets: MailboxSecrets,
    /// Whether it is read at once.
    pub is_enabled: bool,
    /// Who works in its inbox.
    pub members: Vec<AgentId>,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct MailboxPatch {
    /// The version the change was made to.
    pub version: i64,
    /// The address.
    pub address: Option<zhiyin_domain::email::EmailAddress>,
    /// The company's name in `From`.
    pub from_name: Option<String>,
    /// Whose name stands in `From`.
    pub sender: Option<SenderName>,
    /// Under every mail.
    pub signature: Option<String>,
    /// Where mail is read.
    pub incoming: Option<Incoming>,
    /// Where mail is handed over.
    pub outgoing: Option<Outgoing>,
    /// Servers whose word about senders counts.
    pub trusted_servers: Option<Vec<String>>,
    /// Our signature; `Some(None)` ends it.
    pub dkim: Option<Option<DkimNames>>,
    /// Seconds in which a mail can be taken back.
    pub undo_s: Option<u32>,
    /// Minutes without reading that are worth a warning.
    pub alert_after_min: Option<u32>,
    /// The acknowledgement.
    pub auto_reply: Option<AutoReply>,
    /// Whether it is read and may send.
    pub is_enabled: Option<bool>,
    /// New secrets; those that are none stay.
    pub secrets: MailboxSecrets,
}

fn changed(id: MailboxId, change: Change) -> Event {
    Event::SettingChanged {
        aggregate: Aggregate::Mailbox,
        id: id.uuid(),
        change,
    }
}

fn view(tx: &mut Tx<'_>, mailbox: Mailbox) -> Result<MailboxView, EmailError> {
    let inbox = zhiyin_store::inboxes::get(tx, mailbox.inbox_id)?;
    let state = store::state(tx, mailbox.id)?;
    let (_, queued) = mails::queue(tx, mailbox.id)?;
    let names = mailbox.settings.dkim.as_ref();
    let dkim_record = names
        .zip(mailbox.secrets.dkim.as_ref())
        .and_then(|(names, key)| {
            let signer = Signer::new(&names.domain, &names.selector, key.expose());
            signer.ok().map(|signer| signer.record())
        });
    Ok(MailboxView {
        name: inbox.map(|inbox| inbox.name).unwrap_or_default(),
        state,
        queued,
        dkim_record,
        mailbox,
    })
}

fn require(ctx: &Context) -> Result<(), EmailError> {
    Ok(ctx.require(Permission::ManageInboxes, &Resource::WORKSPACE)?)
}

fn taken(error: StoreError) -> EmailError {
    if error.is_unique_violation("mailboxes_address") {
        return EmailError::Taken;
    }
    match error {
        StoreError::Conflict { .. } => EmailError::Changed,
        other => other.into(),
    }
}

/// Checks settings and secrets together.
fn check(settings: &MailboxSettings, secrets: &MailboxSecrets) -> Result<(), EmailError> {
    settings.check()?;
    let wrong = |field, detail| Err(MailboxSettingsError { field, detail }.into());
    if secrets.incoming.is_none() {
        return wrong("/incoming/secret", "the password or token is missing");
    }
    if settings.outgoing.user.is_some() && secrets.outgoing.is_none() {
        return wrong("/outgoing/secret", "the password or token is missing");
    }
    let Some(names) = &settings.dkim else {
        return Ok(());
    };
    let Some(key) = &secrets.dkim else {
        return wrong("/dkim/private_key", "the private key is missing");
    };
    match Signer::new(&names.domain, &names.selector, key.expose()) {
        Ok(_) => Ok(()),
        Err(_) => wrong(
            "/dkim/private_key",
            "a private key in PEM: RSA of at least 1024 bits, or Ed25519",
        ),
    }
}

/// All mailboxes.
pub fn list(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<MailboxView>, EmailError> {
    require(ctx)?;
    let mailboxes = store::list(tx)?;
    mailboxes.into_iter().map(|it| view(tx, it)).collect()
}

/// One mailbox.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, id: MailboxId) -> Result<MailboxView, EmailError> {
    require(ctx)?;
    let mailbox = store::get(tx, id)?.ok_or(EmailError::NotFound)?;
    view(tx, mailbox)
}

/// Connects a mailbox, with an inbox of its own.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, new: &NewMailbox) -> Result<MailboxView, EmailError> {
    require(ctx)?;
    check(&new.settings, &new.secrets)?;
    if store::list(tx)?.len() >= MAILBOXES_MAX {
        return Err(EmailError::TooMany);
    }
    let inbox = NewInbox {
        name: new.name.clone(),
        channel: Channel::Email,
        allowed_domains: Vec::new(),
        settings: WidgetSettings {
            first_response_s: FIRST_RESPONSE_S,
            ..WidgetSettings::default()
        },
        members: new.members.clone(),
    };
    let inbox = inboxes::create_inbox(tx, ctx, &inbox)?;
    let mailbox = Mailbox {
        id: ctx.id(),
        inbox_id: inbox.inbox.id,
        settings: new.settings.clone(),
        secrets: new.secrets.clone(),
        is_enabled: new.is_enabled,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &mailbox).map_err(taken)?;
    ctx.append(tx, &changed(mailbox.id, Change::Created))?;
    view(tx, mailbox)
}

/// Changes a mailbox. Another address, server or user means another folder: what was taken
/// is then recognised by fingerprints.
pub fn update(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MailboxId,
    patch: &MailboxPatch,
) -> Result<MailboxView, EmailError> {
    require(ctx)?;
    let before = store::get(tx, id)?.ok_or(EmailError::NotFound)?;
    if before.version != patch.version {
        return Err(EmailError::Changed);
    }
    let mut it = before.clone();
    apply(&mut it.settings, patch);
    it.is_enabled = patch.is_enabled.unwrap_or(it.is_enabled);
    it.secrets = kept(&before, &it.settings, &patch.secrets);
    check(&it.settings, &it.secrets)?;
    let it = store::save(tx, &it).map_err(taken)?;
    let (old, new) = (&before.settings.incoming, &it.settings.incoming);
    if (&old.host, &old.user, &old.folder) != (&new.host, &new.user, &new.folder) {
        // An impossible numbering: everything is looked through again.
        store::move_to(tx, id, 0, 0)?;
    }
    ctx.append(tx, &changed(id, Change::Updated))?;
    view(tx, it)
}

fn apply(settings: &mut MailboxSettings, patch: &MailboxPatch) {
    macro_rules! take {
        ($($field:ident),+) => { $(
            if let Some(value) = &patch.$field {
                settings.$field.clone_from(value);
            }
        )+ };
    }
    take!(
        address,
        from_name,
        sender,
        signature,
        incoming,
        outgoing,
        trusted_servers,
        dkim,
        undo_s,
        alert_after_min,
        auto_reply
    );
}

/// Secrets after a change. One that was given to a server is not shown to another: who may
/// change settings must not learn a password by pointing it elsewhere.
fn kept(before: &Mailbox, after: &MailboxSettings, new: &MailboxSecrets) -> MailboxSecrets {
    let old = &before.secrets;
    let (was, is) = (&before.settings, after);
    let pick = |new: &Option<Secret<String>>, old: &Option<Secret<String>>, stays: bool| {
        new.clone().or_else(|| old.clone().filter(|_| stays))
    };
    MailboxSecrets {
        incoming: pick(
            &new.incoming,
            &old.incoming,
            was.incoming.host == is.incoming.host,
        ),
        outgoing: pick(
            &new.outgoing,
            &old.outgoing,
            was.outgoing.host == is.outgoing.host && is.outgoing.user.is_some(),
        ),
        dkim: pick(&new.dkim, &old.dkim, is.dkim.is_some()),
    }
}

/// Takes a mailbox out of use. Its conversations stay; its inbox takes nothing any more.
pub fn remove(tx: &mut Tx<'_>, ctx: &Context, id: MailboxId) -> Result<(), EmailError> {
    require(ctx)?;
    let it = store::get(tx, id)?.ok_or(EmailError::NotFound)?;
    store::remove(tx, id, ctx.now())?;
    let off = InboxPatch {
        is_enabled: Some(false),
        ..InboxPatch::default()
    };
    inboxes::update_inbox(tx, ctx, it.inbox_id, &off)?;
    ctx.append(tx, &changed(id, Change::Deleted))?;
    Ok(())
}
