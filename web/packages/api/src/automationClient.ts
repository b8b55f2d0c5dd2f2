/** Calls around automation. Made where they are needed: the inbox loads none of it. */
import type * as A from './automation.ts';
import type { Http } from './http.ts';
import type { AutomationRuleId, ConversationId, MacroId } from './ids.ts';
import type { Page } from './types.ts';

/** Looking through past sessions takes longer than a click. */
const DRY_RUN_MS = 60_000;
const MACRO_MS = 60_000;

export class AutomationApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  listRules = () => this.#http.get<Page<A.AutomationRule>>('/automation-rules');
  getRule = (id: AutomationRuleId) => this.#http.get<A.AutomationRule>(`/automation-rules/${id}`);
  createRule = (body: { name: string; is_enabled?: boolean; terms: A.RuleTerms }) =>
    this.#http.create<A.AutomationRule>('/automation-rules', body);
  updateRule = (
    id: AutomationRuleId,
    body: { name?: string; is_enabled?: boolean; terms?: A.RuleTerms; version?: number },
  ) => this.#http.patch<A.AutomationRule>(`/automation-rules/${id}`, body);
  resumeRule = (id: AutomationRuleId) =>
    this.#http.post<A.AutomationRule>(`/automation-rules/${id}/resume`);
  deleteRule = (id: AutomationRuleId) => this.#http.delete(`/automation-rules/${id}`);
  orderRules = (ids: AutomationRuleId[]) =>
    this.#http.put<Page<A.AutomationRule>>('/automation-rules/order', { ids });
  listVersions = (id: AutomationRuleId, cursor?: string) =>
    this.#http.get<Page<A.RuleVersion>>(`/automation-rules/${id}/versions`, { cursor });
  listRuns = (id: AutomationRuleId, outcome: A.RunOutcome | '', cursor?: string) =>
    this.#http.get<Page<A.AutomationRun>>(`/automation-rules/${id}/runs`, { outcome, cursor });
  listRunsOf = (id: ConversationId) =>
    this.#http.get<Page<A.AutomationRun>>(`/conversations/${id}/automation-runs`, { limit: 50 });
  dryRun = (terms: A.RuleTerms, days: number) =>
    this.#http.post<A.DryRun>('/automation-rules/dry-run', { terms, days }, DRY_RUN_MS);

  listMacros = () => this.#http.get<Page<A.Macro>>('/macros');
  createMacro = (body: A.MacroBody) => this.#http.create<A.Macro>('/macros', body);
  updateMacro = (id: MacroId, body: Partial<A.MacroBody> & { version?: number }) =>
    this.#http.patch<A.Macro>(`/macros/${id}`, body);
  deleteMacro = (id: MacroId) => this.#http.delete(`/macros/${id}`);
  runMacro = (id: MacroId, conversation_ids: ConversationId[]) =>
    this.#http.post<{ results: A.MacroResult[] }>(
      `/macros/${id}/run`,
      { conversation_ids },
      MACRO_MS,
    );
}
