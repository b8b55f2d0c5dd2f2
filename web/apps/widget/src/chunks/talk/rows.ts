/**
 * How rows change. Pure: old state + frames = fresh state.
 *
 * Rows carry a revision; the higher one wins, whatever order answers and frames come in.
 */
import type { Message, WidgetConversation } from '../../panel/dto';
import type { State } from '../../panel/state';

/** What a visitor leaves behind nothing of. */
export const forgotten = {
  visitor: null,
  conversation: null,
  messages: [],
  hasOlder: false,
  outbox: [],
  uploads: [],
  quote: null,
  draft: '',
  typing: null,
  sheet: null,
  newFrom: null,
  viewed: null,
} satisfies Partial<State>;

/**
 * Messages with the changes taken in. While earlier pages are not loaded (`hasGap`), unknown
 * ones from there stay out: they would stand alone, with a hole behind them.
 */
export function merge(messages: Message[], changes: Message[], hasGap = false): Message[] {
  const rows = new Map(messages.map((message) => [message.id, message]));
  const oldest = hasGap ? (messages[0]?.seq ?? 0) : 0;
  for (const change of changes) {
    const known = rows.get(change.id);
    if (known ? change.revision >= known.revision : change.seq > oldest)
      rows.set(change.id, change);
  }
  return [...rows.values()].sort((a, b) => a.seq - b.seq);
}

/** The newer of two rows; another conversation replaces what we had. */
export function newer(
  known: WidgetConversation | null,
  next: WidgetConversation | null,
): WidgetConversation | null {
  return known && next && known.id === next.id && known.revision > next.revision ? known : next;
}

/** Rows of a frame, an answer or a page taken in; what arrived is no longer on its way. */
export function take(
  state: State,
  messages: Message[],
  conversation: WidgetConversation | null = state.conversation,
): Partial<State> {
  const arrived = new Set(messages.map((message) => message.client_id));
  return {
    messages: merge(state.messages, messages, state.hasOlder),
    conversation: newer(state.conversation, conversation),
    outbox: state.outbox.filter((entry) => !arrived.has(entry.client_id)),
  };
}

/** What others wrote and the visitor has not seen; the server's word for what is not loaded. */
export function unreadOf({ conversation, messages }: State): number {
  if (!conversation) return 0;
  const seen = conversation.contact_seen_seq;
  const count = arrivals([], messages).filter(({ seq }) => seq > seen).length;
  return Math.max(count, conversation.unread_count);
}

/** Whether the last session is to be rated (the server says when to ask), or is just getting it. */
export function isRatingOpen({ conversation, rating }: State): boolean {
  const session = conversation?.session;
  if (!session?.is_resolved) return false;
  return rating?.session === session.id ? !rating.isDone : session.may_rate && !session.rating;
}

export const isOurs = (message: Message): boolean => message.author.kind === 'contact';

/** Whether the bot answers: nobody else has spoken since, and nobody is on the way. */
export function isBotsTurn({ conversation, messages }: State): boolean {
  if (!conversation || conversation.queue || conversation.assignee) return false;
  const last = messages.findLast((message) => !isOurs(message) && message.kind === 'text');
  return (
    conversation.status === 'open' &&
    last?.author.kind === 'bot' &&
    last.session_id === conversation.session?.id
  );
}

/** Messages in `after` that somebody else wrote and `before` had not. */
export function arrivals(before: Message[], after: Message[]): Message[] {
  const last = before[before.length - 1]?.seq ?? 0;
  return after.filter(
    (message) => message.seq > last && message.kind === 'text' && !isOurs(message),
  );
}
