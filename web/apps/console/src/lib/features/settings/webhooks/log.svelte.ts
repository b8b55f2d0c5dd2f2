/**
 * The log of one webhook: its deliveries page by page, by result and event. Nothing tells the
 * page how a delivery went, so after sending it looks again for a while.
 */
import type {
  Api,
  ApiError,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryId,
  WebhookDeliveryState,
  WebhookId,
} from '@zhiyin/api';
import { Resource } from '$lib/shared/resource.svelte.ts';

interface Deps {
  api: Pick<Api['webhooks'], 'deliveries' | 'delivery' | 'replay' | 'replayMany'>;
  webhook: WebhookId;
  wait: (ms: number) => Promise<void>;
  fail: (error: ApiError) => void;
}

/** When it is looked again, each after the one before. */
export const LOOKS_MS = [700, 1_500, 3_000, 6_000];

export class DeliveryLog {
  state: WebhookDeliveryState | '' = $state('');
  eventType = $state('');
  detail: WebhookDeliveryDetail | null = $state.raw(null);
  readonly list: Resource<WebhookDelivery>;
  readonly #deps: Deps;
  /** Rises with every new start, so that an older round of looking ends. */
  #round = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.list = new Resource((cursor) =>
      deps.api.deliveries(
        deps.webhook,
        { state: this.state || undefined, event_type: this.eventType || undefined },
        cursor,
      ),
    );
  }

  get isFiltered(): boolean {
    return this.state !== '' || this.eventType !== '';
  }

  /** Whether something was given up that can be sent again. */
  get hasFailed(): boolean {
    return this.list.items.some((one) => one.state === 'failed');
  }

  filter(change: { state?: WebhookDeliveryState | ''; eventType?: string }): void {
    this.state = change.state ?? this.state;
    this.eventType = change.eventType ?? this.eventType;
    this.#round += 1;
    this.list.items = [];
    void this.list.load();
  }

  /** Loads until nothing waits for its first attempt any more, or for some seconds. */
  async watch(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    await this.list.load();
    for (const pause of LOOKS_MS) {
      if (!this.list.items.some((one) => one.state === 'waiting' && one.attempts === 0)) return;
      await this.#deps.wait(pause);
      if (round !== this.#round) return;
      await this.list.load();
    }
  }

  async show(id: WebhookDeliveryId): Promise<void> {
    const result = await this.#deps.api.delivery(id);
    if (result.ok) this.detail = result.value;
    else this.#deps.fail(result.error);
  }

  /** Sends one again; says whether it is on its way. */
  async replay(id: WebhookDeliveryId): Promise<boolean> {
    const result = await this.#deps.api.replay(id);
    if (!result.ok) {
      this.#deps.fail(result.error);
      return false;
    }
    this.detail = null;
    void this.watch();
    return true;
  }

  /** Sends what was given up again, of the event that is looked at; says how many. */
  async replayFailed(): Promise<number | null> {
    const result = await this.#deps.api.replayMany(this.#deps.webhook, {
      state: 'failed',
      event_type: this.eventType || undefined,
    });
    if (!result.ok) {
      this.#deps.fail(result.error);
      return null;
    }
    void this.watch();
    return result.value.count;
  }

  dispose(): void {
    this.#round += 1;
  }
}
