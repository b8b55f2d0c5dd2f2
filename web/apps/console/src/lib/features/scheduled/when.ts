/** Moments people put things off to, in the reader's own time and, where it helps, the customer's. */
export type WhenId =
  | 'hour'
  | 'afternoon'
  | 'evening'
  | 'tomorrow'
  | 'tomorrowAfternoon'
  | 'monday'
  | 'customerMorning';

export interface When {
  id: WhenId;
  at: Date;
}

const HOUR_MS = 3_600_000;
const SOON_MS = 15 * 60_000;
const ROUND_MS = 5 * 60_000;

/** What to offer for a message that is to be sent later; the soonest first. */
export function sendChoices(now: Date, customerZone: string | null): When[] {
  const at = (days: number, hour: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(hour, 0, 0, 0);
    return day;
  };
  const inAnHour = new Date(Math.ceil((now.getTime() + HOUR_MS) / ROUND_MS) * ROUND_MS);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const morning = customerZone ? morningIn(customerZone, now) : null;
  const choices: When[] = [
    { id: 'hour', at: inAnHour },
    { id: 'afternoon', at: at(0, 14) },
    { id: 'evening', at: at(0, 18) },
    { id: 'tomorrow', at: at(1, 9) },
    { id: 'tomorrowAfternoon', at: at(1, 14) },
    // On a Sunday, Monday is tomorrow: the same moment is not offered twice.
    ...(toMonday === 1 ? [] : [{ id: 'monday' as const, at: at(toMonday, 9) }]),
    ...(morning ? [{ id: 'customerMorning' as const, at: morning }] : []),
  ];
  return choices
    .filter((one) => one.id === 'hour' || one.at.getTime() > inAnHour.getTime() + SOON_MS)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * The next nine o'clock where the customer is; null if that is nine o'clock here, too, or if
 * the zone is unknown.
 */
export function morningIn(zone: string, now: Date): Date | null {
  const offset = offsetMs(zone, now);
  if (offset === null || offset === -now.getTimezoneOffset() * 60_000) return null;
  const there = new Date(now.getTime() + offset);
  for (const days of [0, 1]) {
    const wall = Date.UTC(
      there.getUTCFullYear(),
      there.getUTCMonth(),
      there.getUTCDate() + days,
      9,
    );
    // The clock may be put forward or back between now and then.
    const then = offsetMs(zone, new Date(wall - offset)) ?? offset;
    const at = new Date(wall - then);
    if (at.getTime() > now.getTime() + SOON_MS) return at;
  }
  return null;
}

/** How far the zone's clock is ahead of UTC at a moment. */
function offsetMs(zone: string, at: Date): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at);
    const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    const wall = Date.UTC(
      of('year'),
      of('month') - 1,
      of('day'),
      of('hour'),
      of('minute'),
      of('second'),
    );
    return wall - Math.floor(at.getTime() / 1000) * 1000;
  } catch {
    return null;
  }
}

/** The values of a date and a time field for a moment, in the reader's zone. */
export function fieldsOf(at: Date): { day: string; time: string } {
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

/** The moment that two fields mean; null if it is none or has passed. */
export function momentOf(day: string, time: string, now: Date): Date | null {
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.getTime()) || at.getTime() <= now.getTime() ? null : at;
}
