//! Phrases: everybody keeps their own; shared ones are kept by those who may.

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{ConversationId, PhraseId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::phrase::{Phrase, PhraseError, Values, render};
use zhiyin_store::identity::{agents, workspaces};
use zhiyin_store::{StoreError, Tx, contacts, inboxes, phrases as store};

use crate::Context;
use crate::conversations::{ConversationError, get_conversation};

/// Why something with a phrase was refused.
#[derive(Debug, thiserror::Error)]
pub enum PhrasesError {
    /// No such phrase, or somebody else's.
    #[error("no such phrase")]
    NotFound(PhraseId),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The phrase is not acceptable.
    #[error(transparent)]
    Phrase(#[from] PhraseError),
    /// The conversation it is for refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a phrase says.
#[derive(Debug, Clone)]
pub struct PhraseInput {
    /// What is typed after `/`.
    pub shortcut: String,
    /// What it is about.
    pub title: String,
    /// When it fits.
    pub situation: String,
    /// Its language.
    pub locale: Locale,
    /// The text.
    pub text: String,
    /// Whether all share it.
    pub is_shared: bool,
}

fn check_owner(ctx: &Context, phrase: &Phrase) -> Result<(), PhrasesError> {
    match phrase.agent_id {
        None => Ok(ctx.require(Permission::ManagePhrases, &Resource::WORKSPACE)?),
        owner if owner == ctx.actor().agent() => Ok(()),
        Some(_) => Err(PhrasesError::NotFound(phrase.id)),
    }
}

fn changed(id: PhraseId, change: Change) -> Event {
    Event::SettingChanged {
        aggregate: Aggregate::Phrase,
        id: id.uuid(),
        change,
    }
}

/// Shared phrases and the caller's own.
pub fn list_phrases(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<Phrase>, PhrasesError> {
    Ok(store::list(tx, ctx.actor().agent())?)
}

/// Writes a new phrase.
pub fn create_phrase(
    tx: &mut Tx<'_>,
    ctx: &Context,
    input: &PhraseInput,
) -> Result<Phrase, PhrasesError> {
    let phrase = Phrase {
        id: ctx.id(),
        agent_id: if input.is_shared {
            None
        } else {
            ctx.actor().agent()
        },
        shortcut: input.shortcut.trim().to_owned(),
        title: input.title.trim().to_owned(),
        situation: input.situation.trim().to_owned(),
        locale: input.locale,
        text: input.text.trim().to_owned(),
        use_count: 0,
        created_at: ctx.now(),
        version: 1,
    };
    check_owner(ctx, &phrase)?;
    phrase.check()?;
    store::insert(tx, &phrase)?;
    ctx.append(tx, &changed(phrase.id, Change::Created))?;
    Ok(phrase)
}

/// Changes a phrase. Sharing an own one needs the same permission as writing a shared one.
pub fn update_phrase(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: PhraseId,
    input: &PhraseInput,
) -> Result<Phrase, PhrasesError> {
    let before = store::get(tx, id)?.ok_or(PhrasesError::NotFound(id))?;
    check_owner(ctx, &before)?;
    let phrase = Phrase {
        agent_id: if input.is_shared {
            None
        } else {
            before.agent_id.or(ctx.actor().agent())
        },
        shortcut: input.shortcut.trim().to_owned(),
        title: input.title.trim().to_owned(),
        situation: input.situation.trim().to_owned(),
        locale: input.locale,
        text: input.text.trim().to_owned(),
        ..before
    };
    check_owner(ctx, &phrase)?;
    phrase.check()?;
    let phrase = store::save(tx, &phrase)?;
    ctx.append(tx, &changed(id, Change::Updated))?;
    Ok(phrase)
}

/// Removes a phrase.
pub fn delete_phrase(tx: &mut Tx<'_>, ctx: &Context, id: PhraseId) -> Result<(), PhrasesError> {
    let phrase = store::get(tx, id)?.ok_or(PhrasesError::NotFound(id))?;
    check_owner(ctx, &phrase)?;
    store::delete(tx, id)?;
    ctx.append(tx, &changed(id, Change::Deleted))?;
    Ok(())
}

/// Takes a phrase for an answer: counts that it was used, and gives its text with the
/// variables filled in for the conversation.
pub fn use_phrase(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: PhraseId,
    conversation: ConversationId,
) -> Result<String, PhrasesError> {
    let phrase = store::get(tx, id)?.ok_or(PhrasesError::NotFound(id))?;
    if phrase.agent_id.is_some() && phrase.agent_id != ctx.actor().agent() {
        return Err(PhrasesError::NotFound(id));
    }
    let text = fill(tx, ctx, &phrase.text, phrase.locale, conversation)?;
    store::count_use(tx, id)?;
    Ok(text)
}

/// A text with the variables of phrases filled in for a conversation, as the caller may see it.
pub(crate) fn fill(
    tx: &mut Tx<'_>,
    ctx: &Context,
    text: &str,
    locale: Locale,
    conversation: ConversationId,
) -> Result<String, ConversationError> {
    let conversation = get_conversation(tx, ctx, conversation)?.conversation;
    let contact = contacts::get(tx, conversation.contact_id)?;
    let inbox = inboxes::get(tx, conversation.inbox_id)?;
    let workspace = workspaces::load(tx)?;
    let agent = match ctx.actor().agent() {
        Some(agent) => agents::get(tx, agent)?,
        None => None,
    };
    let personal = contact.as_ref().map(|contact| &contact.personal);
    let told = |key: &str| {
        let contact = contact.as_ref()?;
        let attributes = [&contact.attributes, &contact.personal.attributes];
        attributes.iter().find_map(|attributes| attributes.get(key))
    };
    let email = personal.and_then(|personal| personal.email.as_ref());
    let email = email.map_or_else(String::new, |email| seen_email(ctx, email.as_str()));
    let values = Values {
        contact_name: personal.map_or("", |personal| &personal.name),
        surname: told("surname").map_or("", String::as_str),
        salutation: told("salutation").map_or("", String::as_str),
        contact_email: &email,
        agent_name: agent
            .as_ref()
            .map_or("", |agent| agent.display_name.as_str()),
        workspace_name: workspace.name.as_str(),
        inbox_name: inbox.as_ref().map_or("", |inbox| &inbox.name),
        conversation_number: conversation.number,
        now: Some(ctx.now()),
        time_zone: workspace.time_zone.as_str(),
    };
    Ok(render(text, locale, &values))
}

/// The address as the agent may see it: a phrase is no way around the permission.
fn seen_email(ctx: &Context, email: &str) -> String {
    if ctx.access().holds(Permission::RevealPersonalData) {
        email.to_owned()
    } else {
        zhiyin_domain::mask::email(email)
    }
}
