/**
 * Wire types of the agent API, as aliases onto the generated schema. Where the document says
 * only "string" we narrow to the values the server has, which the compiler holds to be a part
 * of what the document allows; where it says "object" the shape is written here.
 */
import type {
  AccountId,
  AgentId,
  AttachmentId,
  AttributeId,
  BlockId,
  CalendarId,
  ContactId,
  ConversationId,
  InboxId,
  InvitationId,
  JobId,
  MessageId,
  PhraseId,
  RoleId,
  ScheduledMessageId,
  SessionId,
  TagId,
  TeamId,
  TokenId,
  ViewId,
  WorkspaceId,
} from './ids.ts';
import type { Deadline, Stage } from './journey.ts';
import type { ConversationEmail, MessageEmail } from './mail.ts';
import type { MessageAsk } from './notices.ts';
import type { InboxRouting } from './routing.ts';
import type { components } from './schema.ts';
import type { Narrow, Shape } from './shape.ts';

type Schemas = components['schemas'];

export type Locale = 'zh-CN' | 'en';
export type Presence = Schemas['PresenceDto'];
export type Scope = 'own' | 'team' | 'inbox' | 'all';

export type Permission =
  | 'conversations.read'
  | 'conversations.reply'
  | 'conversations.note'
  | 'conversations.assign'
  | 'conversations.manage'
  | 'contacts.read'
  | 'contacts.edit'
  | 'personal.reveal'
  | 'inboxes.manage'
  | 'agents.manage'
  | 'teams.manage'
  | 'roles.manage'
  | 'workspace.manage'
  | 'phrases.manage'
  | 'tags.manage'
  | 'tokens.manage'
  | 'audit.read'
  | 'reports.read'
  | 'floor.supervise'
  | 'knowledge.read'
  | 'knowledge.write'
  | 'knowledge.publish'
  | 'webhooks.manage'
  | 'automation.manage'
  | 'channel.receive'
  | 'jobs.manage'
  | 'cases.read'
  | 'cases.work'
  | 'cases.assign'
  | 'cases.types'
  | 'cases.settings'
  | 'tasks.work'
  | 'recovery.approve'
  | 'evidence.export';

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Grant = Narrow<Schemas['GrantDto'], { permission: Permission; scope: Scope }>;

export type Agent = Narrow<
  Schemas['AgentDto'],
  { id: AgentId; locale: Locale; role_ids: RoleId[]; team_ids: TeamId[]; inbox_ids: InboxId[] }
>;

export type Workspace = Narrow<Schemas['WorkspaceDto'], { id: WorkspaceId; locale: Locale }>;

export type Me = Shape<
  Schemas['MeDto'],
  {
    agent: Agent;
    workspace: Workspace;
    grants: Grant[];
    inboxes: InboxId[];
    teams: TeamId[];
    preferences: Record<string, unknown>;
  }
>;

/** What the server takes at most; the same everywhere. */
export type Limits = Schemas['LimitsDto'];

export type LoginSession = Schemas['LoginSessionDto'];
export type Team = Narrow<Schemas['TeamDto'], { id: TeamId; member_ids: AgentId[] }> & {
  /** When the team is there; also for members without hours of their own. */
  calendar_id?: CalendarId | null;
};
export type Role = Narrow<Schemas['RoleDto'], { id: RoleId; grants: Grant[] }>;

export type Tag = Narrow<Schemas['TagDto'], { id: TagId }>;

export type Phrase = Narrow<
  Schemas['PhraseDto'],
  { id: PhraseId; agent_id?: AgentId | null; locale: Locale }
>;
export type PhraseBody = Schemas['PhraseBody'];
export type Token = Narrow<Schemas['TokenDto'], { id: TokenId }>;
export type Invitation = Narrow<Schemas['InvitationDto'], { id: InvitationId }>;

export type Localized = Partial<Record<Locale, string>>;

export interface PrechatField {
  key: string;
  label: Localized;
  kind: 'text' | 'email' | 'phone';
  required: boolean;
}

export interface OfficeHours {
  weekday: number;
  from: string;
  to: string;
}

export interface WidgetSettings {
  color: string;
  position: 'right' | 'left';
  avatar_url: string | null;
  title: Localized;
  greeting: Localized;
  offline_text: Localized;
  prechat: { enabled: boolean; fields: PrechatField[] };
  office_hours: OfficeHours[];
  time_zone: string;
  require_identity: boolean;
  show_typing_preview: boolean;
  first_response_s: number;
  default_locale: Locale;
  rating: {
    enabled: boolean;
    ask_dimensions: boolean;
    ask_expectation: boolean;
    cooldown_days: number;
  };
}

export type Inbox = Shape<
  Schemas['InboxDto'],
  { id: InboxId; settings: WidgetSettings; member_ids: AgentId[]; routing: InboxRouting }
>;

export type AuditEntry = Schemas['AuditEntryDto'];
export type Job = Narrow<Schemas['JobDto'], { id: JobId }>;

export type Status =
  | { kind: 'open' }
  | { kind: 'snoozed'; until: string; by: string | null }
  | { kind: 'resolved'; at: string; by: string | null };

export type Handler = 'none' | 'bot' | 'queued' | 'offered' | 'human';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';
export type JourneyStep =
  'entry' | 'triage' | 'classification' | 'response' | 'resolution' | 'feedback' | 'after_care';
export type AuthorKind = 'contact' | 'agent' | 'bot' | 'app' | 'system';

/** The score beside what was expected. */
export type Satisfaction = 'disappointed' | 'satisfied' | 'delighted';
export type Rating = Narrow<Schemas['RatingDto'], { satisfaction?: Satisfaction | null }>;
export type Session = Narrow<
  Schemas['SessionDto'],
  {
    id: SessionId;
    step: JourneyStep;
    assignee_id?: AgentId | null;
    rating?: Rating | null;
    stage?: Stage | null;
  }
>;
export type LastMessage = Schemas['LastMessageDto'];

export type Conversation = Shape<
  Schemas['ConversationDto'],
  {
    id: ConversationId;
    inbox_id: InboxId;
    contact: Narrow<Schemas['ContactSummaryDto'], { id: ContactId }>;
    status: Status;
    handler: Handler;
    assignee_id: AgentId | null;
    team_id: TeamId | null;
    priority: Priority;
    tag_ids: TagId[];
    session: Session | null;
    last_message: LastMessage | null;
    waiting_since: string | null;
    /** What is due next. */
    deadline?: Deadline | null;
  }
> & {
  /** None: a chat. */
  email?: ConversationEmail | null;
};

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'bold'; inlines: Inline[] }
  | { type: 'italic'; inlines: Inline[] }
  | { type: 'strike'; inlines: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'link'; href: string; text: string }
  | { type: 'mention'; agent_id: AgentId; name: string };

export type Block =
  | { type: 'paragraph'; inlines: Inline[] }
  | { type: 'list'; ordered: boolean; items: Inline[][] }
  | { type: 'code'; text: string }
  | { type: 'quote'; inlines: Inline[] };

export type Attachment = Narrow<
  Schemas['AttachmentDto'],
  { id: AttachmentId; kind: 'image' | 'file' }
>;

export type Delivery = 'pending' | 'sent' | 'delivered' | 'read' | 'failed';

export type SystemLine =
  | { event: 'assigned'; params: { agent_id: AgentId | null; team_id: TeamId | null } }
  | { event: 'snoozed'; params: { until: string } }
  | { event: 'rated'; params: { score: number } }
  | { event: 'unassigned' | 'resolved' | 'reopened' | 'woken' | 'ended_by_contact' };

export type Message = Shape<
  Schemas['MessageDto'],
  {
    id: MessageId;
    conversation_id: ConversationId;
    session_id: SessionId;
    kind: 'text' | 'note' | 'system';
    author: Narrow<Schemas['AuthorDto'], { kind: AuthorKind }>;
    blocks: Block[];
    attachments: Attachment[];
    mentions: AgentId[];
    quick_replies: { label: string; text: string }[];
    cards: { title: string; text?: string; image_url?: string; url?: string }[];
    system: SystemLine | null;
    delivery: Delivery;
    /** A note that only this agent and supervisors read. */
    whisper_to?: AgentId | null;
  }
> & {
  /** None: it is no mail. */
  email?: MessageEmail | null;
  /** What its customer is asked; none with most messages. */
  ask?: MessageAsk | null;
};

export type Counters = Schemas['CountersDto'];
export type Contact = Narrow<
  Schemas['ContactDto'],
  { id: ContactId; dedicated_agent_id?: AgentId | null; account_id?: AccountId | null }
>;
/** A company or household; of its tier and a contact's own the higher one counts. */
export interface Account {
  id: AccountId;
  name: string;
  /** 0, everybody, to 9. */
  tier: number;
  dedicated_agent_id: AgentId | null;
  created_at: string;
  version: number;
}
export type AccountBody = Pick<Account, 'name'> & Partial<Pick<Account, 'tier'>>;
/** What is left out stays; another version than that was read is refused. */
export type AccountPatch = Partial<Omit<Account, 'id' | 'created_at'>>;
export type ContactPatch = Schemas['ContactPatchBody'] & { account_id?: AccountId | null };
export type ContactNote = Schemas['ContactNoteDto'];
export type ContactSession = Shape<
  Schemas['ContactSessionDto'],
  { conversation_id: ConversationId; session: Session }
>;

export type SearchHit =
  | {
      kind: 'message';
      conversation: Conversation;
      message: Message;
      /** One line around the first match; starts and lengths in UTF-16 code units. */
      snippet: { text: string; highlights: [number, number][] };
    }
  | { kind: 'contact'; contact: Contact };

export type Draft = Schemas['DraftBody'];

export type ViewKind = 'all' | 'mine' | 'unassigned' | 'mentions' | 'followed' | 'team';
export type StatusFilter = 'open' | 'snoozed' | 'resolved' | 'all';
export type SortOrder = Schemas['ViewSortDto'];

// Saved views, attributes, blocks

export type Operator = Schemas['OperatorDto'];
export type ConditionValue = string[] | string | number | boolean | null;
/** `field` is one of the conversation, or `attribute.<key>` of the customer. */
export type Condition = Narrow<Schemas['ConditionDto'], { value?: ConditionValue }>;
export type Filter = Shape<Schemas['FilterDto'], { conditions: Condition[] }>;
export type View = Shape<Schemas['ViewDto'], { id: ViewId; filter: Filter }>;
export type ViewBody = Shape<Schemas['ViewBody'], { filter: Filter }>;

export type AttributeKind = Schemas['AttributeKindDto'];
export type AttributeOption = Shape<Schemas['AttributeOptionDto'], { label: Localized }>;
export type Attribute = Shape<
  Schemas['AttributeDto'],
  { id: AttributeId; label: Localized; options: AttributeOption[] }
>;

export type BlockKind = Schemas['BlockKindDto'];
export type BlockEntry = Shape<
  Schemas['BlockDto'],
  { id: BlockId; contact?: { id: ContactId; name: string } | null }
>;

// Scheduled messages

export type ScheduledMessage = Shape<
  Schemas['ScheduledMessageDto'],
  {
    id: ScheduledMessageId;
    conversation_id: ConversationId;
    author: Narrow<Schemas['ScheduledAuthorDto'], { id: AgentId }>;
    attachments: Attachment[];
    reason?: ScheduledReason | null;
  }
>;
/** Why a message was not sent. */
export type ScheduledReason =
  | 'by_agent'
  | 'customer_replied'
  | 'author_inactive'
  | 'not_allowed'
  | 'contact_blocked'
  | 'attachment_missing';

export interface ConversationQuery {
  view?: ViewKind;
  view_id?: ViewId;
  team?: TeamId;
  status?: StatusFilter;
  inbox?: InboxId;
  tag?: TagId;
  sort?: SortOrder;
  cursor?: string;
  limit?: number;
}

export type BulkAction = Schemas['BulkActionBody'];
export type BulkResult = Schemas['BulkResultDto'];
