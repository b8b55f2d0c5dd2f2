/**
 * Server state of the page: snapshots and events, reduced by packages/realtime. Models read
 * rows from here and never keep a second copy. Whatever a reducer marks stale is fetched again.
 */
import type {
  Api,
  ApiError,
  Conversation,
  ConversationId,
  ConversationQuery,
  Counters,
  Message,
  Result,
} from '@zhiyin/api';
import {
  applyConversations,
  applyEvents,
  applyLatestMessages,
  applyList,
  applyListHead,
  applyMessages,
  applyMessagesAround,
  applyNextPage,
  applyOlderMessages,
  beginMessages,
  dropMessages,
  emptyState,
  markAllStale,
  markSavedStale,
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
const PAGE_MAX = 100;
const MESSAGES_PAGE = 50;
const COUNTERS_AFTER_MS = 400;
/** Saved views are asked for again when the changes rest this long, and at least this often. */
const SAVED_AFTER_MS = 1_200;
const SAVED_WAIT_MS_MAX = 6_000;
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
  /** Fetched once more as soon as the fetch under way has ended. */
  #again = new Set<ConversationId>();
  #countersTimer: ReturnType<typeof setTimeout> | undefined;
  #savedTimer: ReturnType<typeof setTimeout> | undefined;
  #savedSince = 0;

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
    this.#refetchShown();
    if (events.some((event) => event.conversation || event.removed)) this.#refetchSavedSoon();
  };

  /** What is open and was forgotten, because something was missed out of sight. */
  #refetchShown(): void {
    const shown = this.#recent[0];
    if (!shown || !this.conversation(shown) || this.#state.messages.has(shown)) return;
    // What is under way may have been read before the missing message was written.
    if (this.load(shown) === 'loading') this.#again.add(shown);
    if (this.load(shown) !== 'idle') return;
    this.#state = beginMessages(this.#state, shown);
    void this.#fetchLatest(shown);
  }

  /** First connection, or a gap too long to fill: everything shown is fetched again. */
  onReset = (): void => {
    this.#state = markAllStale(this.#state);
    this.#refetchStale();
    for (const [id, held] of this.#state.messages) {
      // Who reads an older part stays there; it is fetched anew like everything else.
      if (held.hasNewer) void this.#fetchAround(id, held.items.at(-1)?.seq ?? 0, 100);
      else void this.#fetchLatest(id);
    }
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
    const held = this.list(spec)?.ids.length ?? 0;
    const limit = Math.min(PAGE_MAX, Math.max(PAGE, held));
    const result = await this.#api.listConversations({ ...queryOf(spec), limit });
    if (result.ok) {
      const apply = held > PAGE_MAX ? applyListHead : applyList;
      this.#state = apply(this.#state, spec, result.value.items, result.value.next);
    }
    this.#loads[key] = result.ok ? 'idle' : { failed: result.error };
  }

  async loadMore(spec: ViewSpec): Promise<void> {
    const key = viewKey(spec);
    const next = this.list(spec)?.next;
    if (!next || this.load(key) !== 'idle') return;
    this.#loads[key] = 'more';
    const result = await this.#api.listConversations({
      ...queryOf(spec),
      limit: PAGE,
      cursor: next,
    });
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
    if (this.#again.delete(id)) await this.#fetchLatest(id);
  }

  /** Shows the part of a conversation around a message, wherever it stands. */
  async openAround(id: ConversationId, seq: number): Promise<void> {
    await this.openConversation(id);
    const items = this.messages(id)?.items ?? [];
    const isHeld = items.some((message) => message.seq === seq);
    if (!isHeld) await this.#fetchAround(id, seq + Math.floor(MESSAGES_PAGE / 2), MESSAGES_PAGE);
  }

  /** Numbers have no gaps, so the page before a later number reaches up to it. */
  async #fetchAround(id: ConversationId, upTo: number, limit: number): Promise<void> {
    this.#loads[id] = 'more';
    const result = await this.#api.listMessages(id, { before_seq: upTo + 1, limit });
    if (result.ok) {
      const { items, next } = result.value;
      const newest = this.conversation(id)?.last_seq ?? 0;
      this.#state = applyMessagesAround(this.#state, id, items, {
        hasOlder: next !== null,
        hasNewer: (items.at(-1)?.seq ?? newest) < newest,
      });
    }
    this.#loads[id] = result.ok ? 'idle' : { failed: result.error };
  }

  async loadNewer(id: ConversationId): Promise<void> {
    const last = this.messages(id)?.items.at(-1);
    if (!this.messages(id)?.hasNewer || !last || this.load(id) !== 'idle') return;
    await this.#fetchAround(id, last.seq + MESSAGES_PAGE, MESSAGES_PAGE);
  }

  /** Lets an older part go and shows the end of the conversation. */
  async loadLatest(id: ConversationId): Promise<void> {
    if (this.messages(id)?.hasNewer) await this.#fetchLatest(id);
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

  #refetchSavedSoon(): void {
    if (!this.#opened.some((spec) => spec.saved)) return;
    const now = Date.now();
    if (this.#savedTimer === undefined) this.#savedSince = now;
    clearTimeout(this.#savedTimer);
    const left = Math.max(0, this.#savedSince + SAVED_WAIT_MS_MAX - now);
    this.#savedTimer = setTimeout(
      () => {
        this.#savedTimer = undefined;
        this.refreshSaved();
      },
      Math.min(SAVED_AFTER_MS, left),
    );
  }

  /** Asks for the lists of saved views again, as after their conditions changed. */
  refreshSaved(): void {
    this.#state = markSavedStale(this.#state);
    this.#refetchStale();
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
    clearTimeout(this.#savedTimer);
  }
}

/** A saved view brings its own conditions; what the list sets goes on top. */
function queryOf(spec: ViewSpec): ConversationQuery {
  const { saved, view, ...rest } = spec;
  return saved ? { ...rest, view_id: saved } : { ...rest, view };
}
