/** What each person wants to be told of, and when it is quiet. Pure. */
import type { AgentId } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export interface QuietHours {
  /** "22:00", by the clock of the person. */
  from: string;
  to: string;
}

export interface NotifyRules {
  /** A conversation is offered to this person. */
  offer: boolean;
  /** A customer begins and nobody is responsible. */
  new_unassigned: boolean;
  /** Somebody made this person responsible. */
  assigned_to_me: boolean;
  /** The customer of a conversation of theirs writes. */
  mine_reply: boolean;
  /** A colleague calls them in a note. */
  mention: boolean;
  /** A standard wants them told that a limit is near or missed. */
  deadline: boolean;
  /** A promise became theirs, or its time is over. */
  promise: boolean;
  sound: boolean;
  desktop: boolean;
  quiet_hours: QuietHours | null;
}

export const NOTICES = [
  'offer',
  'mine_reply',
  'assigned_to_me',
  'mention',
  'new_unassigned',
  'deadline',
  'promise',
] as const;
export type Notice = (typeof NOTICES)[number];

export const defaultRules: NotifyRules = {
  offer: true,
  new_unassigned: false,
  assigned_to_me: true,
  mine_reply: true,
  mention: true,
  deadline: true,
  promise: true,
  sound: true,
  desktop: false,
  quiet_hours: null,
};

/** What an event means to a person, if anything; whether they want to hear it is their rule. */
export function noticeOf(event: EventFrame, me: AgentId): Exclude<Notice, 'offer'> | null {
  const { message, conversation } = event;
  if (!conversation || event.actor.id === me) return null;
  switch (event.type) {
    case 'message.created':
      if (!message || message.author.id === me) return null;
      if (message.mentions.includes(me)) return 'mention';
      return message.author.kind === 'contact' && conversation.assignee_id === me
        ? 'mine_reply'
        : null;
    case 'conversation.assigned':
      return conversation.assignee_id === me ? 'assigned_to_me' : null;
    case 'session.opened':
      return conversation.assignee_id === null ? 'new_unassigned' : null;
    case 'deadline.warned':
    case 'deadline.missed': {
      const told = event.data?.['notify'];
      return Array.isArray(told) && told.includes(me) ? 'deadline' : null;
    }
    case 'promise.made':
    case 'promise.changed':
    case 'promise.broken':
      return ownerOf(event) === me ? 'promise' : null;
    case 'promise.due_soon':
      // What nobody owns is for whoever has the customer.
      return (ownerOf(event) ?? conversation.assignee_id) === me ? 'promise' : null;
    default:
      return null;
  }
}

function ownerOf(event: EventFrame): unknown {
  const promise = event.data?.['promise'] as { owner_id?: unknown } | undefined;
  return promise?.owner_id ?? event.data?.['owner_id'] ?? null;
}

/** Whether a moment lies in the quiet hours, which may go over midnight. */
export function isQuiet(hours: QuietHours | null, now: Date): boolean {
  if (!hours) return false;
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  if (from === null || to === null || from === to) return false;
  const at = now.getHours() * 60 + now.getMinutes();
  return from < to ? at >= from && at < to : at >= from || at < to;
}

function minutesOf(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** Rules as they were kept; what is missing or of another kind is as for everybody. */
export function readRules(kept: unknown): NotifyRules {
  if (typeof kept !== 'object' || kept === null) return { ...defaultRules };
  const rules = { ...defaultRules };
  for (const key of [...NOTICES, 'sound', 'desktop'] as const) {
    const value = (kept as Record<string, unknown>)[key];
    if (typeof value === 'boolean') rules[key] = value;
  }
  const quiet = (kept as { quiet_hours?: Partial<QuietHours> | null }).quiet_hours;
  if (typeof quiet?.from === 'string' && typeof quiet.to === 'string')
    rules.quiet_hours = { from: quiet.from, to: quiet.to };
  return rules;
}
