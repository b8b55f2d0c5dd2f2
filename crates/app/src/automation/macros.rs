//! Macros: everybody keeps their own; shared ones are kept by those who set up automation.
//! Whoever runs one needs the permission for every step themselves.

use zhiyin_domain::automation::{Action, ActionResult, Macro};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{ConversationId, MacroId};
use zhiyin_domain::limits::{BULK_CONVERSATIONS_MAX, MACROS_MAX};
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_store::automation::macros as store;
use zhiyin_store::{StoreError, Tx};

use super::act::{Origin, Refused, act};
use super::{AutomationError, check, require};
use crate::Context;

/// A new macro.
#[derive(Debug, Clone)]
pub struct NewMacro {
    /// What people call it.
    pub name: Name,
    /// When it is of use.
    pub description: String,
    /// Whether all share it.
    pub is_shared: bool,
    /// What is done.
    pub actions: Vec<Action>,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct MacroPatch {
    /// What people call it.
    pub name: Option<Name>,
    /// When it is of use.
    pub description: Option<String>,
    /// Whether all share it.
    pub is_shared: Option<bool>,
    /// What is done.
    pub actions: Option<Vec<Action>>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

/// What became of one conversation.
#[derive(Debug)]
pub struct MacroResult {
    /// The conversation.
    pub id: ConversationId,
    /// What was done; empty if it was refused.
    pub actions: Vec<ActionResult>,
    /// Why it was left as it was, and at which action.
    pub error: Option<(usize, Refused)>,
}

fn require_agent(ctx: &Context) -> Result<(), Denied> {
    let permission = Permission::ReadConversations;
    if ctx.access().holds(permission) {
        Ok(())
    } else {
        Err(Denied { permission })
    }
}

fn check_owner(ctx: &Context, it: &Macro) -> Result<(), AutomationError> {
    match it.agent_id {
        None => Ok(require(ctx)?),
        owner if owner == ctx.actor().agent() => Ok(()),
        Some(_) => Err(AutomationError::MacroNotFound(it.id)),
    }
}

fn check_macro(tx: &mut Tx<'_>, ctx: &Context, it: &Macro) -> Result<(), AutomationError> {
    it.check()
        .map_err(|error| AutomationError::terms(&error, ""))?;
    for permission in it.actions.iter().map(Action::permission) {
        if !ctx.access().holds(permission) {
            return Err(Denied { permission }.into());
        }
    }
    check::actions(tx, &it.actions, "")
}

fn changed(tx: &mut Tx<'_>, ctx: &Context, id: MacroId, change: Change) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::Macro,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

fn visible(tx: &mut Tx<'_>, ctx: &Context, id: MacroId) -> Result<Macro, AutomationError> {
    require_agent(ctx)?;
    store::get(tx, id)?
        .filter(|it| it.agent_id.is_none() || it.agent_id == ctx.actor().agent())
        .ok_or(AutomationError::MacroNotFound(id))
}

/// Shared macros and the caller's own, by name.
pub fn list_macros(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<Macro>, AutomationError> {
    require_agent(ctx)?;
    Ok(store::list(tx, ctx.actor().agent())?)
}

/// Makes a macro. A program has none of its own, so what it makes is shared.
pub fn create_macro(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewMacro,
) -> Result<Macro, AutomationError> {
    require_agent(ctx)?;
    if store::list(tx, ctx.actor().agent())?.len() >= MACROS_MAX {
        return Err(AutomationError::TooMany(MACROS_MAX));
    }
    let it = Macro {
        id: ctx.id(),
        agent_id: ctx.actor().agent().filter(|_| !new.is_shared),
        name: new.name,
        description: new.description.trim().to_owned(),
        actions: new.actions,
        created_at: ctx.now(),
        version: 1,
    };
    check_owner(ctx, &it)?;
    check_macro(tx, ctx, &it)?;
    store::insert(tx, &it)?;
    changed(tx, ctx, it.id, Change::Created)?;
    Ok(it)
}

/// Changes a macro. Sharing an own one needs the same permission as making a shared one.
pub fn update_macro(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MacroId,
    patch: MacroPatch,
) -> Result<Macro, AutomationError> {
    let before = visible(tx, ctx, id)?;
    check_owner(ctx, &before)?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(AutomationError::Stale);
    }
    let agent_id = match patch.is_shared {
        None => before.agent_id,
        Some(true) => None,
        Some(false) => before.agent_id.or(ctx.actor().agent()),
    };
    let description = patch.description.map(|text| text.trim().to_owned());
    let it = Macro {
        agent_id,
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        description: description.unwrap_or_else(|| before.description.clone()),
        actions: patch.actions.unwrap_or_else(|| before.actions.clone()),
        ..before.clone()
    };
    if it == before {
        return Ok(before);
    }
    check_owner(ctx, &it)?;
    check_macro(tx, ctx, &it)?;
    let it = store::save(tx, it).map_err(|error| match error {
        StoreError::Conflict { .. } => AutomationError::Stale,
        error => error.into(),
    })?;
    changed(tx, ctx, id, Change::Updated)?;
    Ok(it)
}

/// Removes a macro.
pub fn delete_macro(tx: &mut Tx<'_>, ctx: &Context, id: MacroId) -> Result<(), AutomationError> {
    let it = visible(tx, ctx, id)?;
    check_owner(ctx, &it)?;
    store::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}

/// Runs a macro on conversations, each by itself: all its actions are done, or none. A failure
/// of the store undoes everything.
pub fn run_macro(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MacroId,
    conversations: &[ConversationId],
) -> Result<Vec<MacroResult>, AutomationError> {
    let it = visible(tx, ctx, id)?;
    if conversations.is_empty() || conversations.len() > BULK_CONVERSATIONS_MAX {
        let text = format!("name 1 to {BULK_CONVERSATIONS_MAX} conversations");
        return Err(AutomationError::OutOfBounds(text));
    }
    let mut results = Vec::with_capacity(conversations.len());
    for conversation in conversations {
        results.push(run_on(tx, ctx, &it, *conversation)?);
    }
    Ok(results)
}

/// What stopped a macro: the action and why.
struct Stopped(usize, Refused);

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self(0, Refused::Store(error))
    }
}

fn run_on(
    tx: &mut Tx<'_>,
    ctx: &Context,
    it: &Macro,
    id: ConversationId,
) -> Result<MacroResult, StoreError> {
    let origin = Origin {
        id: it.id.to_string(),
        name: it.name.as_str().to_owned(),
    };
    let outcome = tx.savepoint(|tx| -> Result<Vec<ActionResult>, Stopped> {
        let mut done = Vec::with_capacity(it.actions.len());
        for (at, action) in it.actions.iter().enumerate() {
            let result =
                act(tx, ctx, id, action, &origin).map_err(|refused| Stopped(at, refused))?;
            done.push(ActionResult {
                action: action.name().to_owned(),
                result,
                detail: None,
            });
        }
        Ok(done)
    });
    let (actions, error) = match outcome {
        Ok(actions) => (actions, None),
        Err(Stopped(_, Refused::Store(source)))
            if !matches!(source, StoreError::Conflict { .. }) =>
        {
            return Err(source);
        }
        Err(Stopped(at, refused)) => (Vec::new(), Some((at, refused))),
    };
    Ok(MacroResult { id, actions, error })
}
