/**
 * Pure reducers: a snapshot plus events gives what a fresh snapshot would give.
 * Rows are upserted by version (conversations) and revision (messages), so that
 * an event and a response may arrive in either order, or twice.
 */
import type { AgentId, Conversation, ConversationId, Message } from '@zhiyin/api';
import type { EventFrame } from './frames.ts';
import { compare, membership, viewKey, type ViewSpec } from './view.ts';

export interface ListState {
  spec: ViewSpec;
  ids: ConversationId[];
  /** Cursor of the next page; null when the list is complete. */
  next: string | null;
  /** The last row fetched, as it was then: what stands behind it is on a page not fetched. */
  bound: Conversation | null;
  /** The reducers cannot tell what belongs here any more: fetch again. */
  isStale: boolean;
}

export interface MessagesState {
  /** Oldest to newest, without gaps. */
  items: Message[];
  hasOlder: boolean;
  /** An older part is shown: what comes after it is not held, and new messages do not join it. */
  hasNewer: boolean;
}

export interface State {
  me: AgentId;
  conversations: ReadonlyMap<ConversationId, Conversation>;
  /** Rows known to be present since the last reset; the others are only shown meanwhile. */
  fresh: ReadonlySet<ConversationId>;
  lists: ReadonlyMap<string, ListState>;
  messages: ReadonlyMap<ConversationId, MessagesState>;
  /** Counters are rows on the server; we only know when they may have changed. */
  countersAreStale: boolean;
}

export function emptyState(me: AgentId): State {
  return {
    me,
    conversations: new Map(),
    fresh: new Set(),
    lists: new Map(),
    messages: new Map(),
    countersAreStale: true,
  };
}

interface Work {
  me: AgentId;
  conversations: Map<ConversationId, Conversation>;
  fresh: Set<ConversationId>;
  lists: Map<string, ListState>;
  messages: Map<ConversationId, MessagesState>;
  countersAreStale: boolean;
}

function open(state: State): Work {
  return {
    me: state.me,
    conversations: new Map(state.conversations),
    fresh: new Set(state.fresh),
    lists: new Map(state.lists),
    messages: new Map(state.messages),
    countersAreStale: state.countersAreStale,
  };
}

const COUNTED = /^(conversation|session)\.|^message\.created$/;

/** Applies events in order. */
export function applyEvents(state: State, events: readonly EventFrame[]): State {
  const work = open(state);
  for (const event of events) applyEvent(work, event);
  return work;
}

function applyEvent(work: Work, event: EventFrame): void {
  if (COUNTED.test(event.type)) work.countersAreStale = true;
  if (event.removed) remove(work, event.removed);
  if (event.conversation) upsertRow(work, event.conversation);
  if (event.message) {
    if (isBeyond(work, event.message)) work.messages.delete(event.message.conversation_id);
    upsertInto(work, event.message);
    if (event.message.mentions.includes(work.me)) markStale(work, 'mentions');
  }
}

/** Takes a row the server answered with: a page, a single row, or the result of a command. */
export function applyConversations(state: State, rows: readonly Conversation[]): State {
  const work = open(state);
  for (const row of rows) upsertRow(work, row);
  return work;
}

/** Takes single messages the server answered with, as after a send. */
export function applyMessages(state: State, rows: readonly Message[]): State {
  const work = open(state);
  for (const row of rows) upsertInto(work, row);
  return work;
}

/** Takes the first page of a view. */
export function applyList(
  state: State,
  spec: ViewSpec,
  rows: readonly Conversation[],
  next: string | null,
): State {
  const work = open(state);
  work.lists.set(viewKey(spec), {
    spec,
    ids: [],
    next,
    bound: boundOf(rows, next),
    isStale: false,
  });
  place(work, viewKey(spec), rows);
  return work;
}

/**
 * Takes the first page of a list that is loaded further than a page, and keeps what stands
 * behind it: who scrolled far down stays where they are.
 */
export function applyListHead(
  state: State,
  spec: ViewSpec,
  rows: readonly Conversation[],
  next: string | null,
): State {
  const held = state.lists.get(viewKey(spec));
  const last = boundOf(rows, next);
  if (!held || !last) return applyList(state, spec, rows, next);
  const work = open(state);
  const head = new Set(rows.map((row) => row.id));
  const tail = held.ids.filter((id) => {
    const row = work.conversations.get(id);
    return row !== undefined && !head.has(id) && compare(spec.sort, row, last) > 0;
  });
  // After a reset what stands behind may be long out of date.
  if (!tail.every((id) => work.fresh.has(id))) return applyList(state, spec, rows, next);
  work.lists.set(viewKey(spec), { ...held, ids: tail, isStale: false });
  place(work, viewKey(spec), rows);
  return work;
}

/** Takes a further page of a view. */
export function applyNextPage(
  state: State,
  spec: ViewSpec,
  rows: readonly Conversation[],
  next: string | null,
): State {
  const list = state.lists.get(viewKey(spec));
  if (!list) return state;
  const work = open(state);
  work.lists.set(viewKey(spec), { ...list, next, bound: boundOf(rows, next) ?? list.bound });
  if (next === null) work.lists.set(viewKey(spec), { ...list, next, bound: null });
  place(work, viewKey(spec), rows);
  return work;
}

function boundOf(rows: readonly Conversation[], next: string | null): Conversation | null {
  return next === null ? null : (rows.at(-1) ?? null);
}

/**
 * Rebuilds a list from what was fetched and what events brought while it was under way.
 * Every row is judged by its newest version, which may be newer than the page.
 */
function place(work: Work, key: string, rows: readonly Conversation[]): void {
  for (const row of rows) upsertRow(work, row);
  const list = work.lists.get(key);
  if (!list) return;
  const wanted = new Set(list.ids);
  for (const row of rows) {
    const newest = work.conversations.get(row.id) ?? row;
    if (membership(list.spec, newest, work.me) !== 'out') wanted.add(row.id);
  }
  for (const id of work.fresh) {
    const row = work.conversations.get(id);
    if (row && membership(list.spec, row, work.me) === 'in') wanted.add(id);
  }
  const ids = [...wanted].filter((id) => {
    const row = work.conversations.get(id);
    return row !== undefined && isWithin(list, row);
  });
  work.lists.set(key, { ...list, ids: sorted(work, list.spec, ids) });
}

/** Whether a row stands on a page that has been fetched. */
function isWithin(list: ListState, row: Conversation): boolean {
  return list.bound === null || compare(list.spec.sort, row, list.bound) <= 0;
}

function sorted(work: Work, spec: ViewSpec, ids: ConversationId[]): ConversationId[] {
  const rows = ids.flatMap((id) => work.conversations.get(id) ?? []);
  return rows.sort((a, b) => compare(spec.sort, a, b)).map((row) => row.id);
}

/** Opens a place for a conversation's messages before they are fetched, so no event is missed. */
export function beginMessages(state: State, id: ConversationId): State {
  if (state.messages.has(id)) return state;
  const work = open(state);
  work.messages.set(id, { items: [], hasOlder: true, hasNewer: false });
  return work;
}

/** Takes the newest page. What was held before it may have a gap and is let go. */
export function applyLatestMessages(
  state: State,
  id: ConversationId,
  rows: readonly Message[],
  hasOlder: boolean,
): State {
  const work = open(state);
  const first = rows[0];
  const before = work.messages.get(id);
  const held = before && !before.hasNewer ? before.items : [];
  let items = first ? held.filter((message) => message.seq >= first.seq) : held;
  for (const row of rows) items = upsertMessage(items, row);
  work.messages.set(id, { items, hasOlder, hasNewer: false });
  return work;
}

/**
 * Takes a page from the middle, as around a message that was searched for. It replaces what was
 * held, unless both touch: a gap would show a conversation that never was.
 */
export function applyMessagesAround(
  state: State,
  id: ConversationId,
  rows: readonly Message[],
  ends: { hasOlder: boolean; hasNewer: boolean },
): State {
  const work = open(state);
  const held = work.messages.get(id);
  const [first, last] = [rows[0], rows.at(-1)];
  const heldFirst = held?.items[0]?.seq ?? 0;
  const heldLast = held?.items.at(-1)?.seq ?? -1;
  const touches = first && last && last.seq >= heldFirst - 1 && first.seq <= heldLast + 1;
  if (!held || !touches) {
    work.messages.set(id, { items: [...rows], ...ends });
    return work;
  }
  let items = held.items;
  for (const row of rows) items = upsertMessage(items, row);
  work.messages.set(id, {
    items,
    hasOlder: first.seq < heldFirst ? ends.hasOlder : held.hasOlder,
    hasNewer: last.seq > heldLast ? ends.hasNewer : held.hasNewer,
  });
  return work;
}

/** Takes a page that stands before what is held. */
export function applyOlderMessages(
  state: State,
  id: ConversationId,
  rows: readonly Message[],
  hasOlder: boolean,
): State {
  const work = open(state);
  const held = work.messages.get(id);
  let items = held?.items ?? [];
  for (const row of rows) items = upsertMessage(items, row);
  work.messages.set(id, { items, hasOlder, hasNewer: held?.hasNewer ?? false });
  return work;
}

/** Forgets a conversation's messages, as when it is closed for long. */
export function dropMessages(state: State, id: ConversationId): State {
  const work = open(state);
  work.messages.delete(id);
  return work;
}

/** Marks the lists of a view whose rows alone do not tell who belongs there. */
export function markViewStale(state: State, view: ViewSpec['view']): State {
  const work = open(state);
  markStale(work, view);
  return work;
}

/** Marks the lists of saved views: whether a changed row belongs there, only the server knows. */
export function markSavedStale(state: State): State {
  const work = open(state);
  for (const [key, list] of work.lists) {
    if (list.spec.saved) work.lists.set(key, { ...list, isStale: true });
  }
  return work;
}

/** After a reset nothing we hold can be trusted to be complete. */
export function markAllStale(state: State): State {
  const work = open(state);
  for (const [key, list] of work.lists) work.lists.set(key, { ...list, isStale: true });
  work.fresh.clear();
  work.countersAreStale = true;
  return work;
}

function markStale(work: Work, view: ViewSpec['view']): void {
  for (const [key, list] of work.lists) {
    if (list.spec.view === view) work.lists.set(key, { ...list, isStale: true });
  }
}

function remove(work: Work, id: ConversationId): void {
  work.conversations.delete(id);
  work.fresh.delete(id);
  work.messages.delete(id);
  for (const [key, list] of work.lists) {
    if (list.ids.includes(id)) {
      work.lists.set(key, { ...list, ids: list.ids.filter((other) => other !== id) });
    }
  }
}

function upsertRow(work: Work, row: Conversation): void {
  const held = work.conversations.get(row.id);
  work.fresh.add(row.id);
  if (held && held.version > row.version) return;
  work.conversations.set(row.id, row);
  for (const [key, list] of work.lists) {
    const ids = moveWithin(work, list, row);
    if (ids !== list.ids) work.lists.set(key, { ...list, ids });
  }
}

/** Where the row now stands in one list. */
function moveWithin(work: Work, list: ListState, row: Conversation): ConversationId[] {
  const at = list.ids.indexOf(row.id);
  const belongs = membership(list.spec, row, work.me);
  if (belongs === 'unknown' && at < 0) return list.ids;
  const others = at < 0 ? list.ids : list.ids.filter((id) => id !== row.id);
  if (belongs === 'out' || !isWithin(list, row)) return others;
  const index = insertionIndex(work, list.spec, others, row);
  if (index === at) return list.ids;
  return [...others.slice(0, index), row.id, ...others.slice(index)];
}

function insertionIndex(
  work: Work,
  spec: ViewSpec,
  ids: readonly ConversationId[],
  row: Conversation,
): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const id = ids[middle];
    const other = id === undefined ? undefined : work.conversations.get(id);
    if (other && compare(spec.sort, other, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether a message of the stream leaves a gap behind what is held. Places have no gaps, and
 * the stream keeps their order: what lies between was said while the conversation was out of
 * sight, so it must be fetched afresh. (The answer to a command may run ahead of the stream.)
 */
function isBeyond(work: Work, message: Message): boolean {
  const held = work.messages.get(message.conversation_id);
  const last = held?.items.at(-1);
  return last !== undefined && !held?.hasNewer && message.seq > last.seq + 1;
}

function upsertInto(work: Work, message: Message): void {
  const held = work.messages.get(message.conversation_id);
  if (!held) return;
  const first = held.items[0];
  const last = held.items.at(-1);
  // Older or newer than what is loaded: it will come with its page.
  if (first && held.hasOlder && message.seq < first.seq) return;
  if (last && held.hasNewer && message.seq > last.seq) return;
  const items = upsertMessage(held.items, message);
  if (items !== held.items) work.messages.set(message.conversation_id, { ...held, items });
}

/** One message into a list ordered by `seq`; an older revision changes nothing. */
export function upsertMessage(items: Message[], message: Message): Message[] {
  let at = items.length;
  while (at > 0) {
    const before = items[at - 1];
    if (!before || before.seq < message.seq) break;
    at -= 1;
  }
  const held = items[at];
  if (held && held.seq === message.seq) {
    if (held.revision > message.revision) return items;
    return items.with(at, message);
  }
  return [...items.slice(0, at), message, ...items.slice(at)];
}
