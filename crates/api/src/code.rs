//! The closed list of error codes.
//!
//! A code is a promise to programs: the console and the widget translate it, integrators
//! branch on it. Codes are added, never reused with another meaning.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $wire:literal, $detail:literal;)*) => {
        /// What went wrong, for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum Code { $($(#[$doc])* #[serde(rename = $wire)] $name,)* }

        impl Code {
            /// Every code, in the order of the reference page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is written in a problem document.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }

            /// The sentence that is shown when the place of the error has nothing better to say.
            #[must_use]
            pub const fn detail(self) -> &'static str {
                match self { $(Self::$name => $detail,)* }
            }
        }
    };
}

codes! {
    // Shape of the request.
    /// The body is not JSON.
    MalformedBody = "malformed-body", "The body is not valid JSON.";
    /// The body is JSON of the wrong shape.
    InvalidBody = "invalid-body", "The body does not have the expected shape.";
    /// A query parameter cannot be understood.
    InvalidQuery = "invalid-query", "A query parameter cannot be understood.";
    /// The cursor was not made by this list.
    InvalidCursor = "invalid-cursor", "The cursor does not belong to this list.";
    /// A header cannot be understood.
    InvalidHeader = "invalid-header", "A header cannot be understood.";
    /// The body has another content type.
    UnsupportedMediaType = "unsupported-media-type", "The content type of the body is not supported here.";
    /// The body is larger than allowed.
    BodyTooLarge = "body-too-large", "The body is larger than this operation allows.";
    /// The method is not there for this path.
    MethodNotAllowed = "method-not-allowed", "This path does not know that method.";
    /// The request took too long.
    RequestTimeout = "request-timeout", "The request took longer than its limit.";
    /// This path needs a WebSocket.
    UpgradeRequired = "upgrade-required", "This path speaks WebSocket only.";

    // Who and whether.
    /// No valid session, token or visitor.
    Unauthenticated = "unauthenticated", "Log in or send a valid token.";
    /// E-mail and password do not fit.
    InvalidCredentials = "invalid-credentials", "E-mail address or password is wrong.";
    /// A one-time code is needed.
    SecondFactorRequired = "second-factor-required", "Enter the code of your authenticator.";
    /// The one-time code is wrong.
    InvalidSecondFactor = "invalid-second-factor", "The code is wrong or was used already.";
    /// The address belongs to several workspaces.
    WorkspaceRequired = "workspace-required", "Choose a workspace.";
    /// Too many failed attempts.
    LockedOut = "locked-out", "Too many failed attempts. Try again later.";
    /// The actor lacks a permission.
    Forbidden = "forbidden", "You may not do this.";
    /// Somebody would get more than the caller holds.
    BeyondOwn = "beyond-own", "Nobody can hand out more than they hold themselves.";
    /// A token is not enough.
    SessionRequired = "session-required", "This needs a log-in, a token is not enough.";
    /// The request came from another site.
    ForeignOrigin = "foreign-origin", "Requests from this origin are not accepted.";
    /// The CSRF token is missing or wrong.
    InvalidCsrfToken = "invalid-csrf-token", "The CSRF token is missing or wrong. Reload the page.";
    /// The signed identity of a visitor was refused.
    InvalidIdentity = "invalid-identity", "The identity of the visitor could not be verified.";
    /// The inbox accepts verified visitors only.
    IdentityRequired = "identity-required", "This inbox needs a verified identity.";
    /// The visitor was blocked.
    Blocked = "blocked", "Messages from here are not accepted.";
    /// A single-use token is unknown, used or expired.
    InvalidToken = "invalid-token", "The link is not valid any more.";
    /// Set-up was done already.
    AlreadySetUp = "already-set-up", "This installation is set up already.";

    // State.
    /// Not there, or not yours to know.
    NotFound = "not-found", "There is no such thing.";
    /// Somebody else changed it first.
    Changed = "changed", "Somebody else changed this in the meantime. Load it again.";
    /// Somebody else changed the conversation first.
    ConversationChanged = "conversation-changed", "The conversation changed in the meantime. Load it again.";
    /// A name or key is taken.
    AlreadyExists = "already-exists", "Something with this name exists already.";
    /// Something still refers to it.
    InUse = "in-use", "This is still in use.";
    /// The session is resolved already.
    AlreadyResolved = "already-resolved", "The conversation is resolved already.";
    /// It is open already.
    AlreadyOpen = "already-open", "The conversation is open already.";
    /// The time lies in the past.
    SnoozeInPast = "snooze-in-past", "The time lies in the past.";
    /// Nothing to rate, or too late.
    NotRateable = "not-rateable", "This session cannot be rated now.";
    /// A scheduled message was sent, dropped or failed already.
    NotWaiting = "not-waiting", "This message does not wait to be sent any more. Load it again.";
    /// The offer was taken, declined, withdrawn or left too long.
    OfferOver = "offer-over", "This offer is over.";
    /// The colleague is not at work.
    AgentAbsent = "agent-absent", "This agent is not at work. Choose somebody else, a team or a queue.";
    /// Nobody has the conversation.
    NotAssigned = "not-assigned", "Nobody has this conversation.";
    /// The customer does not stand in line.
    NotInLine = "not-in-line", "The customer does not wait in a queue.";
    /// The case is part of another.
    CaseMerged = "case-merged", "The case was merged into another. Work there, or undo the merge.";
    /// The case stands differently.
    CaseStatus = "case-status", "The status of the case does not allow this.";
    /// Somebody still works on it.
    CaseOpenWork = "case-open-work", "Tasks, steps or approvals of the case are open. End or cancel them first.";
    /// The customer has neither confirmed nor been tried often enough.
    CaseNotClosable = "case-not-closable", "The case cannot be closed yet.";
    /// The time to open it again is over.
    CaseTooLate = "case-too-late", "The case was closed too long ago to be opened again. Open a new one.";
    /// The cases cannot be linked like that.
    CaseLink = "case-link", "The cases cannot be linked like that.";
    /// The cases cannot be merged or taken apart.
    CaseMerge = "case-merge", "The cases cannot be merged or taken apart.";
    /// Somebody is asked already.
    HandoverPending = "handover-pending", "Somebody is asked to take the case over already. Withdraw that first.";
    /// Nobody is asked, or not this agent, or not any more.
    HandoverOver = "handover-over", "You are not asked to take over this case, or not any more.";
    /// The case is at another step.
    StepMoved = "step-moved", "The case is at another step now. Look again.";
    /// The result of the step waits for approval, or nothing does.
    StepAwaiting = "step-awaiting", "The result of the step does not stand like that.";
    /// No step is open.
    StepOver = "step-over", "No step is open.";
    /// Somebody else has to decide.
    ApprovalRefused = "approval-refused", "This is somebody else's to decide.";
    /// The task is answered or cancelled, or was not.
    TaskOver = "task-over", "The task does not stand like that any more.";
    /// The task waits for the owner, or does not.
    TaskAsked = "task-asked", "The task waits for an answer of the owner, or does not.";
    /// The draft says what is in force, or there is none.
    CaseTypeSame = "case-type-same", "There is nothing new to publish.";
    /// The moment for a scheduled message lies in the past.
    ScheduleInPast = "schedule-in-past", "The time lies in the past.";
    /// The message can no longer be changed.
    MessageNotEditable = "message-not-editable", "This message can no longer be changed.";
    /// The recovery would exceed what anybody may grant on one case.
    RecoveryAboveAll = "recovery-above-all", "With this the case would get more than anybody may grant.";
    /// The budget is used up.
    RecoveryBudget = "recovery-budget", "The budget does not hold this sum.";
    /// The gesture is decided, carried out or taken back.
    RecoveryState = "recovery-state", "The request is decided, done or withdrawn already.";
    /// A merge made a higher level necessary.
    RecoveryNeedsMore = "recovery-needs-more", "With the merged cases this takes a higher level. Withdraw it and ask again.";
    /// The complaint is at another point.
    ComplaintPhase = "complaint-phase", "The complaint cannot take this step now.";
    /// Something has to be done before.
    ComplaintNotReady = "complaint-not-ready", "Something has to be done before this step.";
    /// The call back is finished.
    FollowUpOver = "follow-up-over", "The call back is finished already.";
    /// There is no room for more evidence.
    EvidenceFull = "evidence-full", "The case has as much evidence as it can have.";
    /// The plan is not done.
    RiskOpenSteps = "risk-open-steps", "Tick off every step of the plan first.";
    /// Nobody has proven who the visitor is.
    NotVerified = "not-verified", "Log in on the site first.";
    /// The key was used with another request.
    IdempotencyKeyReused = "idempotency-key-reused", "This Idempotency-Key was used with another request.";
    /// The first request with this key is still running.
    IdempotencyKeyInUse = "idempotency-key-in-use", "The first request with this Idempotency-Key is still running.";
    /// The first request with this key was cut off and its answer is lost.
    IdempotencyAnswerLost = "idempotency-answer-lost", "The first request with this Idempotency-Key was interrupted. Read what is there before you repeat it with a new key.";
    /// The ETag does not fit.
    PreconditionFailed = "precondition-failed", "The resource is not in the state you expected.";

    // Rules.
    /// One or more fields break a rule; see `fields`.
    InvalidField = "invalid-field", "A field breaks a rule.";
    /// The message is empty.
    EmptyMessage = "empty-message", "Write something or attach a file.";
    /// A text is longer than allowed.
    TooLong = "too-long", "The text is longer than allowed.";
    /// There are more than allowed.
    TooMany = "too-many", "There are more than allowed.";
    /// The present password is wrong.
    WrongPassword = "wrong-password", "The present password is wrong.";
    /// The password is too easy.
    WeakPassword = "weak-password", "Choose a longer or less common password.";
    /// A scheduled message cannot be sent as things are.
    NotSendable = "not-sendable", "The message cannot be sent now.";
    /// The agent cannot take the conversation.
    NotAssignable = "not-assignable", "This agent cannot take the conversation.";
    /// The type of case has faults.
    CaseTypeFindings = "case-type-findings", "Put right what is wrong with the draft first.";
    /// The last administrator stays.
    LastAdministrator = "last-administrator", "The last administrator must stay.";
    /// A built-in thing stays as it is.
    BuiltIn = "built-in", "What is built in cannot be changed.";
    /// The file is not of an accepted kind.
    UnsupportedFile = "unsupported-file", "Files of this kind are not accepted.";
    /// The file is larger than allowed.
    FileTooLarge = "file-too-large", "The file is larger than allowed.";
    /// The domain of the page is not allowed.
    DomainNotAllowed = "domain-not-allowed", "This site is not on the list of the inbox.";

    // The house.
    /// Too many requests.
    RateLimited = "rate-limited", "Too many requests. Wait a moment.";
    /// Too much work is waiting.
    Busy = "busy", "Too much is going on. Try again in a moment.";
    /// The store cannot answer now.
    Unavailable = "unavailable", "The service cannot answer now. Try again soon.";
    /// The disk is full or read-only.
    StorageFull = "storage-full", "The server cannot store anything now. Its operator must make room.";
    /// A fault in the program.
    Internal = "internal", "Something went wrong on our side. Tell the operator the request id.";
}

/// By hand, because the derived schema cannot read names that come through a macro.
impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What went wrong, for programs."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Code")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
