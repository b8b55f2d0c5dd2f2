/** Every call about the bot by name. One method is one operation; no logic lives here. */
import type { Http, Page } from '@zhiyin/api';
import type * as B from './types.ts';

/** A bench of 300 questions takes its time on a busy machine. */
const REPLAY_TIMEOUT_MS = 60_000;

export class BotApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  getSettings = (inbox: string) => this.#http.get<B.BotSettings>(`/inboxes/${inbox}/bot`);
  putSettings = (inbox: string, body: B.BotSettingsBody) =>
    this.#http.put<B.BotSettings>(`/inboxes/${inbox}/bot`, body);
  replay = (
    inbox: string,
    body: { thresholds: B.Thresholds | null; source: B.ReplaySource; limit: number },
  ) => this.#http.post<B.Replay>(`/inboxes/${inbox}/bot/replay`, body, REPLAY_TIMEOUT_MS);

  listFlows = () => this.#http.get<Page<B.FlowSummary>>('/bot-flows');
  getFlow = (id: string) => this.#http.get<B.Flow>(`/bot-flows/${encodeURIComponent(id)}`);
  createFlow = (body: { name: string; document: B.FlowDocument }) =>
    this.#http.create<B.Flow>('/bot-flows', body);
  updateFlow = (id: string, body: { name: string; document: B.FlowDocument; version: number }) =>
    this.#http.put<B.Flow>(`/bot-flows/${id}`, body);
  publishFlow = (id: string, version: number) =>
    this.#http.post<B.Flow>(`/bot-flows/${id}/publish`, { version });
  withdrawFlow = (id: string, version: number) =>
    this.#http.post<B.Flow>(`/bot-flows/${id}/withdraw`, { version });
  deleteFlow = (id: string) => this.#http.delete(`/bot-flows/${id}`);
  listRevisions = (id: string) =>
    this.#http.get<Page<B.FlowRevision>>(`/bot-flows/${id}/revisions`);
  simulate = (id: string, body: B.SimulateBody) =>
    this.#http.post<B.Simulated>(`/bot-flows/${id}/simulate`, body);
  getStatistics = (id: string) =>
    this.#http.get<Page<B.StepStatistics>>(`/bot-flows/${id}/statistics`);

  listSecrets = () => this.#http.get<Page<B.BotSecret>>('/bot-secrets');
  putSecret = (name: string, value: string) =>
    this.#http.put<void>('/bot-secrets', { name, value });
  deleteSecret = (name: string) => this.#http.delete(`/bot-secrets/${encodeURIComponent(name)}`);
}
