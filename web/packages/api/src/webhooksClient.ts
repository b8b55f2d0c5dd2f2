/** Calls around webhooks. One method is one operation. */
import type { Http } from './http.ts';
import type { WebhookDeliveryId, WebhookId } from './ids.ts';
import type { Page } from './types.ts';
import type * as W from './webhooks.ts';

export class WebhooksApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list = () => this.#http.get<Page<W.Webhook>>('/webhooks');
  get = (id: WebhookId) => this.#http.get<W.Webhook>(`/webhooks/${id}`);
  create = (body: W.WebhookBody) => this.#http.create<W.FreshWebhook>('/webhooks', body);
  update = (
    id: WebhookId,
    body: Partial<Omit<W.WebhookBody, 'purpose'>> & { is_enabled?: boolean; version?: number },
  ) => this.#http.patch<W.Webhook>(`/webhooks/${id}`, body);
  delete = (id: WebhookId) => this.#http.delete(`/webhooks/${id}`);
  rotate = (id: WebhookId, overlap_s: number) =>
    this.#http.post<W.FreshWebhook>(`/webhooks/${id}/rotate-secret`, { overlap_s });
  test = (id: WebhookId) => this.#http.post<W.WebhookDelivery>(`/webhooks/${id}/test`);
  eventTypes = () => this.#http.get<{ items: string[] }>('/webhook-event-types');
  deliveries = (id: WebhookId, filter: W.WebhookDeliveryFilter, cursor?: string) =>
    this.#http.get<Page<W.WebhookDelivery>>(`/webhooks/${id}/deliveries`, { ...filter, cursor });
  delivery = (id: WebhookDeliveryId) =>
    this.#http.get<W.WebhookDeliveryDetail>(`/webhook-deliveries/${id}`);
  replay = (id: WebhookDeliveryId) =>
    this.#http.post<W.WebhookDelivery>(`/webhook-deliveries/${id}/replay`);
  replayMany = (id: WebhookId, filter: W.WebhookDeliveryFilter) =>
    this.#http.post<{ count: number }>(`/webhooks/${id}/replay`, filter);
}
