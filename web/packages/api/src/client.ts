/** Every call of the agent API by name. One method is one operation; no logic lives here. */
import type {
  AgentId,
  ContactId,
  ConversationId,
  InboxId,
  InvitationId,
  JobId,
  MessageId,
  PhraseId,
  RoleId,
  TagId,
  TeamId,
  TokenId,
} from './ids.ts';
import type { Http } from './http.ts';
import type * as T from './types.ts';
import { uploadFile } from './upload.ts';

export interface SetupBody {
  workspace_name: string;
  locale: T.Locale;
  time_zone: string;
  name: string;
  email: string;
  password: string;
}

export interface LoginBody {
  email: string;
  password: string;
  code?: string;
  recovery_code?: string;
  workspace?: string;
}

export interface SendBody {
  client_id: string;
  kind: 'text' | 'note';
  text: string;
  reply_to_id?: MessageId;
  attachment_ids?: string[];
  mentions?: AgentId[];
}

export interface InvitationBody {
  email: string;
  name?: string;
  role_ids: RoleId[];
  team_ids: TeamId[];
  inbox_ids: InboxId[];
}

export interface SearchQuery {
  q: string;
  kind?: 'messages' | 'contacts';
  inbox?: InboxId;
  from?: string;
  to?: string;
  cursor?: string;
}

export class Api {
  readonly http: Http;

  constructor(http: Http) {
    this.http = http;
  }

  // Set-up and identity
  getSetup = () => this.http.get<{ needed: boolean }>('/setup');
  createSetup = (body: SetupBody) => this.http.create<T.Me>('/setup', body);
  getSession = () => this.http.get<T.Me>('/session');
  createSession = (body: LoginBody) => this.http.post<T.Me>('/session', body);
  deleteSession = () => this.http.delete('/session');
  updateMe = (body: {
    name?: string;
    display_name?: string;
    locale?: T.Locale;
    avatar_attachment_id?: string | null;
    preferences?: Record<string, unknown>;
  }) => this.http.patch<T.Me>('/me', body);
  changePassword = (body: { current: string; new: string }) =>
    this.http.post<void>('/me/password', body);
  listLoginSessions = () => this.http.get<T.Page<T.LoginSession>>('/me/sessions');
  deleteLoginSession = (id: string) => this.http.delete(`/me/sessions/${id}`);
  createTotp = () => this.http.post<{ secret: string; otpauth_url: string }>('/me/totp');
  confirmTotp = (code: string) =>
    this.http.post<{ recovery_codes: string[] }>('/me/totp/confirm', { code });
  deleteTotp = (password: string) => this.http.delete('/me/totp', { password });
  setPresence = (presence: T.Presence) => this.http.put<void>('/me/presence', { presence });
  requestPasswordReset = (email: string) => this.http.post<void>('/password-resets', { email });
  confirmPasswordReset = (token: string, password: string) =>
    this.http.post<void>('/password-resets/confirm', { token, password });
  inspectInvitation = (token: string) =>
    this.http.post<{ email: string; workspace_name: string }>('/invitations/inspect', { token });
  acceptInvitation = (body: { token: string; name: string; password: string }) =>
    this.http.post<T.Me>('/invitations/accept', body);
  listInvitations = () => this.http.get<T.Page<T.Invitation>>('/invitations');
  createInvitation = (body: InvitationBody) => this.http.create<T.Invitation>('/invitations', body);
  deleteInvitation = (id: InvitationId) => this.http.delete(`/invitations/${id}`);

  // Directory
  listAgents = () => this.http.get<T.Page<T.Agent>>('/agents', { limit: 100 });
  updateAgent = (
    id: AgentId,
    body: { name?: string; role_ids?: RoleId[]; team_ids?: TeamId[]; inbox_ids?: InboxId[] },
  ) => this.http.patch<T.Agent>(`/agents/${id}`, body);
  activateAgent = (id: AgentId) => this.http.post<T.Agent>(`/agents/${id}/activate`);
  deactivateAgent = (id: AgentId) => this.http.post<T.Agent>(`/agents/${id}/deactivate`);
  listTeams = () => this.http.get<T.Page<T.Team>>('/teams', { limit: 100 });
  createTeam = (body: { name: string; member_ids: AgentId[] }) =>
    this.http.create<T.Team>('/teams', body);
  updateTeam = (id: TeamId, body: { name?: string; member_ids?: AgentId[] }) =>
    this.http.patch<T.Team>(`/teams/${id}`, body);
  deleteTeam = (id: TeamId) => this.http.delete(`/teams/${id}`);
  listRoles = () => this.http.get<T.Page<T.Role>>('/roles', { limit: 100 });
  createRole = (body: { name: string; grants: T.Grant[] }) =>
    this.http.create<T.Role>('/roles', body);
  updateRole = (id: RoleId, body: { name?: string; grants?: T.Grant[] }) =>
    this.http.patch<T.Role>(`/roles/${id}`, body);
  deleteRole = (id: RoleId) => this.http.delete(`/roles/${id}`);
  listTags = () => this.http.get<T.Page<T.Tag>>('/tags', { limit: 100 });
  createTag = (body: { name: string; color: T.TagColor }) => this.http.create<T.Tag>('/tags', body);
  updateTag = (id: TagId, body: { name?: string; color?: T.TagColor }) =>
    this.http.patch<T.Tag>(`/tags/${id}`, body);
  deleteTag = (id: TagId) => this.http.delete(`/tags/${id}`);
  listPhrases = (cursor?: string) =>
    this.http.get<T.Page<T.Phrase>>('/phrases', { limit: 100, cursor });
  createPhrase = (body: Omit<T.Phrase, 'id'>) => this.http.create<T.Phrase>('/phrases', body);
  updatePhrase = (id: PhraseId, body: Partial<Omit<T.Phrase, 'id'>>) =>
    this.http.patch<T.Phrase>(`/phrases/${id}`, body);
  deletePhrase = (id: PhraseId) => this.http.delete(`/phrases/${id}`);

  // Workspace, inboxes, tokens, records
  getWorkspace = () => this.http.get<T.Workspace>('/workspace');
  updateWorkspace = (body: Partial<Pick<T.Workspace, 'name' | 'locale' | 'time_zone'>>) =>
    this.http.patch<T.Workspace>('/workspace', body);
  listInboxes = () => this.http.get<T.Page<T.Inbox>>('/inboxes', { limit: 100 });
  createInbox = (body: {
    name: string;
    channel: 'web';
    allowed_domains?: string[];
    settings?: Partial<T.WidgetSettings>;
    member_ids?: AgentId[];
  }) => this.http.create<T.Inbox>('/inboxes', body);
  updateInbox = (
    id: InboxId,
    body: Partial<
      Pick<T.Inbox, 'name' | 'is_enabled' | 'allowed_domains' | 'settings' | 'member_ids'>
    >,
  ) => this.http.patch<T.Inbox>(`/inboxes/${id}`, body);
  rotateInboxSecret = (id: InboxId) =>
    this.http.post<{ key_id: string; secret: string }>(`/inboxes/${id}/rotate-secret`);
  listTokens = () => this.http.get<T.Page<T.Token>>('/tokens');
  createToken = (body: { name: string; scopes: T.Permission[]; expires_at: string | null }) =>
    this.http.create<T.Token>('/tokens', body);
  deleteToken = (id: TokenId) => this.http.delete(`/tokens/${id}`);
  listAppTokens = () => this.http.get<T.Page<T.Token>>('/app-tokens');
  createAppToken = (body: { name: string; scopes: T.Permission[]; expires_at: string | null }) =>
    this.http.create<T.Token>('/app-tokens', body);
  deleteAppToken = (id: TokenId) => this.http.delete(`/app-tokens/${id}`);
  listAudit = (cursor?: string) => this.http.get<T.Page<T.AuditEntry>>('/audit', { cursor });
  listJobs = (state: 'dead', cursor?: string) =>
    this.http.get<T.Page<T.Job>>('/jobs', { state, cursor });
  replayJob = (id: JobId) => this.http.post<T.Job>(`/jobs/${id}/replay`);

  // Conversations
  listConversations = (query: T.ConversationQuery, signal?: AbortSignal) =>
    this.http.get<T.Page<T.Conversation>>('/conversations', { ...query }, signal);
  getConversation = (id: ConversationId) => this.http.get<T.Conversation>(`/conversations/${id}`);
  listMessages = (id: ConversationId, query: { before_seq?: number; limit?: number } = {}) =>
    this.http.get<T.Page<T.Message>>(`/conversations/${id}/messages`, query);
  getCounters = () => this.http.get<T.Counters>('/counters');
  createMessage = (id: ConversationId, body: SendBody) =>
    this.http.create<T.Message>(`/conversations/${id}/messages`, body);
  updateMessage = (id: MessageId, text: string) =>
    this.http.patch<T.Message>(`/messages/${id}`, { text });
  recallMessage = (id: MessageId) => this.http.delete<T.Message>(`/messages/${id}`);
  assignConversation = (
    id: ConversationId,
    body: { agent_id: AgentId | null; team_id: TeamId | null; note?: string },
  ) => this.http.post<T.Conversation>(`/conversations/${id}/assign`, body);
  resolveConversation = (id: ConversationId) =>
    this.http.post<T.Conversation>(`/conversations/${id}/resolve`);
  reopenConversation = (id: ConversationId) =>
    this.http.post<T.Conversation>(`/conversations/${id}/reopen`);
  snoozeConversation = (id: ConversationId, until: Date) =>
    this.http.post<T.Conversation>(`/conversations/${id}/snooze`, { until: until.toISOString() });
  markSeen = (id: ConversationId, seq: number) =>
    this.http.post<T.Conversation>(`/conversations/${id}/seen`, { seq });
  markUnread = (id: ConversationId) =>
    this.http.post<T.Conversation>(`/conversations/${id}/unread`);
  followConversation = (id: ConversationId, following: boolean) =>
    this.http.post<T.Conversation>(`/conversations/${id}/follow`, { following });
  tagConversation = (id: ConversationId, tagIds: TagId[]) =>
    this.http.put<T.Conversation>(`/conversations/${id}/tags`, { tag_ids: tagIds });
  getDraft = (id: ConversationId) =>
    this.http.get<{ items: T.Draft[] }>(`/conversations/${id}/draft`);
  putDraft = (id: ConversationId, draft: T.Draft) =>
    this.http.put<void>(`/conversations/${id}/draft`, draft);
  bulkConversations = (ids: ConversationId[], action: T.BulkAction) =>
    this.http.post<{ items?: T.Conversation[] }>('/conversations/bulk', { ids, action });

  // Contacts and search
  listContacts = (query: { q?: string; cursor?: string }) =>
    this.http.get<T.Page<T.Contact>>('/contacts', query);
  getContact = (id: ContactId) => this.http.get<T.Contact>(`/contacts/${id}`);
  updateContact = (
    id: ContactId,
    body: Partial<
      Pick<T.Contact, 'name' | 'email' | 'phone' | 'locale' | 'attributes' | 'tags'>
    > & {
      version?: number;
    },
  ) => this.http.patch<T.Contact>(`/contacts/${id}`, body);
  listContactSessions = (id: ContactId) =>
    this.http.get<T.Page<T.ContactSession>>(`/contacts/${id}/sessions`);
  createContactNote = (id: ContactId, text: string) =>
    this.http.create<T.ContactNote>(`/contacts/${id}/notes`, { text });
  search = (query: SearchQuery, signal?: AbortSignal) =>
    this.http.get<T.Page<T.SearchHit>>('/search', { ...query }, signal);
  upload = (file: Blob, name: string, onProgress: (share: number) => void) =>
    uploadFile(this.http, file, name, onProgress);
}
