/**
 * What stands between the first and the last message: days, sessions, the line where new
 * messages begin, quiet system lines, and messages grouped by author and time. Pure.
 */
import type { ContactSession, Message, Session, SessionId } from '@zhiyin/api';

export type Item =
  | { kind: 'day'; key: string; at: Date }
  | {
      kind: 'session';
      key: string;
      sessionId: SessionId;
      isFirst: boolean;
      previous: SessionId | null;
    }
  | { kind: 'new'; key: string }
  | { kind: 'system'; key: string; messages: Message[] }
  | { kind: 'rating'; key: string; message: Message; score: number }
  | { kind: 'mail'; key: string; message: Message }
  | { kind: 'group'; key: string; messages: Message[] };

/** Messages of one author closer than this stand together. */
const GROUP_MS = 5 * 60_000;

export interface TimelineInput {
  messages: readonly Message[];
  hasOlder: boolean;
  /** Messages of the customer after this one are new; null when everything was seen. */
  seenSeq: number | null;
  isSameDay: (one: Date, other: Date) => boolean;
}

export function timeline(input: TimelineInput): Item[] {
  const items: Item[] = [];
  let previous: Message | null = null;
  let hasNewLine = false;
  for (const message of inReadingOrder(input.messages)) {
    const at = new Date(message.created_at);
    const isNewDay = !previous || !input.isSameDay(new Date(previous.created_at), at);
    if (isNewDay) items.push({ kind: 'day', key: `day-${message.id}`, at });
    const session = message.session_id;
    if (session && session !== previous?.session_id && (previous || !input.hasOlder)) {
      const before = previous?.session_id ?? null;
      items.push({
        kind: 'session',
        key: `session-${session}-${message.id}`,
        sessionId: session,
        isFirst: before === null,
        previous: before,
      });
    }
    if (!hasNewLine && input.seenSeq !== null && isNew(message, input.seenSeq)) {
      items.push({ kind: 'new', key: 'new' });
      hasNewLine = true;
    }
    add(items, message);
    previous = message;
  }
  return items;
}

/** Who takes a conversation by answering takes it first; both have the same moment. */
const TAKEN_WITH_MS = 1_000;

/**
 * The server records the answer and then what follows from it. People read it the other way
 * round: somebody took the conversation, then answered.
 */
export function inReadingOrder(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    const before = result.at(-1);
    if (before && isTakenBy(message, before)) result.splice(-1, 1, message, before);
    else result.push(message);
  }
  return result;
}

function isTakenBy(line: Message, answer: Message): boolean {
  return (
    line.system?.event === 'assigned' &&
    line.system.params.agent_id !== null &&
    line.system.params.agent_id === answer.author.id &&
    line.author.id === answer.author.id &&
    answer.author.kind === 'agent' &&
    answer.kind !== 'system' &&
    Math.abs(Date.parse(line.created_at) - Date.parse(answer.created_at)) < TAKEN_WITH_MS
  );
}

function isNew(message: Message, seenSeq: number): boolean {
  return message.seq > seenSeq && message.author.kind === 'contact' && message.kind === 'text';
}

function add(items: Item[], message: Message): void {
  const last = items.at(-1);
  if (message.system?.event === 'rated') {
    const { score } = message.system.params;
    items.push({ kind: 'rating', key: message.id, message, score });
    return;
  }
  if (message.kind === 'system') {
    if (last?.kind === 'system') last.messages.push(message);
    else items.push({ kind: 'system', key: message.id, messages: [message] });
    return;
  }
  // A mail stands alone: it has a head of its own.
  if (message.email) {
    items.push({ kind: 'mail', key: message.id, message });
    return;
  }
  const before = last?.kind === 'group' ? last.messages.at(-1) : undefined;
  if (last?.kind === 'group' && before && belongTogether(before, message))
    last.messages.push(message);
  else items.push({ kind: 'group', key: message.id, messages: [message] });
}

function belongTogether(a: Message, b: Message): boolean {
  return (
    a.kind === b.kind &&
    a.author.kind === b.author.kind &&
    a.author.id === b.author.id &&
    (a.whisper_to ?? null) === (b.whisper_to ?? null) &&
    Date.parse(b.created_at) - Date.parse(a.created_at) < GROUP_MS
  );
}

/** The session a divider or a rating speaks of, if the customer's history is known. */
export function findSession(
  sessions: readonly ContactSession[],
  id: SessionId | null,
): Session | undefined {
  return sessions.find((one) => one.session.id === id)?.session;
}
