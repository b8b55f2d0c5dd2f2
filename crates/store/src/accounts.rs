//! Accounts: companies and households. Their names are sealed.

use zhiyin_domain::account::Account;
use zhiyin_domain::ids::AccountId;
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, name, tier, dedicated_agent_id, created_at, version";
/// What the name is sealed for.
const NAME: &str = "accounts.name";

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Account, StoreError> {
    let sealed: Vec<u8> = row.get("name")?;
    let name = String::from_utf8(tx.open(NAME, &sealed)?);
    let tier: u8 = row.get("tier")?;
    Ok(Account {
        id: row.get("id")?,
        name: name.map_err(|_| row.inconsistent("name"))?,
        tier: Tier::try_from(tier).map_err(|_| row.inconsistent("tier"))?,
        dedicated_agent_id: row.get("dedicated_agent_id")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

/// Adds an account.
pub fn insert(tx: &mut Tx<'_>, it: &Account) -> Result<(), StoreError> {
    let name = tx.seal(NAME, it.name.as_bytes())?;
    tx.execute(
        "INSERT INTO accounts (id, workspace_id, name, attributes, created_at, version, tier,
             dedicated_agent_id)
         VALUES ($1, $2, $3, '{}', $4, $5, $6, $7)",
        params![
            it.id,
            tx.workspace(),
            name,
            it.created_at,
            it.version,
            it.tier.number(),
            it.dedicated_agent_id
        ],
    )?;
    Ok(())
}

/// Saves a changed account; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: Account) -> Result<Account, StoreError> {
    let name = tx.seal(NAME, it.name.as_bytes())?;
    tx.execute_versioned(
        "UPDATE accounts SET name = $1, tier = $2, dedicated_agent_id = $3, version = version + 1
         WHERE workspace_id = $4 AND id = $5 AND version = $6",
        params![
            name,
            it.tier.number(),
            it.dedicated_agent_id,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Account {
        version: it.version + 1,
        ..it
    })
}

/// One account.
pub fn get(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE workspace_id = $1 AND id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// Accounts, newest first, after a cursor of creation time and id.
pub fn list(
    tx: &mut Tx<'_>,
    after: Option<(Timestamp, AccountId)>,
    limit: u32,
) -> Result<Vec<Account>, StoreError> {
    let (time, id) = after.unwrap_or((
        Timestamp::from_micros(i64::MAX),
        AccountId::from_uuid(uuid::Uuid::max()),
    ));
    let sql = format!(
        "SELECT {COLUMNS} FROM accounts
         WHERE workspace_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    let rows = tx.query(&sql, params![tx.workspace(), time, id, limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}
