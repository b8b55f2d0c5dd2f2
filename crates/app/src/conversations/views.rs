//! Messages with what every reader shows beside them: who wrote it, what it quotes, which
//! files came with it.

use std::collections::BTreeMap;

use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::ids::{AgentId, AvatarId, ConversationId, MessageId};
use zhiyin_domain::mail::Mail;
use zhiyin_domain::message::{Author, Message, MessageKind, SystemLine};
use zhiyin_store::{StoreError, Tx, conversations as store};

/// A message ready to be shown.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// The message.
    pub message: Message,
    /// Who wrote it.
    pub author: AuthorView,
    /// What it quotes.
    pub quote: Option<QuoteView>,
    /// Its files, in their order.
    pub attachments: Vec<Attachment>,
    /// The agent a system line is about.
    pub subject: Option<AuthorView>,
    /// What is known of it as a mail.
    pub mail: Option<Mail>,
}

/// Who wrote a message, as colleagues and as the customer see them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorView {
    /// Full name, for colleagues.
    pub name: String,
    /// Name shown to customers.
    pub display_name: String,
    /// Picture.
    pub avatar: Option<AvatarId>,
}

/// What a message quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteView {
    /// The quoted message.
    pub id: MessageId,
    /// One line of it.
    pub text: String,
    /// Name of its author as customers see it.
    pub author_name: String,
}

/// Adds names, quotes and files to messages of one conversation. `contact_name` is the
/// name of its contact.
pub fn hydrate(
    tx: &mut Tx<'_>,
    messages: Vec<Message>,
    contact_name: &str,
) -> Result<Vec<MessageView>, StoreError> {
    let mut agents = AgentNames::default();
    let mut views = Vec::with_capacity(messages.len());
    let by_mail = messages.iter().filter(|message| message.content.is_mail);
    let by_mail: Vec<MessageId> = by_mail.map(|message| message.id).collect();
    let mut mails: BTreeMap<MessageId, Mail> = zhiyin_store::mails::get_many(tx, &by_mail)?
        .into_iter()
        .map(|mail| (mail.message_id, mail))
        .collect();
    for message in messages {
        let mail = mails.remove(&message.id);
        let mut author = author_view(tx, &mut agents, message.author, contact_name)?;
        if message.author == Author::Bot && message.kind == MessageKind::Text {
            author = agents.bot(tx, message.conversation_id)?;
        }
        if let (Author::Contact(_), Some(from)) = (message.author, from_of(mail.as_ref())) {
            author.name = from;
        }
        let quote = match message.reply_to_id {
            None => None,
            Some(id) => quote(tx, &mut agents, id, contact_name)?,
        };
        let attachments = match message.content.attachment_ids.as_slice() {
            [] => Vec::new(),
            ids => zhiyin_store::attachments::get_many(tx, ids)?,
        };
        let subject = match &message.content.system {
            Some(SystemLine::Assigned {
                agent_id: Some(id), ..
            }) => Some(agents.get(tx, *id)?),
            _ => None,
        };
        views.push(MessageView {
            message,
            author,
            quote,
            attachments,
            subject,
            mail,
        });
    }
    Ok(views)
}

/// Who wrote a mail, as it says itself: others than the contact may write in a thread.
fn from_of(mail: Option<&Mail>) -> Option<String> {
    let from = mail?.head.from.as_ref()?;
    let name = from.name.trim();
    Some(if name.is_empty() {
        from.address.as_str().to_owned()
    } else {
        name.to_owned()
    })
}

/// Agents that were looked up for one page, and what the bot is called there.
#[derive(Default)]
struct AgentNames(BTreeMap<AgentId, AuthorView>, Option<AuthorView>);

impl AgentNames {
    fn get(&mut self, tx: &mut Tx<'_>, id: AgentId) -> Result<AuthorView, StoreError> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let view = zhiyin_store::identity::agents::get(tx, id)?.map_or_else(
            AuthorView::default,
            |agent| AuthorView {
                name: agent.name.into_string(),
                display_name: agent.display_name.into_string(),
                avatar: agent.avatar,
            },
        );
        self.0.insert(id, view.clone());
        Ok(view)
    }

    fn bot(&mut self, tx: &mut Tx<'_>, talk: ConversationId) -> Result<AuthorView, StoreError> {
        if let Some(known) = &self.1 {
            return Ok(known.clone());
        }
        let name = zhiyin_store::bots::name_in(tx, talk)?;
        let view = AuthorView {
            name: name.clone(),
            display_name: name,
            avatar: None,
        };
        self.1 = Some(view.clone());
        Ok(view)
    }
}

fn author_view(
    tx: &mut Tx<'_>,
    agents: &mut AgentNames,
    author: Author,
    contact_name: &str,
) -> Result<AuthorView, StoreError> {
    let named = |name: &str| AuthorView {
        name: name.to_owned(),
        display_name: name.to_owned(),
        avatar: None,
    };
    match author {
        Author::Agent(id) => agents.get(tx, id),
        Author::Contact(_) => Ok(named(contact_name)),
        Author::App(_) | Author::Bot | Author::System => Ok(named("")),
    }
}

fn quote(
    tx: &mut Tx<'_>,
    agents: &mut AgentNames,
    id: MessageId,
    contact_name: &str,
) -> Result<Option<QuoteView>, StoreError> {
    let Some(quoted) = store::messages::get(tx, id)? else {
        return Ok(None);
    };
    let author = author_view(tx, agents, quoted.author, contact_name)?;
    Ok(Some(QuoteView {
        id,
        text: quoted.preview(),
        author_name: author.display_name,
    }))
}
