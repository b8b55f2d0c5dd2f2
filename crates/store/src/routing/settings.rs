//! Routing policy of the whole workspace, a part of its settings document.

use serde_json::Value as Json;
use zhiyin_domain::routing::RoutingSettings;

use crate::{StoreError, Tx, params};

const KEY: &str = "routing";

fn document(tx: &mut Tx<'_>, lock: &str) -> Result<Json, StoreError> {
    let sql = format!("SELECT settings FROM workspaces WHERE id = $1{lock}");
    tx.one(&sql, params![tx.workspace()])?.get("settings")
}

/// The policy; what was never set has its usual value.
pub fn load(tx: &mut Tx<'_>) -> Result<RoutingSettings, StoreError> {
    let mut settings = document(tx, "")?;
    match settings.get_mut(KEY).map(Json::take) {
        None => Ok(RoutingSettings::default()),
        Some(value) => serde_json::from_value(value).map_err(StoreError::database),
    }
}

/// Writes the policy.
pub fn save(tx: &mut Tx<'_>, routing: &RoutingSettings) -> Result<(), StoreError> {
    let lock = tx.for_update();
    let mut settings = document(tx, lock)?;
    if !settings.is_object() {
        settings = Json::Object(serde_json::Map::new());
    }
    settings[KEY] = serde_json::to_value(routing).map_err(StoreError::database)?;
    tx.execute(
        "UPDATE workspaces SET settings = $1 WHERE id = $2",
        params![settings, tx.workspace()],
    )?;
    Ok(())
}
