/** Wire types of the agent API. Times are RFC 3339 strings in UTC. */
import type {
  AgentId,
  AttachmentId,
  ContactId,
  ConversationId,
  InboxId,
  InvitationId,
  JobId,
  MessageId,
  PhraseId,
  RoleId,
  SessionId,
  TagId,
  TeamId,
  TokenId,
  WorkspaceId,
} from './ids.ts';

export type Locale = 'zh-CN' | 'en';
export type Presence = 'online' | 'busy' | 'break' | 'away' | 'offline';
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
  | 'jobs.manage';

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Grant {
  permission: Permission;
  scope: Scope;
}

export interface Agent {
  id: AgentId;
  name: string;
  display_name: string;
  email: string;
  avatar_url: string | null;
  locale: Locale;
  is_active: boolean;
  role_ids: RoleId[];
  team_ids: TeamId[];
  inbox_ids: InboxId[];
  presence: Presence;
  created_at: string;
}

export interface Workspace {
  id: WorkspaceId;
  name: string;
  slug: string;
  locale: Locale;
  time_zone: string;
}

export interface Me {
  agent: Agent;
  workspace: Workspace;
  grants: Grant[];
  inboxes: InboxId[];
  teams: TeamId[];
  csrf_token: string;
  second_factor: boolean;
  preferences: Record<string, unknown>;
}

export interface LoginSession {
  id: string;
  user_agent: string | null;
  address: string | null;
  created_at: string;
  last_seen_at: string;
  is_current: boolean;
}

export interface Team {
  id: TeamId;
  name: string;
  member_ids: AgentId[];
}

export interface Role {
  id: RoleId;
  name: string;
  is_builtin: boolean;
  grants: Grant[];
}

export type TagColor = 'celadon' | 'vermilion' | 'amber' | 'moss' | 'indigo' | 'sand' | 'ink';

export interface Tag {
  id: TagId;
  name: string;
  color: TagColor;
}

export interface Phrase {
  id: PhraseId;
  shortcut: string;
  title: string;
  text: string;
  locale: Locale;
  scope: 'shared' | 'personal';
  situation: string | null;
}

export interface Token {
  id: TokenId;
  name: string;
  scopes: Permission[];
  expires_at: string | null;
  last_used_at: string | null;
  created_at: string;
  /** Present only in the answer to the creation. */
  secret?: string | null;
}

export interface Invitation {
  id: InvitationId;
  email: string;
  name: string | null;
  role_ids: RoleId[];
  team_ids: TeamId[];
  inbox_ids: InboxId[];
  expires_at: string;
  created_at: string;
  link?: string | null;
}

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
}

export interface Inbox {
  id: InboxId;
  number: number;
  name: string;
  channel: 'web';
  key: string;
  is_enabled: boolean;
  allowed_domains: string[];
  settings: WidgetSettings;
  member_ids: AgentId[];
}

export interface AuditEntry {
  id: string;
  at: string;
  actor: { kind: string; id: string | null; name: string | null };
  type: string;
  subject: string | null;
  address: string | null;
  data: Record<string, unknown>;
}

export interface Job {
  id: JobId;
  name: string;
  state: string;
  attempts: number;
  last_error: string | null;
  created_at: string;
  failed_at: string | null;
}

export type Status =
  | { kind: 'open' }
  | { kind: 'snoozed'; until: string; by: string | null }
  | { kind: 'resolved'; at: string; by: string | null };

export type Handler = 'none' | 'bot' | 'queued' | 'offered' | 'human';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';
export type JourneyStep =
  'entry' | 'triage' | 'classification' | 'response' | 'resolution' | 'feedback' | 'aftercare';
export type AuthorKind = 'contact' | 'agent' | 'bot' | 'system';

export interface Rating {
  score: number;
  comment: string | null;
  dimensions: Partial<
    Record<'accurate' | 'convenient' | 'fast' | 'comfortable' | 'attitude', number>
  > | null;
  at: string;
}

export interface Session {
  id: SessionId;
  number: number;
  step: JourneyStep;
  opened_at: string;
  first_response_at: string | null;
  first_response_due_at: string | null;
  resolved_at: string | null;
  rating: Rating | null;
}

export interface LastMessage {
  id: MessageId;
  seq: number;
  author_kind: AuthorKind;
  author_id: string | null;
  preview: string;
  at: string;
}

export interface ConversationContact {
  id: ContactId;
  name: string;
  avatar_url: string | null;
  locale: Locale | null;
  is_verified: boolean;
}

export interface Conversation {
  id: ConversationId;
  number: number;
  inbox_id: InboxId;
  channel: 'web';
  contact: ConversationContact;
  status: Status;
  handler: Handler;
  assignee_id: AgentId | null;
  team_id: TeamId | null;
  priority: Priority;
  tag_ids: TagId[];
  session: Session | null;
  last_message: LastMessage | null;
  waiting_since: string | null;
  unread_count: number;
  message_count: number;
  contact_seen_seq: number;
  agent_seen_seq: number;
  created_at: string;
  updated_at: string;
  version: number;
}

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

export interface Attachment {
  id: AttachmentId;
  name: string;
  media_type: string;
  size_bytes: number;
  width: number | null;
  height: number | null;
  url: string;
  thumbnail_url: string | null;
  kind: 'image' | 'file';
}

export type Delivery = 'pending' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Message {
  id: MessageId;
  conversation_id: ConversationId;
  session_id: SessionId | null;
  seq: number;
  kind: 'text' | 'note' | 'system';
  author: { kind: AuthorKind; id: string | null; name: string; avatar_url: string | null };
  text: string;
  blocks: Block[];
  quote: { id: MessageId; text: string; author_name: string } | null;
  attachments: Attachment[];
  mentions: AgentId[];
  system: { event: string; params: Record<string, unknown> } | null;
  client_id: string | null;
  delivery: Delivery;
  created_at: string;
  edited_at: string | null;
  recalled_at: string | null;
  revision: number;
}

export interface Counters {
  inboxes: { inbox_id: InboxId; open: number; unassigned: number }[];
  mine_open: number;
  mentions_unread: number;
}

export interface Contact {
  id: ContactId;
  account_id: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  locale: Locale | null;
  attributes: Record<string, unknown>;
  tags: TagId[];
  identities: {
    id: string;
    inbox_id: InboxId;
    kind: 'anonymous' | 'verified';
    external_id: string | null;
  }[];
  context: {
    page_url: string | null;
    page_title: string | null;
    referrer: string | null;
    user_agent: string | null;
    locale: string | null;
    time_zone: string | null;
  } | null;
  notes?: ContactNote[];
  created_at: string;
  last_seen_at: string | null;
  version: number;
}

export interface ContactNote {
  id: string;
  text: string;
  author_id: AgentId | null;
  created_at: string;
}

export interface ContactSession extends Session {
  conversation_id: ConversationId;
  conversation_number: number;
  inbox_id: InboxId;
}

export interface SearchHit {
  conversation: Conversation | null;
  message: Message | null;
  contact: Contact | null;
  highlights: [number, number][];
}

export interface Draft {
  kind: 'text' | 'note';
  text: string;
}

export type ViewKind = 'all' | 'mine' | 'unassigned' | 'mentions' | 'team';
export type StatusFilter = 'open' | 'snoozed' | 'resolved' | 'all';
export type SortOrder = 'recent' | 'waiting';

export interface ConversationQuery {
  view: ViewKind;
  team?: TeamId;
  status?: StatusFilter;
  inbox?: InboxId;
  tag?: TagId;
  sort?: SortOrder;
  cursor?: string;
  limit?: number;
}

export type BulkAction =
  | { type: 'assign'; agent_id: AgentId | null; team_id: TeamId | null }
  | { type: 'resolve' }
  | { type: 'reopen' }
  | { type: 'snooze'; until: string }
  | { type: 'tag'; tag_ids: TagId[] };
