/** The time of a report in its address, so that a report can be sent to somebody. Pure. */
import { fieldsOf } from '$lib/features/scheduled/when.ts';
import { isPeriod, type Period, type PeriodFilter } from './period.ts';

const WEEK_MS = 7 * 86_400_000;

export function periodFrom(query: URLSearchParams, usual: Period, opened: Date): PeriodFilter {
  const period = query.get('period');
  return {
    period: isPeriod(period) ? period : usual,
    from: query.get('from') ?? fieldsOf(new Date(opened.getTime() - WEEK_MS)).day,
    to: query.get('to') ?? fieldsOf(opened).day,
  };
}

/** The address of a report; the days stand in it only where they count. */
export function addressOf(
  { period, from, to }: PeriodFilter,
  others: Record<string, string> = {},
): string {
  const kept = new URLSearchParams({ period });
  if (period === 'custom') {
    kept.set('from', from);
    kept.set('to', to);
  }
  for (const [name, value] of Object.entries(others)) if (value !== '') kept.set(name, value);
  return `?${kept}`;
}
