//! What help centres look like and where they are found.

use zhiyin_domain::knowledge::{Domain, HelpCentre};

use crate::named::{json, parsed, to_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

impl TryFrom<&Row> for HelpCentre {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            name: json(row, "name")?,
            colour: parsed(row, "colour")?,
            logo: row.get("logo_id")?,
            locales: json(row, "locales")?,
            domain: parsed(row, "domain")?,
            version: row.get("version")?,
        })
    }
}

/// The settings; ours where nothing was ever saved.
pub fn get(tx: &mut Tx<'_>) -> Result<HelpCentre, StoreError> {
    let sql = "SELECT name, colour, logo_id, locales, domain, version FROM help_centres
         WHERE workspace_id = $1";
    let row = tx.maybe(sql, params![tx.workspace()])?;
    let found = row.as_ref().map(HelpCentre::try_from).transpose()?;
    Ok(found.unwrap_or_default())
}

/// Saves the settings; the version rises by one. A domain of another workspace is a unique violation of
/// `help_centres_domain`.
pub fn save(tx: &mut Tx<'_>, it: &HelpCentre) -> Result<HelpCentre, StoreError> {
    tx.execute_versioned(
        "INSERT INTO help_centres (workspace_id, name, colour, logo_id, locales, domain, version)
         VALUES ($1, $2, $3, $4, $5, $6, $8)
         ON CONFLICT (workspace_id) DO UPDATE SET name = excluded.name, colour = excluded.colour,
             logo_id = excluded.logo_id, locales = excluded.locales, domain = excluded.domain,
             version = excluded.version
         WHERE help_centres.version = $7",
        params![
            tx.workspace(),
            to_json(&it.name),
            it.colour.map(|colour| colour.to_string()),
            it.logo,
            to_json(&it.locales),
            it.domain.as_ref().map(Domain::as_str),
            it.version,
            it.version + 1
        ],
    )?;
    Ok(HelpCentre {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Short name of the workspace whose help centre is found at a host.
pub fn at_domain(system: &mut SystemTx<'_>, domain: &Domain) -> Result<Option<String>, StoreError> {
    let sql = "SELECT w.slug FROM help_centres h JOIN workspaces w ON w.id = h.workspace_id
         WHERE h.domain = $1";
    let row = system.maybe(sql, params![domain.as_str()])?;
    row.map(|row| row.get("slug")).transpose()
}
