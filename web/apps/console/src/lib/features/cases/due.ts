/** Deadlines and times of cases as people read them. Pure. */
import type { TimeLimit } from '@zhiyin/api';
import type { T, TimeFormat } from '@zhiyin/i18n';
import { durationText, type Urgency } from '$lib/features/journey/clock.ts';

/** What ends within half a working day is a matter of today. */
const SOON_S = 4 * 3600;
const NEAR_SHARE = 0.2;

export interface Due {
  at: Date;
  urgency: Urgency;
}

/**
 * How near a deadline is: late when it has passed, soon when a fifth of the time is left, or
 * four hours where nobody knows when it began.
 */
export function readDue(
  at: string | null | undefined,
  now: Date,
  from?: string | null,
): Due | null {
  if (!at) return null;
  const due = new Date(at);
  const leftS = (due.getTime() - now.getTime()) / 1000;
  if (leftS <= 0) return { at: due, urgency: 'late' };
  const wholeS = from ? (due.getTime() - Date.parse(from)) / 1000 : null;
  const isSoon = wholeS === null ? leftS < SOON_S : leftS < wholeS * NEAR_SHARE;
  return { at: due, urgency: isSoon ? 'soon' : 'calm' };
}

/** "due 14:00", "2 h late": what is over is counted, what is to come is a moment. */
export function dueText(t: T, time: TimeFormat, due: Due, now: Date): string {
  if (due.urgency !== 'late') return t('case.due', { time: time.moment(due.at, now) });
  const lateS = (now.getTime() - due.at.getTime()) / 1000;
  return t('case.late', { time: durationText(t, Math.max(60, lateS - (lateS % 60))) });
}

/** "8 working hours", "30 min by the clock". */
export function limitText(t: T, limit: TimeLimit): string {
  const time = durationText(t, limit.within_s);
  return limit.basis === 'business' ? t('case.limit.business', { time }) : time;
}
