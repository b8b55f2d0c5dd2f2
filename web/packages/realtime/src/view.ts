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
  ViewKind,
} from '@zhiyin/api';

export interface ViewSpec {
  view: ViewKind;
  status: StatusFilter;
  sort: SortOrder;
  team?: TeamId;
  inbox?: InboxId;
  tag?: TagId;
}

/** `unknown`: the row alone does not tell (mentions), the list must be fetched again. */
export type Membership = 'in' | 'out' | 'unknown';

export function membership(spec: ViewSpec, row: Conversation, me: AgentId): Membership {
  if (spec.status !== 'all' && row.status.kind !== spec.status) return 'out';
  if (spec.inbox && row.inbox_id !== spec.inbox) return 'out';
  if (spec.tag && !row.tag_ids.includes(spec.tag)) return 'out';
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
      return 'unknown';
  }
}

/** When the conversation last moved, for the order "recent". */
export function lastActivityAt(row: Conversation): string {
  return row.last_message?.at ?? row.created_at;
}

/** Negative when `a` stands before `b`. A total order: the id breaks ties. */
export function compare(sort: SortOrder, a: Conversation, b: Conversation): number {
  if (sort === 'waiting') {
    // Who waits longest comes first; who does not wait comes after, latest first.
    if (a.waiting_since !== b.waiting_since) {
      if (a.waiting_since === null) return 1;
      if (b.waiting_since === null) return -1;
      return time(a.waiting_since) - time(b.waiting_since) || order(a.id, b.id);
    }
    if (a.waiting_since !== null) return order(a.id, b.id);
  }
  return time(lastActivityAt(b)) - time(lastActivityAt(a)) || order(b.id, a.id);
}

function time(text: string): number {
  return Date.parse(text);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One name for a view, to key caches by. */
export function viewKey(spec: ViewSpec): string {
  return [
    spec.view,
    spec.status,
    spec.sort,
    spec.team ?? '',
    spec.inbox ?? '',
    spec.tag ?? '',
  ].join('|');
}
