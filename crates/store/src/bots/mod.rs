//! The bot: its settings, what it remembers of sessions, and what customers think of it.

pub mod codes;
pub mod flows;
pub mod opinions;
pub mod replay;
pub mod runs;
pub mod secrets;

use zhiyin_domain::bot::Bot;
use zhiyin_domain::ids::{ConversationId, InboxId};
use zhiyin_domain::inbox::Localized;
use zhiyin_domain::locale::Locale;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

impl TryFrom<&Row> for Bot {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            inbox_id: row.get("inbox_id")?,
            is_enabled: row.get("is_enabled")?,
            settings: json(row, "settings")?,
            version: row.get("version")?,
        })
    }
}

/// The bot of an inbox, if one was ever set up.
pub fn get(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Option<Bot>, StoreError> {
    let row = tx.maybe(
        "SELECT inbox_id, is_enabled, settings, version FROM bots
         WHERE workspace_id = $1 AND inbox_id = $2",
        params![tx.workspace(), inbox],
    )?;
    row.as_ref().map(Bot::try_from).transpose()
}

/// All bots of the workspace.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Bot>, StoreError> {
    let rows = tx.query(
        "SELECT inbox_id, is_enabled, settings, version FROM bots
         WHERE workspace_id = $1 ORDER BY inbox_id",
        params![tx.workspace()],
    )?;
    rows.iter().map(Bot::try_from).collect()
}

/// Saves the bot of an inbox; the version rises by one. Version 0 is one that is not there yet.
pub fn save(tx: &mut Tx<'_>, it: &Bot) -> Result<Bot, StoreError> {
    let settings = to_json(&it.settings);
    if it.version == 0 {
        tx.execute_versioned(
            "INSERT INTO bots (inbox_id, workspace_id, is_enabled, settings, version)
             VALUES ($1, $2, $3, $4, 1) ON CONFLICT (inbox_id) DO NOTHING",
            params![it.inbox_id, tx.workspace(), it.is_enabled, settings],
        )?;
    } else {
        tx.execute_versioned(
            "UPDATE bots SET is_enabled = $4, settings = $5, version = version + 1
             WHERE workspace_id = $1 AND inbox_id = $2 AND version = $3",
            params![
                tx.workspace(),
                it.inbox_id,
                it.version,
                it.is_enabled,
                settings
            ],
        )?;
    }
    Ok(Bot {
        version: it.version + 1,
        ..it.clone()
    })
}

/// What the bot in a conversation is called, in the language of its inbox or another it has.
pub fn name_in(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<String, StoreError> {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(default)]
        name: Localized,
    }
    #[derive(serde::Deserialize)]
    struct Spoken {
        default_locale: Option<Locale>,
    }
    let row = tx.maybe(
        "SELECT b.settings AS bot, i.settings AS inbox FROM conversations c
         JOIN bots b ON b.inbox_id = c.inbox_id JOIN inboxes i ON i.id = c.inbox_id
         WHERE c.workspace_id = $1 AND c.id = $2",
        params![tx.workspace(), conversation],
    )?;
    let Some(row) = row else {
        return Ok(String::new());
    };
    let Named { name } = json(&row, "bot")?;
    let Spoken { default_locale } = json(&row, "inbox")?;
    let own = default_locale.and_then(|locale| name.get(&locale));
    let name = own.or_else(|| name.values().next());
    Ok(name.cloned().unwrap_or_default())
}
