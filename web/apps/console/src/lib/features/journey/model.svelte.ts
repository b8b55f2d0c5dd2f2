/** The journey of one conversation: fetched, and fetched again when something happens in it. */
import type {
  ApiError,
  Conversation,
  ConversationId,
  Journey,
  JourneyApi,
  Result,
  Stage,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type JourneyState = 'loading' | 'ready' | { failed: ApiError };

export interface JourneyDeps {
  api: Pick<JourneyApi, 'getJourney' | 'setStage' | 'setWaitingOn'>;
  take: (result: Result<Conversation>) => void;
  fail: (error: ApiError) => void;
  now: () => Date;
}

/** Several things happen at once; they are fetched once. */
const RELOAD_AFTER_MS = 350;

export class JourneyModel {
  readonly id: ConversationId;
  state: JourneyState = $state.raw('loading');
  journey: Journey | null = $state.raw(null);
  /** When the server told it. */
  fetchedAt: Date = $state.raw(new Date(0));
  isSaving = $state(false);
  #deps: JourneyDeps;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(id: ConversationId, deps: JourneyDeps) {
    this.id = id;
    this.#deps = deps;
    void this.load();
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const result = await this.#deps.api.getJourney(this.id);
    if (this.#isDisposed) return;
    if (result.ok) {
      this.journey = result.value;
      this.fetchedAt = this.#deps.now();
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  reloadSoon(): void {
    if (this.#isDisposed) return;
    this.#timer ??= setTimeout(() => void this.load(), RELOAD_AFTER_MS);
  }

  onEvent(event: EventFrame): void {
    const kind = event.type === 'setting.changed' ? event.data?.['kind'] : null;
    const isRule = kind === 'standard' || kind === 'calendar';
    const isOurs =
      event.conversation?.id === this.id || event.data?.['conversation_id'] === this.id;
    if (isRule || isOurs) this.reloadSoon();
  }

  async #run(call: () => Promise<Result<Conversation>>): Promise<boolean> {
    if (this.isSaving) return false;
    this.isSaving = true;
    const result = await call();
    this.isSaving = false;
    if (result.ok) this.#deps.take(result);
    else this.#deps.fail(result.error);
    this.reloadSoon();
    return result.ok;
  }

  setStage(stage: Stage | null): Promise<boolean> {
    return this.#run(() => this.#deps.api.setStage(this.id, stage));
  }

  setWaitingOn(whom: 'third_party' | 'nobody'): Promise<boolean> {
    return this.#run(() => this.#deps.api.setWaitingOn(this.id, whom));
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }
}
