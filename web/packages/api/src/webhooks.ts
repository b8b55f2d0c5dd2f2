/** Webhooks and their deliveries as they travel. */
import type { InboxId, WebhookDeliveryId, WebhookId } from './ids.ts';
import type { components } from './schema.ts';

type Schemas = components['schemas'];

export type WebhookPurpose = Schemas['WebhookPurposeDto'];
export type WebhookDeliveryState = Schemas['WebhookDeliveryStateDto'];
export type WebhookAttempt = Schemas['WebhookAttemptDto'];

export interface Webhook extends Omit<Schemas['WebhookDto'], 'id' | 'inbox_id'> {
  id: WebhookId;
  inbox_id?: InboxId | null;
}

export interface FreshWebhook {
  webhook: Webhook;
  secret: string;
}

export interface WebhookDelivery extends Omit<Schemas['WebhookDeliveryDto'], 'id' | 'webhook_id'> {
  id: WebhookDeliveryId;
  webhook_id: WebhookId;
}

export interface WebhookDeliveryDetail {
  delivery: WebhookDelivery;
  body: string;
  attempts: WebhookAttempt[];
}

export interface WebhookBody {
  name: string;
  url: string;
  purpose?: WebhookPurpose;
  inbox_id?: InboxId | null;
  event_types: string[];
}

export interface WebhookDeliveryFilter {
  state?: WebhookDeliveryState | undefined;
  event_type?: string | undefined;
}
