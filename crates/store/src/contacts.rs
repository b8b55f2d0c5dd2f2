//! Contacts, their identities and the notes on them. What is personal is sealed.

use serde::{Deserialize, Serialize};
use zhiyin_domain::contact::{Attributes, Contact, Identity, IdentityKind, Personal, VisitContext};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{AgentId, ContactId, IdentityId, InboxId, NoteId};
use zhiyin_domain::session::Session;
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use crate::named::{json, named, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, account_id, personal, locale, attributes, context, is_verified, \
                       is_blocked, tier, dedicated_agent_id, created_at, last_seen_at, version";

/// The sealed document.
#[derive(Serialize, Deserialize)]
struct PersonalRow {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    attributes: Attributes,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct ContextRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    page_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
}

fn seal(tx: &mut Tx<'_>, personal: &Personal) -> Result<Vec<u8>, StoreError> {
    let row = PersonalRow {
        name: personal.name.clone(),
        email: personal
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned()),
        phone: personal.phone.clone(),
        attributes: personal.attributes.clone(),
    };
    tx.seal("contacts.personal", to_json(&row).as_bytes())
}

/// Opens the sealed document of a row.
pub(crate) fn open_personal(
    tx: &mut Tx<'_>,
    row: &Row,
    column: &str,
) -> Result<Personal, StoreError> {
    let sealed: Vec<u8> = row.get(column)?;
    let plain = tx.open("contacts.personal", &sealed)?;
    let stored: PersonalRow =
        serde_json::from_slice(&plain).map_err(|_| row.inconsistent(column))?;
    let email = stored
        .email
        .map(|email| email.parse().map_err(|_| row.inconsistent(column)));
    Ok(Personal {
        name: stored.name,
        email: email.transpose()?,
        phone: stored.phone,
        attributes: stored.attributes,
    })
}

/// Digits of a telephone number with a leading plus, for the blind index.
fn normalized_phone(phone: &str) -> String {
    phone
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect()
}

fn context_json(context: &VisitContext) -> String {
    let context = context.clone();
    to_json(&ContextRow {
        page_url: context.page_url,
        page_title: context.page_title,
        referrer: context.referrer,
        user_agent: context.user_agent,
        time_zone: context.time_zone,
    })
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Contact, StoreError> {
    let context: ContextRow = json(row, "context")?;
    Ok(Contact {
        id: row.get("id")?,
        account_id: row.get("account_id")?,
        personal: open_personal(tx, row, "personal")?,
        locale: row.get("locale")?,
        attributes: json(row, "attributes")?,
        context: VisitContext {
            page_url: context.page_url,
            page_title: context.page_title,
            referrer: context.referrer,
            user_agent: context.user_agent,
            time_zone: context.time_zone,
        },
        is_verified: row.get("is_verified")?,
        is_blocked: row.get("is_blocked")?,
        tier: tier(row)?,
        dedicated_agent_id: row.get("dedicated_agent_id")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
        version: row.get("version")?,
    })
}

fn tier(row: &Row) -> Result<Tier, StoreError> {
    let number: u8 = row.get("tier")?;
    Tier::try_from(number).map_err(|_| row.inconsistent("tier"))
}

/// How routing treats a customer: their tier, and their own agents, the contact's before the
/// account's. The higher tier of contact and account counts.
pub fn standing(tx: &mut Tx<'_>, id: ContactId) -> Result<(Tier, Vec<AgentId>), StoreError> {
    let row = tx.one(
        "SELECT k.id AS id, k.tier AS tier, k.dedicated_agent_id AS own,
                COALESCE(a.tier, 0) AS account_tier, a.dedicated_agent_id AS account_own
         FROM contacts k LEFT JOIN accounts a ON a.id = k.account_id
         WHERE k.workspace_id = $1 AND k.id = $2",
        params![tx.workspace(), id],
    )?;
    let account: u8 = row.get("account_tier")?;
    let account = Tier::try_from(account).map_err(|_| row.inconsistent("account_tier"))?;
    let mut own: Vec<AgentId> = Vec::new();
    for column in ["own", "account_own"] {
        let agent: Option<AgentId> = row.get(column)?;
        own.extend(agent.filter(|agent| !own.contains(agent)));
    }
    Ok((tier(&row)?.max(account), own))
}

/// Blind indexes of address and telephone number.
pub(crate) type Indexes = (Option<Vec<u8>>, Option<Vec<u8>>);

/// Keyed hash under which an e-mail address is found.
pub(crate) fn email_index(tx: &mut Tx<'_>, email: &EmailAddress) -> Result<Vec<u8>, StoreError> {
    tx.blind_index("contacts.email", &email.normalized())
}

/// Keyed hash under which a telephone number is found.
pub(crate) fn phone_index(tx: &mut Tx<'_>, phone: &str) -> Result<Vec<u8>, StoreError> {
    tx.blind_index("contacts.phone", &normalized_phone(phone))
}

pub(crate) fn indexes(tx: &mut Tx<'_>, personal: &Personal) -> Result<Indexes, StoreError> {
    let email = match &personal.email {
        Some(email) => Some(email_index(tx, email)?),
        None => None,
    };
    let phone = match personal.phone.as_deref() {
        Some(phone) if !normalized_phone(phone).is_empty() => Some(phone_index(tx, phone)?),
        _ => None,
    };
    Ok((email, phone))
}

/// Adds a contact.
pub fn insert(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), StoreError> {
    let personal = seal(tx, &contact.personal)?;
    let (email, phone) = indexes(tx, &contact.personal)?;
    tx.execute(
        "INSERT INTO contacts (id, workspace_id, account_id, personal, email_index, phone_index,
             locale, attributes, context, is_verified, is_blocked, created_at, last_seen_at, version,
             tier, dedicated_agent_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            contact.id,
            tx.workspace(),
            contact.account_id,
            personal,
            email,
            phone,
            contact.locale,
            to_json(&contact.attributes),
            context_json(&contact.context),
            contact.is_verified,
            contact.is_blocked,
            contact.created_at,
            contact.last_seen_at,
            contact.version,
            contact.tier.number(),
            contact.dedicated_agent_id
        ],
    )?;
    Ok(())
}

/// Saves a changed contact; the version rises by one.
pub fn save(tx: &mut Tx<'_>, contact: &Contact) -> Result<Contact, StoreError> {
    let personal = seal(tx, &contact.personal)?;
    let (email, phone) = indexes(tx, &contact.personal)?;
    tx.execute_versioned(
        "UPDATE contacts SET account_id = $1, personal = $2, email_index = $3, phone_index = $4,
             locale = $5, attributes = $6, context = $7, is_verified = $8, is_blocked = $9,
             last_seen_at = $10, tier = $11, dedicated_agent_id = $12, version = version + 1
         WHERE workspace_id = $13 AND id = $14 AND version = $15",
        params![
            contact.account_id,
            personal,
            email,
            phone,
            contact.locale,
            to_json(&contact.attributes),
            context_json(&contact.context),
            contact.is_verified,
            contact.is_blocked,
            contact.last_seen_at,
            contact.tier.number(),
            contact.dedicated_agent_id,
            tx.workspace(),
            contact.id,
            contact.version
        ],
    )?;
    Ok(Contact {
        version: contact.version + 1,
        ..contact.clone()
    })
}

/// One contact.
pub fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// Whether messages of a contact are refused.
pub fn is_blocked(tx: &mut Tx<'_>, id: ContactId) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT is_blocked FROM contacts WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    row.map_or(Ok(false), |row| row.get("is_blocked"))
}

/// One contact, locked for a change.
pub fn get_for_update(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>, StoreError> {
    let lock = tx.for_update();
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND id = $2{lock}");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// Contacts, newest first, after a cursor of creation time and id.
pub fn list(
    tx: &mut Tx<'_>,
    after: Option<(Timestamp, ContactId)>,
    limit: u32,
) -> Result<Vec<Contact>, StoreError> {
    let (time, id) = after.map_or((None, None), |(time, id)| (Some(time), Some(id)));
    let end = time.unwrap_or(Timestamp::from_micros(i64::MAX));
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts
         WHERE workspace_id = $1 AND created_at <= $2 AND (created_at < $2 OR $3 OR id < $4)
         ORDER BY created_at DESC, id DESC LIMIT $5"
    );
    let id = id.unwrap_or(ContactId::from_uuid(uuid::Uuid::max()));
    let rows = tx.query(
        &sql,
        params![tx.workspace(), end, after.is_none(), id, limit],
    )?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Contacts with exactly this e-mail address or telephone number.
pub fn find_exact(tx: &mut Tx<'_>, text: &str, limit: u32) -> Result<Vec<Contact>, StoreError> {
    let email = tx.blind_index("contacts.email", &text.trim().to_lowercase())?;
    let phone = phone_index(tx, text)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts
         WHERE workspace_id = $1 AND (email_index = $2 OR phone_index = $3)
         ORDER BY created_at DESC LIMIT $4"
    );
    let rows = tx.query(&sql, params![tx.workspace(), email, phone, limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

fn read_identity(tx: &mut Tx<'_>, row: &Row) -> Result<Identity, StoreError> {
    let sealed: Vec<u8> = row.get("external_id")?;
    let plain = tx.open("contact_identities.external_id", &sealed)?;
    Ok(Identity {
        id: row.get("id")?,
        inbox_id: row.get("inbox_id")?,
        contact_id: row.get("contact_id")?,
        kind: named(
            row,
            "kind",
            &[IdentityKind::Anonymous, IdentityKind::Verified],
            |k| k.as_str(),
        )?,
        external_id: String::from_utf8(plain).map_err(|_| row.inconsistent("external_id"))?,
        created_at: row.get("created_at")?,
    })
}

const IDENTITY_COLUMNS: &str = "id, inbox_id, contact_id, kind, external_id, created_at";

/// Adds an identity. A second one with the same external id in the inbox is refused by
/// `contact_identities_external`.
pub fn insert_identity(tx: &mut Tx<'_>, identity: &Identity) -> Result<(), StoreError> {
    let index = tx.blind_index("contact_identities.external_id", &identity.external_id)?;
    let sealed = tx.seal(
        "contact_identities.external_id",
        identity.external_id.as_bytes(),
    )?;
    tx.execute(
        "INSERT INTO contact_identities (id, workspace_id, inbox_id, contact_id, kind,
             external_index, external_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            identity.id,
            tx.workspace(),
            identity.inbox_id,
            identity.contact_id,
            identity.kind.as_str(),
            index,
            sealed,
            identity.created_at
        ],
    )?;
    Ok(())
}

/// Saves an identity whose proof has changed.
pub fn save_identity(tx: &mut Tx<'_>, identity: &Identity) -> Result<(), StoreError> {
    let index = tx.blind_index("contact_identities.external_id", &identity.external_id)?;
    let sealed = tx.seal(
        "contact_identities.external_id",
        identity.external_id.as_bytes(),
    )?;
    tx.execute_versioned(
        "UPDATE contact_identities SET kind = $1, external_index = $2, external_id = $3
         WHERE workspace_id = $4 AND id = $5",
        params![
            identity.kind.as_str(),
            index,
            sealed,
            tx.workspace(),
            identity.id
        ],
    )
}

/// One identity.
pub fn get_identity(tx: &mut Tx<'_>, id: IdentityId) -> Result<Option<Identity>, StoreError> {
    let sql = format!(
        "SELECT {IDENTITY_COLUMNS} FROM contact_identities WHERE workspace_id = $1 AND id = $2"
    );
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read_identity(tx, &row).map(Some),
    }
}

/// The identity with an external id in an inbox.
pub fn find_identity(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    external_id: &str,
) -> Result<Option<Identity>, StoreError> {
    let index = tx.blind_index("contact_identities.external_id", external_id)?;
    let sql = format!(
        "SELECT {IDENTITY_COLUMNS} FROM contact_identities
         WHERE workspace_id = $1 AND inbox_id = $2 AND external_index = $3"
    );
    match tx.maybe(&sql, params![tx.workspace(), inbox, index])? {
        None => Ok(None),
        Some(row) => read_identity(tx, &row).map(Some),
    }
}

/// All identities of a contact.
pub fn identities(tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<Identity>, StoreError> {
    let sql = format!(
        "SELECT {IDENTITY_COLUMNS} FROM contact_identities
         WHERE workspace_id = $1 AND contact_id = $2 ORDER BY created_at, id"
    );
    let rows = tx.query(&sql, params![tx.workspace(), contact])?;
    rows.iter().map(|row| read_identity(tx, row)).collect()
}

/// A note on a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactNote {
    /// Identifier.
    pub id: NoteId,
    /// Who wrote it.
    pub author_id: Option<AgentId>,
    /// What it says.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
}

/// Adds a note.
pub fn insert_note(
    tx: &mut Tx<'_>,
    contact: ContactId,
    note: &ContactNote,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO contact_notes (id, workspace_id, contact_id, author_id, text, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            note.id,
            tx.workspace(),
            contact,
            note.author_id,
            note.text,
            note.created_at
        ],
    )?;
    Ok(())
}

/// Notes on a contact, newest first.
pub fn notes(
    tx: &mut Tx<'_>,
    contact: ContactId,
    limit: u32,
) -> Result<Vec<ContactNote>, StoreError> {
    tx.query(
        "SELECT id, author_id, text, created_at FROM contact_notes
         WHERE workspace_id = $1 AND contact_id = $2 ORDER BY created_at DESC, id DESC LIMIT $3",
        params![tx.workspace(), contact, limit],
    )?
    .iter()
    .map(|row| {
        Ok(ContactNote {
            id: row.get("id")?,
            author_id: row.get("author_id")?,
            text: row.get("text")?,
            created_at: row.get("created_at")?,
        })
    })
    .collect()
}

/// Sessions of a contact in all their conversations, newest first.
pub fn sessions(
    tx: &mut Tx<'_>,
    contact: ContactId,
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {} FROM sessions WHERE workspace_id = $1 AND contact_id = $2
         ORDER BY opened_at DESC, id DESC LIMIT $3",
        crate::conversations::sessions::COLUMNS
    );
    tx.query(&sql, params![tx.workspace(), contact, limit])?
        .iter()
        .map(Session::try_from)
        .collect()
}
