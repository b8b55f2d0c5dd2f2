/** Every call about cases by name. One method is one operation; no logic lives here. */
import type {
  Case,
  CaseBody,
  CaseBroadcast,
  CaseClosing,
  CaseConversation,
  CaseCounts,
  CaseDetail,
  CaseHistoryEntry,
  CaseLink,
  CasePatch,
  CaseQuery,
  CaseSteps,
  CaseTask,
  CaseType,
  LinkKind,
  StepCompletion,
  TaskBody,
  Today,
} from './cases.ts';
import type { CaseDesk, StatusCategory, StatusLabel } from './caseTerms.ts';
import type { Http } from './http.ts';
import type { AgentId, CaseId, CaseTaskId, CaseTypeId, ConversationId, TeamId } from './ids.ts';
import type { CustomerPromise } from './journey.ts';
import type { Page } from './types.ts';

export class CasesApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  listCases = (query: CaseQuery, signal?: AbortSignal) =>
    this.#http.get<Page<Case>>('/cases', { ...query }, signal);
  countCases = () =>
    this.#http.get<{ mine: CaseCounts; all: CaseCounts | null; asked: number; tasks: number }>(
      '/cases/counts',
    );
  getToday = () => this.#http.get<Today>('/me/today');
  createCase = (body: CaseBody) => this.#http.create<CaseDetail>('/cases', body);
  /** By id or by number. */
  getCase = (id: string) => this.#http.get<CaseDetail>(`/cases/${encodeURIComponent(id)}`);
  updateCase = (id: CaseId, body: CasePatch) => this.#http.patch<CaseDetail>(`/cases/${id}`, body);
  setCaseStatus = (id: CaseId, status: Exclude<StatusCategory, 'new'>, note = '') =>
    this.#http.post<CaseDetail>(`/cases/${id}/status`, { status, note });
  getCaseClosing = (id: CaseId) => this.#http.get<CaseClosing>(`/cases/${id}/closing`);
  watchCase = (id: CaseId, isWatching: boolean, agentId: AgentId | null = null) =>
    this.#http.post<CaseDetail>(`/cases/${id}/watchers`, {
      agent_id: agentId,
      is_watching: isWatching,
    });

  // Ownership
  proposeHandover = (
    id: CaseId,
    body: { to_id: AgentId; reason: string; answer_by: string | null },
  ) => this.#http.post<CaseDetail>(`/cases/${id}/assignment/propose`, body);
  acceptHandover = (id: CaseId) => this.#http.post<CaseDetail>(`/cases/${id}/assignment/accept`);
  declineHandover = (id: CaseId, reason: string) =>
    this.#http.post<CaseDetail>(`/cases/${id}/assignment/decline`, { reason });
  withdrawHandover = (id: CaseId) =>
    this.#http.post<CaseDetail>(`/cases/${id}/assignment/withdraw`);

  // Links and conversations
  listCaseLinks = (id: CaseId, cursor?: string) =>
    this.#http.get<Page<CaseLink>>(`/cases/${id}/links`, { cursor, limit: 100 });
  linkCase = (id: CaseId, body: { kind: LinkKind; case_id: CaseId; is_from: boolean }) =>
    this.#http.post<CaseDetail>(`/cases/${id}/links`, body);
  unlinkCase = (id: CaseId, body: { kind: LinkKind; case_id: CaseId; is_from: boolean }) =>
    this.#http.post<CaseDetail>(`/cases/${id}/links/remove`, body);
  mergeCase = (id: CaseId, into: CaseId) =>
    this.#http.post<CaseDetail>(`/cases/${id}/merge`, { into_id: into });
  unmergeCase = (id: CaseId) => this.#http.post<CaseDetail>(`/cases/${id}/unmerge`);
  listCaseConversations = (id: CaseId) =>
    this.#http.get<{ items: CaseConversation[] }>(`/cases/${id}/conversations`);
  linkCaseConversation = (id: CaseId, conversation: ConversationId) =>
    this.#http.post<{ items: CaseConversation[] }>(`/cases/${id}/conversations`, {
      conversation_id: conversation,
    });
  unlinkCaseConversation = (id: CaseId, conversation: ConversationId) =>
    this.#http.post<{ items: CaseConversation[] }>(`/cases/${id}/conversations/remove`, {
      conversation_id: conversation,
    });
  listConversationCases = (id: ConversationId) =>
    this.#http.get<Page<Case>>(`/conversations/${id}/cases`);
  listCasePromises = (id: CaseId) => this.#http.get<Page<CustomerPromise>>(`/cases/${id}/promises`);

  // The procedure
  getCaseSteps = (id: CaseId) => this.#http.get<CaseSteps>(`/cases/${id}/steps`);
  takeCaseStep = (id: CaseId, visit: number) =>
    this.#http.post<CaseSteps>(`/cases/${id}/steps/take`, { visit });
  completeCaseStep = (id: CaseId, body: StepCompletion) =>
    this.#http.post<CaseSteps>(`/cases/${id}/steps/complete`, body);
  decideCaseStep = (id: CaseId, body: { visit: number; is_approved: boolean; note: string }) =>
    this.#http.post<CaseSteps>(`/cases/${id}/steps/decide`, body);
  abandonCaseStep = (id: CaseId, visit: number, reason: string) =>
    this.#http.post<CaseSteps>(`/cases/${id}/steps/abandon`, { visit, reason });
  restartCaseSteps = (id: CaseId) => this.#http.post<CaseSteps>(`/cases/${id}/steps/restart`);

  // The back office
  listCaseTasks = (id: CaseId) => this.#http.get<Page<CaseTask>>(`/cases/${id}/tasks`);
  askTask = (id: CaseId, body: TaskBody) => this.#http.create<CaseTask>(`/cases/${id}/tasks`, body);
  clarifyTask = (id: CaseTaskId, text: string) =>
    this.#http.post<CaseTask>(`/tasks/${id}/clarify`, { text });
  sendBackTask = (id: CaseTaskId, text: string) =>
    this.#http.post<CaseTask>(`/tasks/${id}/send-back`, { text });
  cancelTask = (id: CaseTaskId, text: string) =>
    this.#http.post<CaseTask>(`/tasks/${id}/cancel`, { text });
  reportTask = (id: CaseTaskId, body: { text: string; due_at: string; is_agreed: boolean }) =>
    this.#http.post<CaseTask>(`/tasks/${id}/status`, body);
  forwardTask = (
    id: CaseTaskId,
    body: { reason: string } & ({ team_id: TeamId } | { desk: CaseDesk }),
  ) => this.#http.post<CaseTask>(`/tasks/${id}/forward`, body);

  // History
  listCaseHistory = (id: CaseId, cursor?: string) =>
    this.#http.get<Page<CaseHistoryEntry>>(`/cases/${id}/history`, { cursor });
  noteCase = (id: CaseId, text: string) =>
    this.#http.create<CaseHistoryEntry>(`/cases/${id}/notes`, { text });

  // One answer to all children
  answerChildren = (id: CaseId, body: { client_id: string; text: string; resolve: boolean }) =>
    this.#http.create<CaseBroadcast>(`/cases/${id}/answer-children`, body);
  listCaseBroadcasts = (id: CaseId) =>
    this.#http.get<Page<CaseBroadcast>>(`/cases/${id}/answer-children`);

  // What is needed to read cases
  listEnabledCaseTypes = () =>
    this.#http.get<Page<CaseType>>('/case-types', { enabled: true, limit: 100 });
  getCaseType = (id: CaseTypeId) => this.#http.get<CaseType>(`/case-types/${id}`);
  getStatusLabels = () =>
    this.#http.get<{ labels: StatusLabel[]; version: number }>('/settings/labels');
}
