/** Calls of the pages where people work through lists. One method is one operation. */
import type { FollowUp } from './caseHandling.ts';
import type { CaseTask } from './cases.ts';
import type * as W from './caseWork.ts';
import type { Http } from './http.ts';
import type { AgentId, CaseTaskId } from './ids.ts';
import type { Page } from './types.ts';

export class CaseWorkApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  listApprovals = () => this.#http.get<Page<W.RecoveryApproval>>('/recovery/approvals');

  // Tasks
  listTasks = (query: W.TaskQuery) => this.#http.get<Page<CaseTask>>('/tasks', { ...query });
  takeTask = (id: CaseTaskId) => this.#http.post<CaseTask>(`/tasks/${id}/take`);
  answerTask = (id: CaseTaskId, text: string) =>
    this.#http.post<CaseTask>(`/tasks/${id}/answer`, { text });
  askOwner = (id: CaseTaskId, text: string) =>
    this.#http.post<CaseTask>(`/tasks/${id}/question`, { text });
  createTaskLink = (id: CaseTaskId, agent: AgentId) =>
    this.#http.post<{ url: string; expires_at: string }>(`/tasks/${id}/link`, { agent_id: agent });

  listFollowUps = (mine: boolean, cursor?: string) =>
    this.#http.get<Page<FollowUp>>('/follow-ups', { mine, cursor });

  getBudget = (from: Date, to: Date) =>
    this.#http.get<W.BudgetReport>('/recovery/budget', {
      from: from.toISOString(),
      to: to.toISOString(),
    });

  // Risk warnings
  listRisks = (status: W.RiskShelf, cursor?: string) =>
    this.#http.get<Page<W.RiskWarning>>('/risk-warnings', { status, cursor });
  tickRisk = (id: W.RiskWarningId, step: number, isDone: boolean) =>
    this.#http.post<W.RiskWarning>(`/risk-warnings/${id}/tick`, { step, is_done: isDone });
  closeRisk = (id: W.RiskWarningId, note: string) =>
    this.#http.post<W.RiskWarning>(`/risk-warnings/${id}/close`, { note });
}
