/** Where somebody stands, in plain words. Pure but for the reader's language. */
import type { QueuePlace } from '../../panel/dto';
import { duration, localized, region } from '../../panel/i18n';
import { say } from './words';

const MINUTE_S = 60;

/** A wait as a range of minutes; a time to the second would be a promise nobody can keep. */
export function wait(fromS: number | null, toS: number | null): string {
  if (toS === null) return '';
  if (toS < MINUTE_S) return say('soon');
  const minutes = (seconds: number, round: (n: number) => number): number =>
    Math.max(1, round(seconds / MINUTE_S)) * MINUTE_S;
  const [from, to] = [minutes(fromS ?? 0, Math.floor), minutes(toS, Math.ceil)];
  return from === to
    ? say('about', { time: duration(to) })
    : say('range', { from: duration(from), to: duration(to) });
}

/** A moment to come: the time today, with the day otherwise. */
export function moment(text: string, now: Date): string {
  const at = new Date(text);
  const isToday = at.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(region(), {
    ...(isToday ? {} : { weekday: 'long', month: 'long', day: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(at);
}

/** Whole sentences, the most important first. */
export function sentences(queue: QueuePlace, now: Date): string[] {
  const { state, position, from_s: from, to_s: to, is_open: isOpen, reply_by: replyBy } = queue;
  if (state === 'offered') return [say('offered')];
  // What the company says to those who come outside its hours.
  const notice = localized(queue.notice);
  if (state === 'closed') {
    const noted = replyBy ? say('notedBy', { time: moment(replyBy, now) }) : say('noted');
    return [noted, notice].filter(Boolean);
  }
  if (!isOpen) return [notice || say('shut'), say('kept')];
  const place =
    position === null ? say('waiting') : position <= 1 ? say('next') : say('place', { position });
  return [place, wait(from, to)].filter(Boolean);
}

export const isPhone = (text: string): boolean =>
  text.length <= 40 && text.replace(/\D/g, '').length >= 5;
