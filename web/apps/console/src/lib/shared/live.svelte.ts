/**
 * Server state of the page: snapshots and events, reduced by packages/realtime. Models read
 * rows from here and never keep a second copy. Whatever a reducer marks stale is fetched again.
 */
import type {
  Api,
  ApiError,
  Conversation,
  ConversationId,
  Counters,
  Message,
  Result,
} from '@zhiyin/api';
import {
  applyConversations,
  applyEvents,
  applyLatestMessages,
  applyList,
  applyMessages,
  applyNextPage,
  applyOlderMessages,
  beginMessages,
  dropMessages,
  emptyState,
  markAllStale,
  markViewStale,
  viewKey,
  type EventFrame,
  type ListState,
  type MessagesState,
  type SignalFrame,
  type State,
  type StreamStatus,
  type ViewSpec,
} from '@zhiyin/realtime';

export type Load = 'idle' | 'loading' | 'more' | { failed: ApiError };

const PAGE = 50;
const MESSAGES_PAGE = 50;
const COUNTERS_AFTER_MS = 400;
const KEPT_CONVERSATIONS_MAX = 12;

export interface LiveHooks {
  onEvent(event: EventFrame): void;
  onSignal(signal: SignalFrame): void;
}

export class Live {
  status: StreamStatus = $state.raw('stopped');
  counters: Counters | null = $state.raw(null);
  #state: State = $state.raw(emptyState(''));
  #loads: Record<string, Load> = $state({});
  #api: Api;
  #hooks: LiveHooks;
  #opened: ViewSpec[] = [];
  #recent: ConversationId[] = [];
  #countersTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, me: string, hooks: LiveHooks) {
    this.#api = api;
    this.#hooks = hooks;
    this.#state = emptyState(me);
  }

  list = (spec: ViewSpec): ListState | undefined => this.#state.lists.get(viewKey(spec));
  conversation = (id: ConversationId): Conversation | undefined =>
    this.#state.conversations.get(id);
  messages = (id: ConversationId): MessagesState | undefined => this.#state.messages.get(id);
  load = (key: string): Load => this.#loads[key] ?? 'idle';

  rows(spec: ViewSpec): Conversation[] {
    const { conversations } = this.#state;
    return (this.list(spec)?.ids ?? []).flatMap((id) => conversations.get(id) ?? []);
  }

  // From the stream

  onEvents = (events: EventFrame[]): void => {
    this.#state = applyEvents(this.#state, events);
    for (const event of events) this.#hooks.onEvent(event);
    this.#refetchStale();
  };

  /** First connection, or a gap too long to fill: everything shown is fetched again. */
  onReset = (): void => {
    this.#state = markAllStale(this.#state);
    this.#refetchStale();
    for (const id of this.#state.messages.keys()) void this.#fetchLatest(id);
  };

  onSignal = (signal: SignalFrame): void => this.#hooks.onSignal(signal);

  onStatus = (status: StreamStatus): void => {
    this.status = status;
  };

  // From answers to commands

  take(result: Result<Conversation>): void {
    if (result.ok && result.value) this.#state = applyConversations(this.#state, [result.value]);
  }

  takeMessage(message: Message): void {
    this.#state = applyMessages(this.#state, [message]);
  }

  /** Fetches the lists of a view again, where a command changed what belongs there. */
  refresh(view: ViewSpec['view']): void {
    this.#state = markViewStale(this.#state, view);
    this.#refetchStale();
  }

  // Lists

  async openList(spec: ViewSpec): Promise<void> {
    const key = viewKey(spec);
    this.#opened = [spec, ...this.#opened.filter((other) => viewKey(other) !== key)].slice(0, 4);
    const list = this.list(spec);
    if (list && !list.isStale) return;
    await this.#fetchList(spec);
  }

  async #fetchList(spec: ViewSpec): Promise<void> {
    const key = viewKey(spec);
    if (this.#loads[key] === 'loading') return;
    this.#loads[key] = 'loading';
    const limit = Math.min(100, Math.max(PAGE, this.list(spec)?.ids.length ?? 0));
    const result = await this.#api.listConversations({ ...spec, limit });
    if (result.ok)
      this.#state = applyList(this.#state, spec, result.value.items, result.value.next);
    this.#loads[key] = result.ok ? 'idle' : { failed: result.error };
  }

  async loadMore(spec: ViewSpec): Promise<void> {
    const key = viewKey(spec);
    const next = this.list(spec)?.next;
    if (!next || this.load(key) !== 'idle') return;
    this.#loads[key] = 'more';
    const result = await this.#api.listConversations({ ...spec, limit: PAGE, cursor: next });
    if (result.ok) {
      this.#state = applyNextPage(this.#state, spec, result.value.items, result.value.next);
    }
    this.#loads[key] = result.ok ? 'idle' : { failed: result.error };
  }

  retryList(spec: ViewSpec): void {
    void this.#fetchList(spec);
  }

  // One conversation

  async openConversation(id: ConversationId): Promise<void> {
    this.#recent = [id, ...this.#recent.filter((other) => other !== id)];
    for (const old of this.#recent.splice(KEPT_CONVERSATIONS_MAX)) {
      this.#state = dropMessages(this.#state, old);
    }
    const isHeld = this.#state.messages.has(id);
    this.#state = beginMessages(this.#state, id);
    if (!this.conversation(id)) {
      const result = await this.#api.getConversation(id);
      this.take(result);
      if (!result.ok) {
        this.#loads[id] = { failed: result.error };
        return;
      }
    }
    if (!isHeld || this.load(id) !== 'idle') await this.#fetchLatest(id);
  }

  /** Fetches the messages of a conversation that is likely to be opened next. */
  async prefetch(id: ConversationId): Promise<void> {
    if (this.#state.messages.has(id) || !this.conversation(id)) return;
    this.#recent.push(id);
    this.#state = beginMessages(this.#state, id);
    await this.#fetchLatest(id);
  }

  async #fetchLatest(id: ConversationId): Promise<void> {
    this.#loads[id] = 'loading';
    const result = await this.#api.listMessages(id, { limit: MESSAGES_PAGE });
    if (result.ok) {
      const { items, next } = result.value;
      this.#state = applyLatestMessages(this.#state, id, items, next !== null);
    }
    this.#loads[id] = result.ok ? 'idle' : { failed: result.error };
  }

  async loadOlder(id: ConversationId): Promise<void> {
    const held = this.messages(id);
    const first = held?.items[0];
    if (!held?.hasOlder || !first || this.load(id) !== 'idle') return;
    this.#loads[id] = 'more';
    const result = await this.#api.listMessages(id, {
      before_seq: first.seq,
      limit: MESSAGES_PAGE,
    });
    if (result.ok) {
      const { items, next } = result.value;
      this.#state = applyOlderMessages(this.#state, id, items, next !== null);
    }
    this.#loads[id] = result.ok ? 'idle' : { failed: result.error };
  }

  // What the reducers could not tell

  #refetchStale(): void {
    for (const spec of this.#opened) {
      if (this.list(spec)?.isStale) void this.#fetchList(spec);
    }
    if (this.#state.countersAreStale) this.#refreshCountersSoon();
  }

  #refreshCountersSoon(): void {
    this.#countersTimer ??= setTimeout(() => {
      this.#countersTimer = undefined;
      void this.refreshCounters();
    }, COUNTERS_AFTER_MS);
  }

  async refreshCounters(): Promise<void> {
    this.#state = { ...this.#state, countersAreStale: false };
    const result = await this.#api.getCounters();
    if (result.ok) this.counters = result.value;
  }

  dispose(): void {
    clearTimeout(this.#countersTimer);
  }
}
