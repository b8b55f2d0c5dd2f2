/** Calls around notices, their acknowledgement, and the reports about expectations. */
import type { Http } from './http.ts';
import type { CaseId, ConversationId, ServiceNoticeId } from './ids.ts';
import type * as N from './notices.ts';

interface Span {
  from: string;
  to: string;
  inbox_id?: string;
}

export class NoticesApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  getSettings = () => this.#http.get<N.NoticeSettings>('/settings/notices');
  setSettings = (body: N.NoticeSettings) =>
    this.#http.put<N.NoticeSettings>('/settings/notices', body);

  ofConversation = (id: ConversationId) =>
    this.#http.get<N.Notices>(`/conversations/${id}/notices`);
  ofCase = (id: CaseId) => this.#http.get<N.Notices>(`/cases/${id}/notices`);
  tellInConversation = (id: ConversationId, body: N.NoticeBody) =>
    this.#http.post<N.ServiceNotice>(`/conversations/${id}/notices`, body);
  tellInCase = (id: CaseId, body: N.NoticeBody) =>
    this.#http.post<N.ServiceNotice>(`/cases/${id}/notices`, body);
  acknowledge = (id: ServiceNoticeId, body: { means: N.AcknowledgedBy; note?: string }) =>
    this.#http.post<N.ServiceNotice>(`/notices/${id}/acknowledgement`, body);

  // Reports
  getExpectations = (query: N.ExpectationQuery) =>
    this.#http.get<N.ExpectationReport>('/reports/expectations', { ...query });
  listExpectationSessions = (
    query: N.ExpectationQuery & { about: N.Expectation | 'answered'; day?: string },
  ) =>
    this.#http.get<{ items: N.ExpectationSession[] }>('/reports/expectations/sessions', {
      ...query,
    });
  getNotices = (span: Span) => this.#http.get<N.NoticeReport>('/reports/notices', { ...span });
  listNoticeItems = (query: Span & { key?: string; about: N.NoticeAbout }) =>
    this.#http.get<{ items: N.NoticeItem[] }>('/reports/notices/items', { ...query });
}
