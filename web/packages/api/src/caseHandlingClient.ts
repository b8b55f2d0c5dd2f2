/** Calls about complaints, service recovery, evidence and call backs by name. */
import type {
  Assessed,
  CaseRecovery,
  CauseCategory,
  ComplainantKind,
  Complaint,
  ComplaintCards,
  Evidence,
  EvidenceBody,
  EvidenceChain,
  EvidenceCheck,
  FollowUp,
  FollowUpEnd,
  RecoveryNeeds,
  RecoverySettings,
  Temperament,
  Validity,
} from './caseHandling.ts';
import type { SolutionContact } from './cases.ts';
import type { ComplaintFacts, ContactMeans, LevelTerms, Money, TimeLimit } from './caseTerms.ts';
import type { Http } from './http.ts';
import type { AgentId, CaseId, EvidenceId, FollowUpId, RecoveryId } from './ids.ts';
import type { Page } from './types.ts';

export class CaseHandlingApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  #complaint(id: CaseId, what: string, body: object) {
    return this.#http.post<Complaint>(`/cases/${id}/complaint/${what}`, body);
  }

  // Complaints
  getComplaint = (id: CaseId) => this.#http.get<Complaint>(`/cases/${id}/complaint`);
  reassessComplaint = (id: CaseId, facts: ComplaintFacts) =>
    this.#complaint(id, 'reassess', { facts });
  acknowledgeComplaint = (id: CaseId, replyBy: string, text: string | null) =>
    this.#complaint(id, 'acknowledge', { reply_by: replyBy, text });
  updateComplaint = (id: CaseId, text: string) => this.#complaint(id, 'update', { text });
  decideComplaint = (id: CaseId, body: { validity: Validity; reasons: string; remedy: string }) =>
    this.#complaint(id, 'decide', body);
  replyComplaint = (id: CaseId, text: string) => this.#complaint(id, 'reply', { text });
  setComplaintCause = (id: CaseId, body: { category: CauseCategory; text: string }) =>
    this.#complaint(id, 'cause', body);
  planComplaintAction = (id: CaseId, body: { text: string; owner_id: AgentId; due_at: string }) =>
    this.#complaint(id, 'action', body);
  finishComplaintAction = (id: CaseId, result: string) =>
    this.#complaint(id, 'action/finish', { result });
  assessComplainant = (
    id: CaseId,
    body: { signs: string[]; kind: ComplainantKind | null; temperament: Temperament | null },
  ) => this.#complaint(id, 'complainant', body);
  listComplaintCards = () => this.#http.get<ComplaintCards>('/complaints/cards');
  assessSeverity = (facts: ComplaintFacts) =>
    this.#http.post<Assessed & { terms: LevelTerms }>('/complaints/assess', { facts });

  // Service recovery
  getRecovery = (id: CaseId) => this.#http.get<CaseRecovery>(`/cases/${id}/recovery`);
  getRecoveryNeeds = (id: CaseId, minor: number) =>
    this.#http.get<RecoveryNeeds>(`/cases/${id}/recovery/needs`, { minor });
  askRecovery = (id: CaseId, body: { gesture: string; cost: Money; reason: string }) =>
    this.#http.create<CaseRecovery>(`/cases/${id}/recovery`, body);
  decideRecovery = (id: RecoveryId, isApproved: boolean, note: string) =>
    this.#http.post<CaseRecovery>(`/recovery/${id}/decide`, { is_approved: isApproved, note });
  carryOutRecovery = (id: RecoveryId) => this.#http.post<CaseRecovery>(`/recovery/${id}/carry-out`);
  withdrawRecovery = (id: RecoveryId) => this.#http.post<CaseRecovery>(`/recovery/${id}/withdraw`);
  getRecoverySettings = () => this.#http.get<RecoverySettings>('/settings/recovery');

  // Evidence
  listEvidence = (id: CaseId) => this.#http.get<EvidenceChain>(`/cases/${id}/evidence`);
  addEvidence = (id: CaseId, body: EvidenceBody) =>
    this.#http.create<Evidence>(`/cases/${id}/evidence`, body);
  verifyEvidence = (id: CaseId) => this.#http.get<EvidenceCheck>(`/cases/${id}/evidence/verify`);
  /** Where the content of an entry is fetched. */
  evidenceContentUrl = (id: EvidenceId) => `${this.#http.base}/evidence/${id}/content`;
  /** Where the bundle of a case is fetched. */
  caseBundleUrl = (id: CaseId) => `${this.#http.base}/cases/${id}/bundle`;

  // Call backs
  listFollowUps = (id: CaseId) => this.#http.get<Page<FollowUp>>(`/cases/${id}/follow-ups`);
  listMyFollowUps = () => this.#http.get<Page<FollowUp>>('/follow-ups', { mine: true });
  createFollowUp = (id: CaseId, body: { owner_id: AgentId | null; limit: TimeLimit | null }) =>
    this.#http.create<FollowUp>(`/cases/${id}/follow-ups`, body);
  tryFollowUp = (
    id: FollowUpId,
    body: { means: ContactMeans; note: string; again_at: string | null },
  ) => this.#http.post<FollowUp>(`/follow-ups/${id}/attempt`, body);
  finishFollowUp = (id: FollowUpId, body: FollowUpEnd) =>
    this.#http.post<FollowUp>(`/follow-ups/${id}/finish`, body);
  documentContact = (
    id: CaseId,
    body: { means: ContactMeans; answer: SolutionContact['answer']; note: string },
  ) => this.#http.create<SolutionContact>(`/cases/${id}/solution-contacts`, body);

  // The portal
  createPortalLink = (id: CaseId, send: boolean) =>
    this.#http.post<{ url: string; expires_at: string; message_id: string | null }>(
      `/cases/${id}/portal-link`,
      { send },
    );
}
