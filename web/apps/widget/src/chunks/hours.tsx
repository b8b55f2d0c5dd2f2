/** When somebody is there again, in the reader's zone and words. */
import { h } from 'preact';
import type { WidgetSettings } from '../panel/dto';
import { region, t } from '../panel/i18n';

const DAY_MS = 864e5;

/** How far a zone's clock is from UTC at a moment, in milliseconds. */
function offset(zone: string, at: number): number {
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
  const n = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second'));
  return wall - Math.floor(at / 1000) * 1000;
}

/** The next opening after `now`, or null when there is none within a week. */
export function nextOpening(
  { office_hours: hours, time_zone: zone }: Pick<WidgetSettings, 'office_hours' | 'time_zone'>,
  now: number,
): Date | null {
  const wallNow = now + offset(zone, now);
  const midnight = Math.floor(wallNow / DAY_MS) * DAY_MS;
  for (let day = 0; day <= 7; day++) {
    const start = midnight + day * DAY_MS;
    const weekday = new Date(start).getUTCDay() || 7;
    const openings = hours
      .filter((interval) => interval.weekday === weekday)
      .map(({ from }) => {
        const [hour = 0, minute = 0] = from.split(':').map(Number);
        return start + (hour * 60 + minute) * 60_000;
      })
      .filter((wall) => wall > wallNow)
      .sort((a, b) => a - b);
    if (openings[0] !== undefined) return new Date(openings[0] - offset(zone, openings[0]));
  }
  return null;
}

export function Hours({ settings }: { settings: WidgetSettings }) {
  const opening = nextOpening(settings, Date.now());
  if (!opening) return null;
  const say = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(region(), options).format(opening);
  const isSoon = opening.getTime() - Date.now() < 2 * DAY_MS;
  const days = Math.round(
    (new Date(opening).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / DAY_MS,
  );
  return (
    <span>
      {t('opensAt', {
        day:
          isSoon && days < 2
            ? new Intl.RelativeTimeFormat(region(), { numeric: 'auto' }).format(days, 'day')
            : say({ weekday: 'long' }),
        time: say({ hour: 'numeric', minute: '2-digit' }),
      })}
    </span>
  );
}
