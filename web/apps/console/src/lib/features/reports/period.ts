/** The stretch of time a report is about, in the reader's zone. Pure. */
export const PERIODS = ['today', 'week', 'month', 'quarter', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

/** The time of a report as it stands in its address; the days count only for `custom`. */
export interface PeriodFilter {
  period: Period;
  from: string;
  to: string;
}

export interface Span {
  from: Date;
  to: Date;
}

const DAYS: Record<Exclude<Period, 'custom'>, number> = {
  today: 1,
  week: 7,
  month: 30,
  quarter: 90,
};

/**
 * Whole days up to the end of today; of one's own dates both are meant to be in it. Null if
 * they are none, or the wrong way round.
 */
export function spanOf(
  period: Period,
  custom: { from: string; to: string },
  now: Date,
): Span | null {
  const midnight = (offset: number) => {
    const day = new Date(now);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() + offset);
    return day;
  };
  if (period !== 'custom') return { from: midnight(1 - DAYS[period]), to: midnight(1) };
  const from = new Date(`${custom.from}T00:00`);
  const to = new Date(`${custom.to}T00:00`);
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()) || from > to) return null;
  to.setDate(to.getDate() + 1);
  return { from, to };
}

export const isPeriod = (text: string | null): text is Period => PERIODS.includes(text as Period);
