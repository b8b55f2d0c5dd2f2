/** Calls around case types and the settings of cases. One method is one operation. */
import type { CaseType } from './cases.ts';
import type * as S from './caseSettings.ts';
import type { CaseTerms } from './caseTerms.ts';
import type { Http } from './http.ts';
import type { CaseTypeId } from './ids.ts';
import type { Page } from './types.ts';

export class CaseSettingsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  // Types
  listTypes = () => this.#http.get<Page<CaseType>>('/case-types', { limit: 100 });
  getType = (id: CaseTypeId) => this.#http.get<S.EditedCaseType>(`/case-types/${id}`);
  listVersions = (id: CaseTypeId) =>
    this.#http.get<Page<S.CaseTypeVersion>>(`/case-types/${id}/versions`);
  createType = (body: { key: string; draft: CaseTerms } | { key: string; copy_of: CaseTypeId }) =>
    this.#http.create<S.EditedCaseType>('/case-types', body);
  updateType = (id: CaseTypeId, body: S.CaseTypePatch) =>
    this.#http.patch<S.EditedCaseType>(`/case-types/${id}`, body);
  checkType = (terms: CaseTerms) =>
    this.#http.post<{ findings: S.CaseTypeFinding[] }>('/case-types/check', { terms });
  publishType = (id: CaseTypeId, version: number) =>
    this.#http.post<S.EditedCaseType>(`/case-types/${id}/publish`, { version });
  restoreType = (id: CaseTypeId) => this.#http.post<S.EditedCaseType>(`/case-types/${id}/restore`);

  // Documents
  getLabels = () => this.#http.get<S.CaseLabels>('/settings/labels');
  setLabels = (body: S.CaseLabels) => this.#http.put<S.CaseLabels>('/settings/labels', body);
  getDesks = () => this.#http.get<S.CaseDesks>('/settings/desks');
  setDesks = (body: S.CaseDesks) => this.#http.put<S.CaseDesks>('/settings/desks', body);
  getTimes = () => this.#http.get<S.CaseTimes>('/settings/case-times');
  setTimes = (body: S.CaseTimes) => this.#http.put<S.CaseTimes>('/settings/case-times', body);
  getSeverity = () => this.#http.get<S.SeveritySettings>('/settings/severity');
  setSeverity = (body: S.SeveritySettings) =>
    this.#http.put<S.SeveritySettings>('/settings/severity', body);
  getRecovery = () => this.#http.get<S.RecoveryRules>('/settings/recovery');
  setRecovery = (body: S.RecoveryRules) =>
    this.#http.put<S.RecoveryRules>('/settings/recovery', body);
  getLowScore = () => this.#http.get<S.LowScoreSettings>('/settings/low-score');
  setLowScore = (body: S.LowScoreSettings) =>
    this.#http.put<S.LowScoreSettings>('/settings/low-score', body);
  getWarnings = () => this.#http.get<S.WarningSettings>('/settings/warnings');
  setWarnings = (body: S.WarningSettings) =>
    this.#http.put<S.WarningSettings>('/settings/warnings', body);
}
