/** How urgent a waiting customer is. Breach is vermilion, due soon amber; nothing else is coloured. */
import type { Conversation } from '@zhiyin/api';

export type Urgency = 'calm' | 'soon' | 'late';

export interface Waiting {
  seconds: number;
  urgency: Urgency;
  /** Seconds until the first response is due; negative when overdue; null without a limit. */
  left: number | null;
}

/** Without a limit of its own, a wait is worth a look after this long. */
const SOON_S = 120;
const LATE_S = 600;

/** Null when nobody waits for us. */
export function waitingOf(row: Conversation, now: Date): Waiting | null {
  if (!row.waiting_since || row.status.kind === 'resolved') return null;
  const since = Date.parse(row.waiting_since);
  const seconds = Math.max(0, (now.getTime() - since) / 1000);
  const due = row.session?.first_response_at ? null : (row.session?.first_response_due_at ?? null);
  if (due === null) {
    const urgency = seconds >= LATE_S ? 'late' : seconds >= SOON_S ? 'soon' : 'calm';
    return { seconds, urgency, left: null };
  }
  const left = (Date.parse(due) - now.getTime()) / 1000;
  const span = Math.max(1, (Date.parse(due) - since) / 1000);
  const urgency = left <= 0 ? 'late' : left / span < 0.4 ? 'soon' : 'calm';
  return { seconds, urgency, left };
}
