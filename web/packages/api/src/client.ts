/** Every call of the agent API by name. One method is one operation; no logic lives here. */
import type {
  AccountId,
  AgentId,
  AttributeId,
  BlockId,
  ContactId,
  ConversationId,
  InboxId,
  InvitationId,
  JobId,
  MessageId,
  PhraseId,
  RoleId,
  ScheduledMessageId,
  TagId,
  TeamId,
  TokenId,
  ViewId,
} from './ids.ts';
import { CaseHandlingApi } from './caseHandlingClient.ts';
import { CaseSettingsApi } from './caseSettingsClient.ts';
import { CasesApi } from './casesClient.ts';
import { CaseWorkApi } from './caseWorkClient.ts';
import type { Http } from './http.ts';
import { JourneyApi } from './journey.ts';
import type { MailSend } from './mail.ts';
import { NoticesApi } from './noticesClient.ts';
import type { Result } from './result.ts';
import { RoutingApi } from './routingClient.ts';
import { WebhooksApi } from './webhooksClient.ts';
import type { components } from './schema.ts';
import type * as T from './types.ts';
import { uploadFile } from './upload.ts';

type Bodies = components['schemas'];
export type SetupBody = Bodies['SetupBody'];
export type LoginBody = Bodies['LogInBody'];
export type SendBody = Bodies['MessageBody'] & { client_id: string; email?: MailSend };
type TeamHours = Pick<T.Team, 'calendar_id'>;
export type InvitationBody = Bodies['InvitationBody'];

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
  readonly cases: CasesApi;
  readonly caseSettings: CaseSettingsApi;
  readonly caseWork: CaseWorkApi;
  readonly handling: CaseHandlingApi;
  readonly journey: JourneyApi;
  readonly notices: NoticesApi;
  readonly routing: RoutingApi;
  readonly webhooks: WebhooksApi;

  constructor(http: Http) {
    this.http = http;
    this.cases = new CasesApi(http);
    this.caseSettings = new CaseSettingsApi(http);
    this.caseWork = new CaseWorkApi(http);
    this.handling = new CaseHandlingApi(http);
    this.journey = new JourneyApi(http);
    this.notices = new NoticesApi(http);
    this.routing = new RoutingApi(http);
    this.webhooks = new WebhooksApi(http);
  }

  #putPicture<Answer>(path: string, picture: Blob): Promise<Result<Answer>> {
    const form = new FormData();
    form.append('file', picture, 'avatar');
    return this.http.put<Answer>(path, form);
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
    preferences?: Record<string, unknown>;
  }) => this.http.patch<T.Me>('/me', body);
  changePassword = (body: Bodies['PasswordChangeBody']) =>
    this.http.post<void>('/me/password', body);
  listLoginSessions = () => this.http.get<T.Page<T.LoginSession>>('/me/sessions');
  deleteLoginSession = (id: string) => this.http.delete(`/me/sessions/${id}`);
  putAvatar = (picture: Blob) => this.#putPicture<T.Me>('/me/avatar', picture);
  deleteAvatar = () => this.http.delete<T.Me>('/me/avatar');
  createTotp = () => this.http.post<{ secret: string; otpauth_url: string }>('/me/totp');
  confirmTotp = (code: string) =>
    this.http.post<{ recovery_codes: string[] }>('/me/totp/confirm', { code });
  deleteTotp = (password: string) => this.http.delete('/me/totp', { password });
  requestPasswordReset = (email: string) => this.http.post<void>('/password-resets', { email });
  confirmPasswordReset = (token: string, password: string) =>
    this.http.post<void>('/password-resets/confirm', { token, password });
  inspectInvitation = (token: string) =>
    this.http.post<{ email: string; workspace_name: string }>('/invitations/inspect', { token });
  acceptInvitation = (body: Bodies['AcceptInvitationBody']) =>
    this.http.post<T.Me>('/invitations/accept', body);
  listInvitations = () => this.http.get<T.Page<T.Invitation>>('/invitations');
  createInvitation = (body: InvitationBody) => this.http.create<T.Invitation>('/invitations', body);
  deleteInvitation = (id: InvitationId) => this.http.delete(`/invitations/${id}`);

  // Directory
  listAgents = (cursor?: string) =>
    this.http.get<T.Page<T.Agent>>('/agents', { limit: 100, cursor });
  updateAgent = (id: AgentId, body: Bodies['AgentPatchBody']) =>
    this.http.patch<T.Agent>(`/agents/${id}`, body);
  activateAgent = (id: AgentId) => this.http.post<T.Agent>(`/agents/${id}/activate`);
  deactivateAgent = (id: AgentId) => this.http.post<T.Agent>(`/agents/${id}/deactivate`);
  listTeams = () => this.http.get<T.Page<T.Team>>('/teams', { limit: 100 });
  createTeam = (body: Bodies['TeamBody'] & TeamHours) => this.http.create<T.Team>('/teams', body);
  updateTeam = (id: TeamId, body: Bodies['TeamPatchBody'] & TeamHours) =>
    this.http.patch<T.Team>(`/teams/${id}`, body);
  deleteTeam = (id: TeamId) => this.http.delete(`/teams/${id}`);
  listRoles = () => this.http.get<T.Page<T.Role>>('/roles', { limit: 100 });
  createRole = (body: { name: string; grants: T.Grant[] }) =>
    this.http.create<T.Role>('/roles', body);
  updateRole = (id: RoleId, body: { name?: string; grants?: T.Grant[] }) =>
    this.http.patch<T.Role>(`/roles/${id}`, body);
  deleteRole = (id: RoleId) => this.http.delete(`/roles/${id}`);
  listTags = () => this.http.get<T.Page<T.Tag>>('/tags', { limit: 100 });
  createTag = (body: Bodies['TagBody']) => this.http.create<T.Tag>('/tags', body);
  updateTag = (id: TagId, body: Bodies['TagPatchBody']) =>
    this.http.patch<T.Tag>(`/tags/${id}`, body);
  deleteTag = (id: TagId) => this.http.delete(`/tags/${id}`);
  listPhrases = (cursor?: string) =>
    this.http.get<T.Page<T.Phrase>>('/phrases', { limit: 100, cursor });
  createPhrase = (body: T.PhraseBody) => this.http.create<T.Phrase>('/phrases', body);
  updatePhrase = (id: PhraseId, body: T.PhraseBody) =>
    this.http.put<T.Phrase>(`/phrases/${id}`, body);
  usePhrase = (id: PhraseId, conversation: ConversationId) =>
    this.http.post<Bodies['RenderedPhraseDto']>(`/phrases/${id}/use`, {
      conversation_id: conversation,
    });
  deletePhrase = (id: PhraseId) => this.http.delete(`/phrases/${id}`);

  // Workspace, inboxes, tokens, records
  getWorkspace = () => this.http.get<T.Workspace>('/workspace');
  updateWorkspace = (body: Partial<Pick<T.Workspace, 'name' | 'locale' | 'time_zone'>>) =>
    this.http.patch<T.Workspace>('/workspace', body);
  listInboxes = () => this.http.get<T.Page<T.Inbox>>('/inboxes', { limit: 100 });
  createInbox = (body: {
    name: string;
    channel?: 'web' | 'api';
    allowed_domains?: string[];
    settings?: Partial<T.WidgetSettings>;
    member_ids?: AgentId[];
  }) => this.http.create<T.Inbox>('/inboxes', body);
  updateInbox = (
    id: InboxId,
    body: Partial<
      Pick<
        T.Inbox,
        'name' | 'is_enabled' | 'allowed_domains' | 'settings' | 'member_ids' | 'routing'
      >
    >,
  ) => this.http.patch<T.Inbox>(`/inboxes/${id}`, body);
  putInboxAvatar = (id: InboxId, picture: Blob) =>
    this.#putPicture<T.Inbox>(`/inboxes/${id}/avatar`, picture);
  deleteInboxAvatar = (id: InboxId) => this.http.delete<T.Inbox>(`/inboxes/${id}/avatar`);
  rotateInboxSecret = (id: InboxId) =>
    this.http.post<{ key_id: string; secret: string }>(`/inboxes/${id}/rotate-secret`);
  listTokens = () => this.http.get<T.Page<T.Token>>('/tokens');
  createToken = (body: Bodies['TokenBody']) => this.http.create<T.Token>('/tokens', body);
  deleteToken = (id: TokenId) => this.http.delete(`/tokens/${id}`);
  listAppTokens = () => this.http.get<T.Page<T.Token>>('/app-tokens');
  createAppToken = (body: Bodies['TokenBody']) => this.http.create<T.Token>('/app-tokens', body);
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
  assignConversation = (id: ConversationId, body: Bodies['AssignBody']) =>
    this.http.post<T.Conversation>(`/conversations/${id}/assign`, body);
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
  setPriority = (id: ConversationId, priority: T.Priority) =>
    this.http.put<T.Conversation>(`/conversations/${id}/priority`, { priority });
  /** Sends what the customer may read, to the contact's address if none is said. */
  sendTranscript = (id: ConversationId, body: Bodies['SendTranscriptBody']) =>
    this.http.post<void>(`/conversations/${id}/transcript`, body);
  followConversation = (id: ConversationId, following: boolean) =>
    this.http.post<void>(`/conversations/${id}/follow`, { following });
  tagConversation = (id: ConversationId, tagIds: TagId[]) =>
    this.http.put<T.Conversation>(`/conversations/${id}/tags`, { tag_ids: tagIds });
  listDrafts = (id: ConversationId) => this.http.get<T.Draft[]>(`/conversations/${id}/draft`);
  putDraft = (id: ConversationId, draft: T.Draft) =>
    this.http.put<void>(`/conversations/${id}/draft`, draft);
  bulkConversations = (ids: ConversationId[], action: T.BulkAction) =>
    this.http.post<T.BulkResult>('/conversations/bulk', { ids, action });

  createRatingLink = (id: ConversationId) =>
    this.http.post<Bodies['RatingLinkDto']>(`/conversations/${id}/rating-link`);
  listScheduledMessages = (id: ConversationId) =>
    this.http.get<T.Page<T.ScheduledMessage>>(`/conversations/${id}/scheduled-messages`);
  createScheduledMessage = (id: ConversationId, body: Bodies['ScheduledMessageBody']) =>
    this.http.create<T.ScheduledMessage>(`/conversations/${id}/scheduled-messages`, body);
  updateScheduledMessage = (id: ScheduledMessageId, body: Bodies['ScheduledMessagePatchBody']) =>
    this.http.patch<T.ScheduledMessage>(`/scheduled-messages/${id}`, body);
  deleteScheduledMessage = (id: ScheduledMessageId) =>
    this.http.delete(`/scheduled-messages/${id}`);
  sendScheduledMessage = (id: ScheduledMessageId) =>
    this.http.post<T.ScheduledMessage>(`/scheduled-messages/${id}/send`);

  // Views, attributes, blocks
  listViews = () => this.http.get<T.Page<T.View>>('/views');
  createView = (body: T.ViewBody) => this.http.create<T.View>('/views', body);
  updateView = (id: ViewId, body: Partial<T.ViewBody>) =>
    this.http.patch<T.View>(`/views/${id}`, body);
  deleteView = (id: ViewId) => this.http.delete(`/views/${id}`);
  listAttributes = () => this.http.get<T.Page<T.Attribute>>('/attributes');
  createAttribute = (body: Bodies['AttributeBody']) =>
    this.http.create<T.Attribute>('/attributes', body);
  updateAttribute = (id: AttributeId, body: Bodies['AttributePatchBody']) =>
    this.http.patch<T.Attribute>(`/attributes/${id}`, body);
  deleteAttribute = (id: AttributeId) => this.http.delete(`/attributes/${id}`);
  listBlocks = (query: { contact_id?: ContactId; cursor?: string } = {}) =>
    this.http.get<T.Page<T.BlockEntry>>('/blocks', query);
  createBlock = (body: Bodies['BlockBody']) => this.http.create<T.BlockEntry>('/blocks', body);
  deleteBlock = (id: BlockId) => this.http.delete(`/blocks/${id}`);

  // Contacts and search
  listContacts = (query: { q?: string; cursor?: string }) =>
    this.http.get<T.Page<T.Contact>>('/contacts', query);
  getContact = (id: ContactId) => this.http.get<T.Contact>(`/contacts/${id}`);
  updateContact = (id: ContactId, body: T.ContactPatch) =>
    this.http.patch<T.Contact>(`/contacts/${id}`, body);
  listContactSessions = (id: ContactId) =>
    this.http.get<T.Page<T.ContactSession>>(`/contacts/${id}/sessions`);
  listAccounts = (query: { cursor?: string; limit?: number } = {}) =>
    this.http.get<T.Page<T.Account>>('/accounts', query);
  getAccount = (id: AccountId) => this.http.get<T.Account>(`/accounts/${id}`);
  createAccount = (body: T.AccountBody) => this.http.create<T.Account>('/accounts', body);
  updateAccount = (id: AccountId, body: T.AccountPatch) =>
    this.http.patch<T.Account>(`/accounts/${id}`, body);
  createContactNote = (id: ContactId, text: string) =>
    this.http.create<T.ContactNote>(`/contacts/${id}/notes`, { text });
  search = (query: SearchQuery, signal?: AbortSignal) =>
    this.http.get<T.Page<T.SearchHit>>('/search', { ...query }, signal);
  upload = (file: Blob, name: string, onProgress: (share: number) => void) =>
    uploadFile(this.http, file, name, onProgress);
}
