/** How times read: relative under a day, absolute after, always in the reader's zone. */

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

export interface TimeFormat {
  /** "3 min ago"; after a day the date. */
  ago(at: Date, now: Date): string;
  /** "4m", "2h", "3d": for narrow columns. */
  short(at: Date, now: Date): string;
  /** A stretch of waiting as "0:42", "12:05", "3h 05m", "2d". */
  waiting(seconds: number): string;
  /** "14:05". */
  clock(at: Date): string;
  /** "Today", "Yesterday", or the date. */
  day(at: Date, now: Date): string;
  /** A moment to come, as it stands in a sentence: "14:05", "tomorrow, 09:00", "Mon, Nov 30, 09:00". */
  moment(at: Date, now: Date): string;
  /** Date and time in full. */
  full(at: Date): string;
  /** Date without time. */
  date(at: Date): string;
  isSameDay(one: Date, other: Date): boolean;
}

export function createTimeFormat(locale: string, timeZone?: string): TimeFormat {
  const zone = timeZone ? { timeZone } : {};
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const thisYear = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', ...zone });
  const anyYear = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...zone });
  const weekday = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    month: 'short',
    day: 'numeric',
    ...zone,
  });
  const coming = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    ...zone,
  });
  const isChinese = locale.startsWith('zh');
  const full = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    ...zone,
  });
  const iso = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone });
  const isSameDay = (one: Date, other: Date) => iso.format(one) === iso.format(other);
  const isSameYear = (one: Date, other: Date) =>
    iso.format(one).slice(0, 4) === iso.format(other).slice(0, 4);
  const days = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  const date = (at: Date, now: Date) => (isSameYear(at, now) ? thisYear : anyYear).format(at);

  return {
    isSameDay,
    clock: (at) => clock.format(at),
    full: (at) => full.format(at),
    date: (at) => anyYear.format(at),
    ago(at, now) {
      const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
      const size = Math.abs(seconds);
      if (size < MINUTE_S) return relative.format(0, 'minute');
      if (size < HOUR_S) return relative.format(Math.trunc(seconds / MINUTE_S), 'minute');
      if (size < DAY_S) return relative.format(Math.trunc(seconds / HOUR_S), 'hour');
      return date(at, now);
    },
    short(at, now) {
      const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1000);
      if (seconds < DAY_S && isSameDay(at, now)) return clock.format(at);
      return date(at, now);
    },
    waiting(seconds) {
      const whole = Math.max(0, Math.floor(seconds));
      if (whole < HOUR_S) {
        const rest = String(whole % MINUTE_S).padStart(2, '0');
        return `${Math.floor(whole / MINUTE_S)}:${rest}`;
      }
      if (whole < DAY_S) {
        const minutes = String(Math.floor((whole % HOUR_S) / MINUTE_S)).padStart(2, '0');
        const hours = Math.floor(whole / HOUR_S);
        return isChinese ? `${hours}时${minutes}分` : `${hours}h ${minutes}m`;
      }
      return `${Math.floor(whole / DAY_S)}${isChinese ? '天' : 'd'}`;
    },
    moment(at, now) {
      if (isSameDay(at, now)) return clock.format(at);
      const isTomorrow = isSameDay(at, new Date(now.getTime() + DAY_S * 1000));
      const day = isTomorrow ? days.format(1, 'day') : coming.format(at);
      return isChinese ? `${day} ${clock.format(at)}` : `${day}, ${clock.format(at)}`;
    },
    day(at, now) {
      if (isSameDay(at, now) || isSameDay(at, new Date(now.getTime() - DAY_S * 1000))) {
        return capital(days.format(isSameDay(at, now) ? 0 : -1, 'day'));
      }
      return isSameYear(at, now) ? weekday.format(at) : anyYear.format(at);
    },
  };
}
