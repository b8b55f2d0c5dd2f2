//! Things that events are about, and how settings change.

use serde::{Deserialize, Serialize};

/// A thing that events are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// A workspace.
    Workspace,
    /// A conversation with its sessions and messages.
    Conversation,
    /// A contact with its identities.
    Contact,
    /// A company or household.
    Account,
    /// An agent with log-ins and tokens.
    Agent,
    /// A role.
    Role,
    /// A team.
    Team,
    /// An inbox.
    Inbox,
    /// A mailbox.
    Mailbox,
    /// A tag.
    Tag,
    /// A phrase.
    Phrase,
    /// A saved view.
    View,
    /// A personal or app token.
    Token,
    /// An invitation.
    Invitation,
    /// A custom attribute.
    Attribute,
    /// An entry of the block list.
    Block,
    /// A queue.
    Queue,
    /// A skill.
    Skill,
    /// What an agent can do.
    Profile,
    /// How work is routed in the whole workspace.
    Routing,
    /// A business calendar.
    Calendar,
    /// A service standard.
    Standard,
    /// A case with its steps and tasks.
    Case,
    /// A type of case.
    CaseType,
    /// A setting of cases: labels, desks, times, rules of complaints.
    CaseSettings,
    /// A warning of something that could grow.
    RiskWarning,
    /// An article of the knowledge base.
    Article,
    /// A category of articles.
    ArticleCategory,
    /// Words that mean the same in a search.
    Synonyms,
    /// A word of the company with its explanation.
    GlossaryTerm,
    /// What the help centre looks like and where it is found.
    HelpCentre,
    /// A question that articles leave open.
    KnowledgeGap,
    /// A receiver of events.
    Webhook,
    /// Steps by event or time.
    AutomationRule,
    /// Steps by hand.
    Macro,
    /// The bot of an inbox; its identifier is that of the inbox.
    Bot,
    /// A guided flow of the bot.
    BotFlow,
}

impl Aggregate {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Conversation => "conversation",
            Self::Contact => "contact",
            Self::Account => "account",
            Self::Agent => "agent",
            Self::Role => "role",
            Self::Team => "team",
            Self::Inbox => "inbox",
            Self::Mailbox => "mailbox",
            Self::Tag => "tag",
            Self::Phrase => "phrase",
            Self::View => "view",
            Self::Token => "token",
            Self::Invitation => "invitation",
            Self::Attribute => "attribute",
            Self::Block => "block",
            Self::Queue => "queue",
            Self::Skill => "skill",
            Self::Profile => "profile",
            Self::Routing => "routing",
            Self::Calendar => "calendar",
            Self::Standard => "standard",
            Self::Case => "case",
            Self::CaseType => "case_type",
            Self::CaseSettings => "case_settings",
            Self::RiskWarning => "risk_warning",
            Self::Article => "article",
            Self::ArticleCategory => "article_category",
            Self::Synonyms => "synonyms",
            Self::GlossaryTerm => "glossary_term",
            Self::HelpCentre => "help_centre",
            Self::KnowledgeGap => "knowledge_gap",
            Self::Webhook => "webhook",
            Self::AutomationRule => "automation_rule",
            Self::Macro => "macro",
            Self::Bot => "bot",
            Self::BotFlow => "bot_flow",
        }
    }
}

/// How a setting changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new.
    Created,
    /// It is different.
    Updated,
    /// It is gone, revoked or no longer valid.
    Deleted,
}
