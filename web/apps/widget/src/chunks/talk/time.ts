/** Times in the reader's zone and language. */
import { region } from '../../panel/i18n';

export const time = (at: string | Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(region(), options).format(new Date(at));

export const clock = (at: string): string => time(at, { hour: 'numeric', minute: '2-digit' });

/** "today", "yesterday", or the date. */
export function day(at: string, now = new Date()): string {
  const midnight = (date: Date): number => new Date(date).setHours(0, 0, 0, 0);
  // A clock that runs behind the server's must not speak of tomorrow.
  const days = Math.min(Math.round((midnight(new Date(at)) - midnight(now)) / 864e5), 0);
  return days > -2
    ? new Intl.RelativeTimeFormat(region(), { numeric: 'auto' }).format(days, 'day')
    : time(at, { month: 'long', day: 'numeric', weekday: 'short' });
}
