/**
 * Clocks as people read them. The server counts; between two answers of it we go on counting
 * here, but only where time runs by the clock on the wall: over a night or a holiday we say
 * when something is due instead. Pure.
 */
import type { ClockProgress, Conversation, Journey, Metric } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';

export type Urgency = 'calm' | 'soon' | 'late';

export interface Clock {
  metric: Metric;
  usedS: number;
  targetS: number;
  /** Negative when it is missed; null while it stands still. */
  leftS: number | null;
  dueAt: Date | null;
  running: ClockProgress['running'];
  /** Until it is due no night or holiday lies between. */
  isContinuous: boolean;
  urgency: Urgency;
}

/** What runs by the wall differs by rounding and by the way of the answer, not by more. */
const CONTINUOUS_S = 3;
/** The last part of a target is a matter of haste. */
const SOON_SHARE = 0.4;

/** A clock as it stands now, `fetchedAt` being when the server told it. */
export function readClock(clock: ClockProgress, fetchedAt: Date, now: Date): Clock {
  const dueAt = clock.due_at ? new Date(clock.due_at) : null;
  const isRunning = clock.running === 'running';
  const leftThen = dueAt ? (dueAt.getTime() - fetchedAt.getTime()) / 1000 : null;
  const expected = clock.target_s - clock.used_s;
  // Once it is missed it goes on as it pleases: only what is over counts, and that is shown as such.
  const isContinuous =
    isRunning && leftThen !== null && Math.abs(leftThen - expected) <= CONTINUOUS_S;
  const passed = isContinuous ? Math.max(0, (now.getTime() - fetchedAt.getTime()) / 1000) : 0;
  const usedS = clock.used_s + passed;
  const leftS = isRunning && dueAt ? (dueAt.getTime() - now.getTime()) / 1000 : null;
  const isLate = clock.is_breached || (leftS !== null && leftS <= 0);
  const share = Math.max(0, clock.target_s - usedS) / Math.max(1, clock.target_s);
  const isSoon = isRunning && (isContinuous ? share < SOON_SHARE : share < SOON_SHARE / 2);
  return {
    metric: clock.metric,
    usedS,
    targetS: clock.target_s,
    leftS,
    dueAt,
    running: clock.running,
    isContinuous,
    urgency: isLate ? 'late' : isSoon ? 'soon' : 'calm',
  };
}

/** The clock that matters most: one that is missed, else what is due next, else one that stands still. */
export function chiefClock(journey: Journey, fetchedAt: Date, now: Date): Clock | null {
  const clocks = journey.clocks.map((clock) => readClock(clock, fetchedAt, now));
  const running = clocks.filter((clock) => clock.running === 'running');
  const byDue = (a: Clock, b: Clock) =>
    (a.dueAt?.getTime() ?? Infinity) - (b.dueAt?.getTime() ?? Infinity);
  return (
    running.filter((clock) => clock.urgency === 'late').sort(byDue)[0] ??
    running.sort(byDue)[0] ??
    clocks.find((clock) => clock.running === 'paused') ??
    null
  );
}

/** How long the present step lasts by now, and what is left of its limit. */
export interface StepTime {
  usedS: number;
  targetS: number | null;
  isLate: boolean;
  /** How much of the limit is used, 0 to 1; null without a limit. */
  share: number | null;
}

/** A step counts while somebody is in it; one with a limit only while its limit runs, too. */
export function readStep(
  step: Journey['steps'][number],
  isOver: boolean,
  fetchedAt: Date,
  now: Date,
): StepTime {
  const isOpen = step.entered_at !== null && step.left_at === null && !isOver;
  const passed =
    isOpen && runsOn(step, fetchedAt)
      ? Math.max(0, (now.getTime() - fetchedAt.getTime()) / 1000)
      : 0;
  const usedS = step.used_s + passed;
  const isLate =
    step.is_breached ||
    (isOpen && step.due_at !== null && Date.parse(step.due_at) <= now.getTime());
  return {
    usedS,
    targetS: step.target_s,
    isLate,
    share: step.target_s === null ? null : Math.min(1, usedS / Math.max(1, step.target_s)),
  };
}

function runsOn(step: Journey['steps'][number], fetchedAt: Date): boolean {
  if (step.target_s === null) return true;
  if (step.due_at === null) return false;
  const left = (Date.parse(step.due_at) - fetchedAt.getTime()) / 1000;
  return Math.abs(left - (step.target_s - step.used_s)) <= CONTINUOUS_S;
}

export function metricName(t: T, metric: Metric): string {
  if (metric === 'first_response' || metric === 'next_response' || metric === 'resolution')
    return t(`metric.${metric}`);
  const step = metric.slice('step.'.length) as 'entry';
  return t('metric.step', { step: t(`step.${step}`) });
}

const UNITS = [
  ['clock.day', 86_400],
  ['clock.hour', 3600],
  ['clock.minute', 60],
  ['clock.second', 1],
] as const;

/** A length of time in words, by its two largest units: "30 s", "1 h 30 min", "2 days". */
export function durationText(t: T, seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [key, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0 || (size === 1 && parts.length === 0)) parts.push(t(key, { count }));
    else if (parts.length > 0) break;
    rest -= count * size;
    if (parts.length === 2) break;
  }
  const [first = '', second] = parts;
  return second ? t('clock.two', { first, second }) : first;
}

// Rows of the list

export type RowClock =
  | { kind: 'waiting'; seconds: number; urgency: Urgency; metric: Metric | null }
  | { kind: 'due'; leftS: number; urgency: Urgency; metric: Metric };

/** Without a limit, a long wait is worth a look. */
const LONG_WAIT_S = 600;
/** What is not asked for by a waiting customer is shown when it is this near. */
const NEAR_S = 30 * 60;

/**
 * The number a row shows: how long the customer has been waiting, or, where the list is ordered
 * by deadlines or one comes near, what is left. Null when there is nothing to hurry for.
 */
export function rowClock(row: Conversation, isByDeadline: boolean, now: Date): RowClock | null {
  if (row.status.kind === 'resolved') return null;
  const deadline = row.deadline ?? null;
  const leftS = deadline?.due_at ? (Date.parse(deadline.due_at) - now.getTime()) / 1000 : null;
  const isLate = (deadline?.is_breached ?? false) || (leftS !== null && leftS <= 0);
  if (row.waiting_since && !(isByDeadline && leftS !== null)) {
    const since = Date.parse(row.waiting_since);
    const seconds = Math.max(0, (now.getTime() - since) / 1000);
    const metric = deadline?.metric ?? null;
    if (isLate) return { kind: 'waiting', seconds, urgency: 'late', metric };
    const span = seconds + (leftS ?? 0);
    const isAnswer = metric === 'first_response' || metric === 'next_response';
    const isSoon =
      leftS !== null && isAnswer ? leftS / Math.max(1, span) < SOON_SHARE : seconds >= LONG_WAIT_S;
    return { kind: 'waiting', seconds, urgency: isSoon ? 'soon' : 'calm', metric };
  }
  if (!deadline || leftS === null) return null;
  const urgency = leftS <= 0 ? 'late' : leftS < NEAR_S ? 'soon' : 'calm';
  if (!isByDeadline && urgency === 'calm') return null;
  return { kind: 'due', leftS, urgency, metric: deadline.metric };
}
