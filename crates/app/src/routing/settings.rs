//! Routing policy of the whole workspace.

use uuid::Uuid;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::routing::RoutingSettings;
use zhiyin_store::routing::settings as store;
use zhiyin_store::{StoreError, Tx};

use super::RoutingError;
use crate::Context;

/// Appends that a setting changed.
pub(super) fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    aggregate: Aggregate,
    id: Uuid,
    change: Change,
) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate,
        id,
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// The policy.
pub fn get_settings(tx: &mut Tx<'_>) -> Result<RoutingSettings, RoutingError> {
    Ok(store::load(tx)?)
}

/// Sets the policy.
pub fn set_settings(
    tx: &mut Tx<'_>,
    ctx: &Context,
    settings: &RoutingSettings,
) -> Result<RoutingSettings, RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    if let Err(error) = settings.check() {
        let field = match error.field {
            "offline_grace_s" => "/offline_grace_s",
            "away_grace_s" => "/away_grace_s",
            "missed_offers_max" => "/missed_offers_max",
            "service_level_percent" => "/service_level_percent",
            "service_level_s" => "/service_level_s",
            _ => "/away_after_s",
        };
        return Err(RoutingError::invalid(field, error));
    }
    store::save(tx, settings)?;
    let workspace = ctx.workspace().uuid();
    changed(tx, ctx, Aggregate::Routing, workspace, Change::Updated)?;
    Ok(settings.clone())
}
