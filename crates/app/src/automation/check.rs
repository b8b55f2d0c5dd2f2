//! What may be saved: everything named exists, and whoever saves it may do it by hand.

use std::collections::BTreeSet;

use zhiyin_domain::attribute::AttributeSet;
use zhiyin_domain::automation::{Action, Leaf, Terms};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::view::Condition;
use zhiyin_domain::webhook::WebhookPurpose;
use zhiyin_store::cases::types;
use zhiyin_store::identity::{agents, teams};
use zhiyin_store::{StoreError, Tx, attributes, calendars, phrases, standards, tags, webhooks};

use super::AutomationError;
use crate::Context;
use crate::views::{Unaskable, unaskable};

fn unknown(path: String, what: &str) -> AutomationError {
    AutomationError::Invalid {
        path,
        detail: format!("there is no such {what}"),
    }
}

/// Checks a rule as a whole, in the name of whoever saves it.
pub(super) fn terms(tx: &mut Tx<'_>, ctx: &Context, terms: &Terms) -> Result<(), AutomationError> {
    terms
        .check()
        .map_err(|error| AutomationError::terms(&error, "/terms"))?;
    for permission in terms.permissions() {
        let is_allowed = match permission {
            // Not a matter of inboxes.
            Permission::ManageWebhooks | Permission::WorkCases => ctx.access().holds(permission),
            _ => terms.scope.is_within(ctx.access(), permission),
        };
        if !is_allowed {
            return Err(Denied { permission }.into());
        }
    }
    let inboxes = &terms.scope.inbox_ids;
    if agents::known_inboxes(tx, inboxes)?.len() != inboxes.len() {
        return Err(unknown("/terms/scope/inbox_ids".to_owned(), "inbox"));
    }
    if teams::known(tx, &terms.scope.team_ids)?.len() != terms.scope.team_ids.len() {
        return Err(unknown("/terms/scope/team_ids".to_owned(), "team"));
    }
    leaves(tx, terms)?;
    actions(tx, &terms.actions, "/terms")
}

fn leaves(tx: &mut Tx<'_>, terms: &Terms) -> Result<(), AutomationError> {
    let definitions = attributes::set(tx)?;
    for (path, leaf) in terms.conditions.leaves() {
        let path = format!("/terms{path}");
        match leaf {
            Leaf::Conversation(condition) => {
                conversation_leaf(tx, &definitions, condition, path)?;
            }
            Leaf::Calendar { calendar_id, .. } => {
                calendars::get(tx, *calendar_id)?.ok_or_else(|| unknown(path, "calendar"))?;
            }
            Leaf::Message { .. } | Leaf::TimeOfDay { .. } | Leaf::Weekday(_) => {}
        }
    }
    Ok(())
}

fn conversation_leaf(
    tx: &mut Tx<'_>,
    definitions: &AttributeSet,
    condition: &Condition,
    path: String,
) -> Result<(), AutomationError> {
    for reference in condition.references() {
        match unaskable(tx, definitions, reference)? {
            None => {}
            Some(Unaskable::Unknown(what)) => return Err(unknown(path, what)),
            Some(Unaskable::Personal(key)) => {
                let detail =
                    format!("`{key}` is personal: it is sealed, and rules cannot ask for it");
                return Err(AutomationError::Invalid { path, detail });
            }
        }
    }
    Ok(())
}

/// Everything the actions name must exist. `prefix` is where they stand in the body.
pub(super) fn actions(
    tx: &mut Tx<'_>,
    actions: &[Action],
    prefix: &str,
) -> Result<(), AutomationError> {
    for (at, action) in actions.iter().enumerate() {
        if let Some((field, what)) = missing(tx, action)? {
            return Err(unknown(format!("{prefix}/actions/{at}/{field}"), what));
        }
    }
    Ok(())
}

/// The field that names something that is not there, and what it is.
fn missing(
    tx: &mut Tx<'_>,
    action: &Action,
) -> Result<Option<(&'static str, &'static str)>, StoreError> {
    let is_agent = |tx: &mut Tx<'_>, id| -> Result<bool, StoreError> {
        Ok(agents::get(tx, id)?.is_some_and(|agent| agent.is_active))
    };
    Ok(match action {
        Action::Assign { agent_id, team_id } => {
            if let Some(id) = *agent_id
                && !is_agent(tx, id)?
            {
                return Ok(Some(("agent_id", "active agent")));
            }
            if let Some(id) = *team_id
                && teams::get(tx, id)?.is_none()
            {
                return Ok(Some(("team_id", "team")));
            }
            None
        }
        Action::Queue { queue_id } => {
            (!standards::knows_queue(tx, *queue_id)?).then_some(("queue_id", "queue"))
        }
        Action::AddTags { tag_ids } | Action::RemoveTags { tag_ids } => {
            let known: BTreeSet<_> = tags::known(tx, tag_ids)?.into_iter().collect();
            (known.len() != tag_ids.len()).then_some(("tag_ids", "tag"))
        }
        Action::SendPhrase { phrase_id } => {
            let shared = phrases::get(tx, *phrase_id)?.filter(|it| it.agent_id.is_none());
            shared.is_none().then_some(("phrase_id", "shared phrase"))
        }
        Action::CallWebhook { webhook_id } => {
            let webhook = webhooks::get(tx, *webhook_id)?;
            let webhook = webhook.filter(|it| it.purpose == WebhookPurpose::Events);
            webhook
                .is_none()
                .then_some(("webhook_id", "webhook for events"))
        }
        Action::CreateCase {
            case_type_id,
            owner_id,
            ..
        } => {
            if types::get(tx, *case_type_id)?.is_none() {
                return Ok(Some(("case_type_id", "type of case")));
            }
            (!is_agent(tx, *owner_id)?).then_some(("owner_id", "active agent"))
        }
        Action::SetPriority { .. }
        | Action::Snooze { .. }
        | Action::Resolve {}
        | Action::Reopen {}
        | Action::Note { .. }
        | Action::Send { .. }
        | Action::AskRating {} => None,
    })
}
