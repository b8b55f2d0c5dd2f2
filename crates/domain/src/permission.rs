//! Who may do what, decided in one place.
//!
//! A role is a set of grants; a grant is a permission and a scope. [`Access`] is what an
//! actor has after all their roles are joined. Routes, lists, search, stream and export
//! ask the same two functions: [`Access::allows`] for one thing, [`Access::visibility`]
//! for a filter over many.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, InboxId, TeamId};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $wire:literal),* $(,)?) => {
        /// Something an actor may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $wire)] $name,)* }

        impl Permission {
            /// All permissions, in the order of the settings page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in API, roles and tokens.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

permissions! {
    /// Read conversations with their messages and notes.
    ReadConversations = "conversations.read",
    /// Answer the customer.
    Reply = "conversations.reply",
    /// Write internal notes.
    WriteNotes = "conversations.note",
    /// Assign, transfer and unassign.
    Assign = "conversations.assign",
    /// Tag, snooze, resolve and reopen.
    ManageConversations = "conversations.manage",
    /// Read contacts and accounts.
    ReadContacts = "contacts.read",
    /// Change contacts and accounts.
    EditContacts = "contacts.edit",
    /// See personal data unmasked.
    RevealPersonalData = "personal.reveal",
    /// Create and change inboxes.
    ManageInboxes = "inboxes.manage",
    /// Invite, change and deactivate agents.
    ManageAgents = "agents.manage",
    /// Create and change teams.
    ManageTeams = "teams.manage",
    /// Create and change roles.
    ManageRoles = "roles.manage",
    /// Change the workspace itself.
    ManageWorkspace = "workspace.manage",
    /// Create and change shared phrases.
    ManagePhrases = "phrases.manage",
    /// Create and change tags.
    ManageTags = "tags.manage",
    /// Create and revoke app tokens.
    ManageTokens = "tokens.manage",
    /// Read the audit log.
    ReadAudit = "audit.read",
    /// Read reports.
    ReadReports = "reports.read",
    /// Watch and direct the floor.
    SuperviseFloor = "floor.supervise",
    /// Read articles for colleagues, and drafts.
    ReadKnowledge = "knowledge.read",
    /// Write articles and ask for their review.
    WriteKnowledge = "knowledge.write",
    /// Publish and archive articles, change categories and synonyms.
    PublishKnowledge = "knowledge.publish",
    /// Set up webhooks, which are told everything that happens, and see their deliveries.
    ManageWebhooks = "webhooks.manage",
    /// Set up automation rules and shared macros, and see what rules did.
    ManageAutomation = "automation.manage",
    /// Bring in what customers write in API inboxes, and say how far answers got.
    ReceiveMessages = "channel.receive",
    /// See and replay failed jobs.
    ManageJobs = "jobs.manage",
    /// See cases.
    ReadCases = "cases.read",
    /// Open cases, and work on them.
    WorkCases = "cases.work",
    /// Ask somebody to take over a case of somebody else.
    AssignCases = "cases.assign",
    /// Create and change types of cases.
    ManageCaseTypes = "cases.types",
    /// Set what statuses are called, who is which desk, and the rules of complaints.
    ManageCaseSettings = "cases.settings",
    /// Do what the back office is asked to do.
    WorkTasks = "tasks.work",
    /// See what waits for approval of service recovery.
    ApproveRecovery = "recovery.approve",
    /// Take a case with its evidence out of the program.
    ExportEvidence = "evidence.export",
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text names no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such permission")]
pub struct ParsePermissionError;

impl FromStr for Permission {
    type Err = ParsePermissionError;
    fn from_str(text: &str) -> Result<Self, ParsePermissionError> {
        Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.as_str() == text)
            .ok_or(ParsePermissionError)
    }
}

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Only what is assigned to the actor.
    Own,
    /// What belongs to one of the actor's teams, and their own.
    Team,
    /// Everything in the inboxes the actor is a member of, and their own.
    Inbox,
    /// Everything in the workspace.
    All,
}

impl Scope {
    /// The name in API, roles and tokens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::Inbox => "inbox",
            Self::All => "all",
        }
    }
}

/// A permission and how far it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// What may be done.
    pub permission: Permission,
    /// With what.
    pub scope: Scope,
}

impl Grant {
    /// Joins a permission and a scope.
    #[must_use]
    pub const fn new(permission: Permission, scope: Scope) -> Self {
        Self { permission, scope }
    }
}

/// Where a thing belongs, for the permission check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resource {
    /// The inbox it arrived in.
    pub inbox: Option<InboxId>,
    /// The team it is assigned to.
    pub team: Option<TeamId>,
    /// The agent it is assigned to.
    pub assignee: Option<AgentId>,
}

impl Resource {
    /// Something of the whole workspace: settings, roles, the audit log.
    pub const WORKSPACE: Self = Self {
        inbox: None,
        team: None,
        assignee: None,
    };

    /// Something that belongs to an inbox and to nobody in particular.
    #[must_use]
    pub const fn inbox(inbox: InboxId) -> Self {
        Self {
            inbox: Some(inbox),
            team: None,
            assignee: None,
        }
    }
}

/// A permission check said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the permission `{permission}` is needed")]
pub struct Denied {
    /// What would have been needed.
    pub permission: Permission,
}

/// What an actor may do, after all roles are joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// The agent; none for apps and for Zhiyin itself.
    pub agent: Option<AgentId>,
    /// Inboxes the agent is a member of.
    pub inboxes: BTreeSet<InboxId>,
    /// Teams the agent is a member of.
    pub teams: BTreeSet<TeamId>,
    /// What the roles grant.
    pub grants: BTreeSet<Grant>,
}

impl Access {
    /// Access to everything, for Zhiyin's own work and for the first administrator.
    #[must_use]
    pub fn everything() -> Self {
        let grants = Permission::ALL
            .iter()
            .map(|permission| Grant::new(*permission, Scope::All));
        Self {
            grants: grants.collect(),
            ..Self::default()
        }
    }

    /// Whether this actor may do `permission` with `resource`.
    #[must_use]
    pub fn allows(&self, permission: Permission, resource: &Resource) -> bool {
        self.visibility(permission).includes(resource)
    }

    /// Whether the permission is held in any scope: for showing a page or a button.
    #[must_use]
    pub fn holds(&self, permission: Permission) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.permission == permission)
    }

    /// The part of the workspace in which `permission` is held.
    #[must_use]
    pub fn visibility(&self, permission: Permission) -> Visibility {
        let mut visibility = Visibility::default();
        for grant in self
            .grants
            .iter()
            .filter(|grant| grant.permission == permission)
        {
            match grant.scope {
                Scope::Own => {}
                Scope::Team => visibility.teams.extend(&self.teams),
                Scope::Inbox => visibility.inboxes.extend(&self.inboxes),
                Scope::All => visibility.all = true,
            }
            visibility.own = self.agent;
        }
        visibility
    }

    /// Whether everything in `other` is also held here: nobody hands on what they lack.
    #[must_use]
    pub fn covers(&self, other: &BTreeSet<Grant>) -> bool {
        other.iter().all(|wanted| {
            self.grants
                .iter()
                .any(|held| held.permission == wanted.permission && held.scope >= wanted.scope)
        })
    }
}

/// A filter over things that belong to inboxes, teams and agents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visibility {
    /// Everything in the workspace.
    pub all: bool,
    /// Everything in these inboxes.
    pub inboxes: BTreeSet<InboxId>,
    /// Everything of these teams.
    pub teams: BTreeSet<TeamId>,
    /// Everything assigned to this agent.
    pub own: Option<AgentId>,
}

impl Visibility {
    /// Whether nothing at all is visible.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.inboxes.is_empty() && self.teams.is_empty() && self.own.is_none()
    }

    /// Whether one thing is in the visible part.
    #[must_use]
    pub fn includes(&self, resource: &Resource) -> bool {
        self.all
            || resource
                .inbox
                .is_some_and(|inbox| self.inboxes.contains(&inbox))
            || resource.team.is_some_and(|team| self.teams.contains(&team))
            || (self.own.is_some() && resource.assignee == self.own)
    }
}

/// The roles every workspace starts with. They can be copied, not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltinRole {
    /// Sets everything up.
    Administrator,
    /// Leads the floor.
    Supervisor,
    /// Answers customers.
    Agent,
    /// Works on what is handed over.
    BackOffice,
    /// Reads, changes nothing.
    Auditor,
}

impl BuiltinRole {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Administrator,
        Self::Supervisor,
        Self::Agent,
        Self::BackOffice,
        Self::Auditor,
    ];

    /// The key in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::BackOffice => "back_office",
            Self::Auditor => "auditor",
        }
    }

    /// What the role grants.
    #[must_use]
    pub fn grants(self) -> BTreeSet<Grant> {
        use Permission as P;
        let list: &[(P, Scope)] = match self {
            Self::Administrator => return Access::everything().grants,
            Self::Supervisor => &[
                (P::ReadConversations, Scope::Inbox),
                (P::Reply, Scope::Inbox),
                (P::WriteNotes, Scope::Inbox),
                (P::Assign, Scope::Inbox),
                (P::ManageConversations, Scope::Inbox),
                (P::ReadContacts, Scope::All),
                (P::EditContacts, Scope::All),
                (P::RevealPersonalData, Scope::All),
                (P::ManagePhrases, Scope::All),
                (P::ManageTags, Scope::All),
                (P::ReadReports, Scope::All),
                (P::SuperviseFloor, Scope::All),
                (P::ManageAutomation, Scope::All),
                (P::ReadCases, Scope::All),
                (P::WorkCases, Scope::All),
                (P::AssignCases, Scope::All),
                (P::ManageCaseTypes, Scope::All),
                (P::WorkTasks, Scope::All),
                (P::ApproveRecovery, Scope::All),
                (P::ExportEvidence, Scope::All),
                (P::ReadKnowledge, Scope::All),
                (P::WriteKnowledge, Scope::All),
                (P::PublishKnowledge, Scope::All),
            ],
            Self::Agent => &[
                (P::ReadConversations, Scope::Inbox),
                (P::Reply, Scope::Inbox),
                (P::WriteNotes, Scope::Inbox),
                (P::Assign, Scope::Inbox),
                (P::ManageConversations, Scope::Inbox),
                (P::ReadContacts, Scope::All),
                (P::EditContacts, Scope::All),
                (P::ReadCases, Scope::All),
                (P::WorkCases, Scope::Team),
                (P::WorkTasks, Scope::Team),
                (P::ReadKnowledge, Scope::All),
                (P::WriteKnowledge, Scope::All),
            ],
            Self::BackOffice => &[
                (P::ReadConversations, Scope::Team),
                (P::WriteNotes, Scope::Team),
                (P::ReadContacts, Scope::All),
                (P::ReadCases, Scope::All),
                (P::WorkTasks, Scope::Team),
                (P::ReadKnowledge, Scope::All),
            ],
            Self::Auditor => &[
                (P::ReadConversations, Scope::All),
                (P::ReadContacts, Scope::All),
                (P::ReadAudit, Scope::All),
                (P::ReadReports, Scope::All),
                (P::ReadCases, Scope::All),
                (P::ExportEvidence, Scope::All),
                (P::ReadKnowledge, Scope::All),
            ],
        };
        list.iter()
            .map(|(permission, scope)| Grant::new(*permission, *scope))
            .collect()
    }
}
