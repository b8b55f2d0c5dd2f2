//! What the help centre of a workspace looks like, in which languages it speaks and where it is found.

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::knowledge::{Domain, HelpCentre, HelpCentreError};
use zhiyin_domain::permission::Permission;
use zhiyin_store::knowledge::{files, help_centres as store};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::{KnowledgeError, require};
use crate::{App, Context};

/// The settings as they hold.
pub fn get_help_centre(tx: &mut Tx<'_>, ctx: &Context) -> Result<HelpCentre, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    Ok(store::get(tx)?)
}

/// The settings, for pages.
pub fn help_centre_look(tx: &mut Tx<'_>) -> Result<HelpCentre, KnowledgeError> {
    Ok(store::get(tx)?)
}

/// Changes the settings; the version of `it` is the one that was read. `own_host` is where the
/// whole installation is found.
pub fn update_help_centre(
    tx: &mut Tx<'_>,
    ctx: &Context,
    it: &HelpCentre,
    own_host: &str,
) -> Result<HelpCentre, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    let before = store::get(tx)?;
    if it.domain != before.domain {
        // Where the company is found is not for whoever writes articles.
        require(ctx, Permission::ManageWorkspace)?;
    }
    it.check()?;
    if it
        .domain
        .as_ref()
        .is_some_and(|own| own.as_str() == own_host)
    {
        return Err(HelpCentreError::DomainOwn.into());
    }
    if let Some(logo) = it.logo {
        let file = files::get(tx, logo)?.filter(|it| it.dimensions.is_some());
        file.ok_or(HelpCentreError::Logo)?;
    }
    let saved = store::save(tx, it)?;
    let event = Event::SettingChanged {
        aggregate: Aggregate::HelpCentre,
        id: ctx.workspace().uuid(),
        change: Change::Updated,
    };
    ctx.append(tx, &event)?;
    Ok(saved)
}

/// Short name of the workspace whose help centre is found at a host.
pub async fn help_centre_at(app: &App, host: &str) -> Result<Option<String>, StoreError> {
    let Ok(domain) = host.parse::<Domain>() else {
        return Ok(None);
    };
    let find = move |system: &mut SystemTx<'_>| store::at_domain(system, &domain);
    app.store().read_system(find).await
}
