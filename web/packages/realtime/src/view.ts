/**
 * What belongs in a list of conversations, and in which order. These two functions must
 * agree with the server's query: the shared cases in `cases/` hold both to the same answer.
 */
import type {
  AgentId,
  Conversation,
  InboxId,
  SortOrder,
  StatusFilter,
  TagId,
  TeamId,
  ViewId,
  ViewKind,
} from '@zhiyin/api';

export interface ViewSpec {
  view: ViewKind;
  /** A saved view, whose conditions only the server knows how to judge. */
  saved?: ViewId;
  status: StatusFilter;
  sort: SortOrder;
  team?: TeamId;
  inbox?: InboxId;
  tag?: TagId;
}

/** `unknown`: the row alone does not tell (mentions, saved views), the list must be fetched again. */
export type Membership = 'in' | 'out' | 'unknown';

export function membership(spec: ViewSpec, row: Conversation, me: AgentId): Membership {
  if (spec.status !== 'all' && row.status.kind !== spec.status) return 'out';
  if (spec.inbox && row.inbox_id !== spec.inbox) return 'out';
  if (spec.sort === 'waiting' && row.waiting_since === null) return 'out';
  if (spec.tag && !row.tag_ids.includes(spec.tag)) return 'out';
  if (spec.saved) return 'unknown';
  switch (spec.view) {
    case 'all':
      return 'in';
    case 'mine':
      return row.assignee_id === me ? 'in' : 'out';
    case 'unassigned':
      return row.assignee_id === null ? 'in' : 'out';
    case 'team':
      return row.team_id === spec.team ? 'in' : 'out';
    case 'mentions':
    case 'followed':
      return 'unknown';
  }
}

/** Negative when `a` stands before `b`. A total order: the id breaks ties. */
export function compare(sort: SortOrder, a: Conversation, b: Conversation): number {
  if (sort === 'waiting') {
    // Only who waits is listed; the longest wait comes first.
    return waitedSince(a) - waitedSince(b) || order(a.id, b.id);
  }
  if (sort === 'deadline') {
    // What is due next comes first; where nothing is due, the latest.
    const [due, other] = [dueAt(a), dueAt(b)];
    if (due !== null && other !== null) return due - other || order(a.id, b.id);
    if (due !== null || other !== null) return due !== null ? -1 : 1;
  }
  return lastActive(b) - lastActive(a) || order(b.id, a.id);
}

/** Rows are never changed, only replaced; a list of thousands is sorted without reading its times anew. */
const times = new WeakMap<Conversation, Times>();
interface Times {
  active: number;
  waiting: number;
  due: number | null;
}

function timesOf(row: Conversation): Times {
  let known = times.get(row);
  if (!known) {
    const due = row.deadline?.due_at;
    known = {
      active: time(row.last_activity_at),
      waiting: time(row.waiting_since ?? ''),
      due: due ? time(due) : null,
    };
    times.set(row, known);
  }
  return known;
}

const lastActive = (row: Conversation) => timesOf(row).active;
const waitedSince = (row: Conversation) => timesOf(row).waiting;
const dueAt = (row: Conversation) => timesOf(row).due;

function time(text: string): number {
  // Beyond milliseconds two moments are equal here and the id decides; the server has microseconds,
  // so the digits that `Date` drops are compared, too.
  return Date.parse(text) * 1000 + Number(/\.\d{3}(\d{1,3})/.exec(text)?.[1]?.padEnd(3, '0') ?? 0);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One name for a view, to key caches by. */
export function viewKey(spec: ViewSpec): string {
  return [
    spec.saved ?? spec.view,
    spec.status,
    spec.sort,
    spec.team ?? '',
    spec.inbox ?? '',
    spec.tag ?? '',
  ].join('|');
}
