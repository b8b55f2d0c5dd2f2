/** Where one conversation stands in routing, and how it came to whom it came. */
import type { ApiError, ConversationId, ConversationRouting, RoutingApi } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type RoutingState = 'idle' | 'loading' | 'ready' | { failed: ApiError };

const RELOAD_AFTER_MS = 300;

export class RoutingModel {
  readonly id: ConversationId;
  state: RoutingState = $state.raw('idle');
  routing: ConversationRouting | null = $state.raw(null);
  #api: Pick<RoutingApi, 'getRouting'>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: ConversationId, api: Pick<RoutingApi, 'getRouting'>) {
    this.id = id;
    this.#api = api;
  }

  async load(): Promise<void> {
    if (this.state === 'idle') this.state = 'loading';
    const result = await this.#api.getRouting(this.id);
    if (result.ok) this.routing = result.value;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  /** Whoever moves in the line of this conversation changes what is shown. */
  onEvent(event: EventFrame): void {
    if (this.state === 'idle' || !event.type.startsWith('queue_item.')) return;
    const { conversation_id: id, queue_id: queue } = event.data ?? {};
    const isSameLine = queue !== undefined && queue === this.routing?.item?.queue_id;
    if (id !== this.id && !isSameLine && event.conversation?.id !== this.id) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), RELOAD_AFTER_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
