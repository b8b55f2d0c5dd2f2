//! The audit log: who did what that matters for security, in a chain that shows if
//! anything was changed, taken out or put in another place.
//!
//! Use cases write to it in their own transaction. Entries hold identifiers and
//! decisions, never names, addresses or secrets.

use std::fmt::Display;

use serde_json::{Value as Json, json};
use zhiyin_domain::ids::EventId;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::audit::{self, AuditEntry, AuditRecord};
use zhiyin_store::{StoreError, Tx};

use crate::Context;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $wire:literal),* $(,)?) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in the log and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

actions! {
    /// Somebody logged in.
    LoggedIn = "login.succeeded",
    /// A wrong password or code.
    LoginFailed = "login.failed",
    /// Too many wrong tries.
    LoginLocked = "login.locked",
    /// A session was ended.
    LoggedOut = "login.ended",
    /// A password is different.
    PasswordChanged = "password.changed",
    /// Somebody asked for a reset by mail.
    PasswordResetAsked = "password_reset.asked",
    /// An administrator made a reset link.
    PasswordResetIssued = "password_reset.issued",
    /// The second factor was switched on.
    SecondFactorOn = "second_factor.on",
    /// The second factor was switched off.
    SecondFactorOff = "second_factor.off",
    /// An agent was invited.
    AgentInvited = "agent.invited",
    /// An invitation was taken back.
    InvitationRevoked = "invitation.revoked",
    /// An invited agent joined.
    AgentJoined = "agent.joined",
    /// What an agent belongs to is different.
    AgentAccessChanged = "agent.access_changed",
    /// An agent may log in again.
    AgentActivated = "agent.activated",
    /// An agent may not log in any more.
    AgentDeactivated = "agent.deactivated",
    /// A role is new.
    RoleCreated = "role.created",
    /// What a role grants is different.
    RoleChanged = "role.changed",
    /// A role is gone.
    RoleDeleted = "role.deleted",
    /// A team is new.
    TeamCreated = "team.created",
    /// The members of a team are different.
    TeamChanged = "team.changed",
    /// A team is gone.
    TeamDeleted = "team.deleted",
    /// Who works in an inbox is different.
    InboxMembersChanged = "inbox.members_changed",
    /// A personal or app token is new.
    TokenCreated = "token.created",
    /// A token was ended.
    TokenRevoked = "token.revoked",
    /// A workspace is new.
    WorkspaceCreated = "workspace.created",
    /// Name, language or time zone of the workspace are different.
    WorkspaceChanged = "workspace.changed",
    /// A job that was given up runs again.
    JobReplayed = "job.replayed",
    /// A custom attribute was defined.
    AttributeCreated = "attribute.created",
    /// The definition of a custom attribute is gone.
    AttributeDeleted = "attribute.deleted",
    /// Messages of somebody are not accepted any more.
    BlockCreated = "block.created",
    /// They are accepted again.
    BlockDeleted = "block.deleted",
    /// A webhook is new.
    WebhookCreated = "webhook.created",
    /// A webhook is different.
    WebhookChanged = "webhook.changed",
    /// A webhook is gone.
    WebhookDeleted = "webhook.deleted",
    /// A webhook signs with another secret.
    WebhookSecretRotated = "webhook.secret_rotated",
    /// Something was sent to a webhook again.
    WebhookReplayed = "webhook.replayed",
    /// Evidence was added to a case; the detail has the new end of its chain.
    EvidenceAdded = "evidence.added",
    /// A case was taken out of the program as a bundle.
    CaseExported = "case.exported",
}

/// Writes an entry.
pub fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    action: Action,
    subject: &impl Display,
    event: Option<EventId>,
) -> Result<(), StoreError> {
    record_with(tx, ctx, action, subject, event, json!({}))
}

/// Writes an entry with what it was before and is now.
pub fn record_with(
    tx: &mut Tx<'_>,
    ctx: &Context,
    action: Action,
    subject: &impl Display,
    event: Option<EventId>,
    detail: Json,
) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at: ctx.now(),
        actor: ctx.actor().clone(),
        action: action.as_str().to_owned(),
        subject: subject.to_string(),
        detail,
        event,
        request_id: ctx.request_id().map(str::to_owned),
    };
    audit::append(tx, &entry)?;
    Ok(())
}

/// Why the log was not shown.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Entries before the one with a number, newest first.
pub fn list_audit(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditRecord>, AuditError> {
    ctx.require(Permission::ReadAudit, &Resource::WORKSPACE)?;
    Ok(audit::list(tx, before, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Action::ALL.len());
    }
}
