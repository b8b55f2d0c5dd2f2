/** Promises: those of one conversation, and the list of one's own. */
import type {
  AgentId,
  Api,
  ApiError,
  ConversationId,
  CustomerPromise,
  Page,
  PromiseBody,
  PromiseId,
  PromiseStatus,
  PromiseSuggestion,
  Result,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type PromisesState = 'loading' | 'ready' | 'more' | { failed: ApiError };

export interface PromisesDeps {
  api: Api['journey'];
  fail: (error: ApiError) => void;
}

/** The row an event brought, if it is about a promise. */
export function promiseOf(event: EventFrame): CustomerPromise | null {
  if (!event.type.startsWith('promise.')) return null;
  const promise = event.data?.['promise'];
  return typeof promise === 'object' && promise !== null ? (promise as CustomerPromise) : null;
}

/** Whether its time is over by now; the server says so at its next look. */
export function isOverdue(promise: CustomerPromise, now: Date): boolean {
  const isPending = promise.status === 'open' || promise.status === 'broken';
  return isPending && (promise.is_overdue || Date.parse(promise.due_at) <= now.getTime());
}

/** Whether somebody still has to do something about it: a broken promise is still owed. */
export const isOwed = (promise: CustomerPromise): boolean =>
  promise.status === 'open' || promise.status === 'broken';

const byDue = (a: CustomerPromise, b: CustomerPromise) =>
  Date.parse(a.due_at) - Date.parse(b.due_at) || (a.id < b.id ? -1 : 1);

/** Puts a newer row in the place of an older one, or among the others. */
export function upsert(
  items: readonly CustomerPromise[],
  row: CustomerPromise,
): readonly CustomerPromise[] {
  const held = items.find((one) => one.id === row.id);
  if (held && held.version > row.version) return items;
  return [...items.filter((one) => one.id !== row.id), row].sort(byDue);
}

/** What can be done to a promise, wherever it is shown. */
abstract class Promises {
  busy: PromiseId | null = $state(null);
  protected readonly deps: PromisesDeps;

  constructor(deps: PromisesDeps) {
    this.deps = deps;
  }

  protected abstract take(promise: CustomerPromise): void;
  abstract load(): Promise<void>;

  async #run(id: PromiseId, call: () => Promise<Result<CustomerPromise>>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = id;
    const result = await call();
    this.busy = null;
    if (result.ok) this.take(result.value);
    else {
      this.deps.fail(result.error);
      await this.load();
    }
    return result.ok;
  }

  keep = (promise: CustomerPromise) =>
    this.#run(promise.id, () => this.deps.api.keepPromise(promise.id));
  cancel = (promise: CustomerPromise, reason: string) =>
    this.#run(promise.id, () => this.deps.api.cancelPromise(promise.id, reason.trim()));

  /** Only what differs is sent. */
  change(promise: CustomerPromise, body: PromiseBody): Promise<Result<CustomerPromise>> {
    const owner = body.owner_id ?? null;
    const isSameDue = Date.parse(body.due_at) === Date.parse(promise.due_at);
    return this.deps.api
      .updatePromise(promise.id, {
        version: promise.version,
        ...(body.text === promise.text ? {} : { text: body.text }),
        ...(isSameDue ? {} : { due_at: body.due_at }),
        ...(owner === promise.owner_id ? {} : { owner_id: owner }),
      })
      .then((result) => {
        if (result.ok) this.take(result.value);
        return result;
      });
  }
}

/** What a customer was promised in one conversation and is still owed. */
export class ConversationPromises extends Promises {
  readonly conversation: ConversationId;
  readonly #me: AgentId | null;
  /** What the last message of one's own promises and is not noted yet. */
  found: readonly PromiseSuggestion[] = $state.raw([]);
  isNoting = $state(false);
  #look = 0;
  state: PromisesState = $state.raw('loading');
  #all: readonly CustomerPromise[] = $state.raw([]);
  /** The dialog to make one is open; it is opened from several places. */
  isMaking = $state(false);

  /** Without `me` nothing is looked for in messages: whoever may not note promises. */
  constructor(conversation: ConversationId, deps: PromisesDeps, me: AgentId | null = null) {
    super(deps);
    this.conversation = conversation;
    this.#me = me;
    void this.load();
  }

  items: readonly CustomerPromise[] = $derived.by(() => this.#all.filter(isOwed));

  async load(): Promise<void> {
    const result = await this.deps.api.listPromises({
      conversation_id: this.conversation,
      status: 'all',
      limit: 100,
    });
    if (result.ok) this.#all = [...result.value.items].sort(byDue);
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  onEvent(event: EventFrame): void {
    const row = promiseOf(event);
    if (row?.conversation_id === this.conversation) this.take(row);
    const message = event.message;
    if (event.type !== 'message.created' || message?.conversation_id !== this.conversation) return;
    const isMine = this.#me !== null && message.author.id === this.#me;
    if (isMine && message.kind === 'text') void this.look(message.text);
  }

  /** Looks for promises in what was just sent. A hint that does not come is not missed. */
  async look(text: string): Promise<void> {
    const look = ++this.#look;
    this.found = [];
    const result = await this.deps.api.suggestPromises(this.conversation, text);
    if (look === this.#look && result.ok) this.found = result.value.items;
  }

  forget(suggestion: PromiseSuggestion): void {
    this.found = this.found.filter((one) => one !== suggestion);
  }

  /** Notes a promise as it was found, for oneself. */
  async note(suggestion: PromiseSuggestion): Promise<CustomerPromise | null> {
    if (this.isNoting) return null;
    this.isNoting = true;
    const { kind, text, due_at } = suggestion;
    const result = await this.make({ kind, text, due_at, owner_id: this.#me });
    this.isNoting = false;
    if (!result.ok) {
      this.deps.fail(result.error);
      return null;
    }
    this.forget(suggestion);
    return result.value;
  }

  protected take(promise: CustomerPromise): void {
    this.#all = upsert(this.#all, promise);
  }

  async make(body: PromiseBody): Promise<Result<CustomerPromise>> {
    const result = await this.deps.api.createPromise(this.conversation, body);
    if (result.ok) this.take(result.value);
    return result;
  }
}

/** `owed` is what somebody still has to see to: what is open, and what is broken and not made good. */
export type PromiseShelf = 'owed' | 'kept' | 'cancelled' | 'all';

export interface PromiseFilter {
  status: PromiseShelf;
  isMine: boolean;
}

const PAGE = 50;
/** What is broken was due before everything that is open, so one list follows the other. */
const asked: Record<PromiseShelf, (PromiseStatus | 'all')[]> = {
  owed: ['broken', 'open'],
  kept: ['kept'],
  cancelled: ['cancelled'],
  all: ['all'],
};

interface Place {
  part: number;
  cursor?: string;
}

/** A page of promises by a filter; it fills and empties by events. */
export class PromiseListModel extends Promises {
  filter: PromiseFilter = $state({ status: 'owed', isMine: true });
  state: PromisesState = $state.raw('loading');
  items: readonly CustomerPromise[] = $state.raw([]);
  #next: Place | null = $state.raw(null);
  #me: AgentId;
  #round = 0;
  /** What events brought while a page was on its way: the page may be older than they are. */
  #heard: CustomerPromise[] | null = null;

  constructor(me: AgentId, deps: PromisesDeps) {
    super(deps);
    this.#me = me;
    void this.load();
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  set(filter: Partial<PromiseFilter>): void {
    this.filter = { ...this.filter, ...filter };
    this.items = [];
    this.#next = null;
    this.state = 'loading';
    void this.load();
  }

  /** Fetches from a place until a page is full or nothing follows. */
  async #fetch(from: Place): Promise<Result<{ items: CustomerPromise[]; next: Place | null }>> {
    const { status, isMine } = this.filter;
    const statuses = asked[status];
    const items: CustomerPromise[] = [];
    let place: Place | null = from;
    while (place && items.length < PAGE) {
      const { part, cursor }: Place = place;
      const result: Result<Page<CustomerPromise>> = await this.deps.api.listPromises({
        status: statuses[part] ?? 'all',
        ...(isMine ? { mine: true } : {}),
        limit: PAGE,
        ...(cursor ? { cursor } : {}),
      });
      if (!result.ok) return result;
      items.push(...result.value.items);
      const { next } = result.value;
      const isLast = part + 1 >= statuses.length;
      place = next !== null ? { part, cursor: next } : isLast ? null : { part: part + 1 };
    }
    return { ok: true, value: { items, next: place } };
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    this.#heard = [];
    const result = await this.#fetch({ part: 0 });
    // Another filter was chosen meanwhile.
    if (round !== this.#round) return;
    if (result.ok) {
      this.items = result.value.items;
      this.#next = result.value.next;
      for (const row of this.#heard ?? []) this.#place(row);
    }
    this.#heard = null;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  async loadMore(): Promise<void> {
    if (this.#next === null || this.state !== 'ready') return;
    const round = this.#round;
    this.state = 'more';
    const result = await this.#fetch(this.#next);
    if (round !== this.#round) return;
    if (result.ok) {
      const held = new Set(this.items.map((one) => one.id));
      this.items = [...this.items, ...result.value.items.filter((one) => !held.has(one.id))];
      this.#next = result.value.next;
    } else this.deps.fail(result.error);
    this.state = 'ready';
  }

  #fits(promise: CustomerPromise): boolean {
    const { status, isMine } = this.filter;
    if (isMine && promise.owner_id !== this.#me) return false;
    if (status === 'all') return true;
    return status === 'owed' ? isOwed(promise) : promise.status === status;
  }

  onEvent(event: EventFrame): void {
    const row = promiseOf(event);
    if (row) this.take(row);
  }

  protected take(promise: CustomerPromise): void {
    this.#heard?.push(promise);
    this.#place(promise);
  }

  #place(promise: CustomerPromise): void {
    const held = this.items.find((one) => one.id === promise.id);
    if (held && held.version > promise.version) return;
    if (!this.#fits(promise)) this.items = this.items.filter((one) => one.id !== promise.id);
    else if (held) this.items = this.items.map((one) => (one.id === promise.id ? promise : one));
    else if (this.filter.status === 'owed') this.items = [...this.items, promise].sort(byDue);
    // What is done with comes the latest first.
    else this.items = [...this.items, promise].sort((a, b) => byDue(b, a));
  }
}
