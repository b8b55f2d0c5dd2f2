/** Days and minutes of date fields, in the reader's zone, and the moments they stand for. Pure. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-03-02` for a date field; empty for none. */
export function dayOf(moment: string | null): string {
  if (!moment) return '';
  const date = new Date(moment);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The moment a day begins here; null for an empty or impossible one. */
export function startOfDay(day: string): string | null {
  const found = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) return null;
  const date = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** `2026-03-02T08:30` for a field of day and minute. */
export const minuteOf = (date: Date): string =>
  `${dayOf(date.toISOString())}T${two(date.getHours())}:${two(date.getMinutes())}`;
