/** Lengths of time as people write them: a number and a unit. Pure. */
export const UNITS = { seconds: 1, minutes: 60, hours: 3600 } as const;
export type Unit = keyof typeof UNITS;

/** The largest unit in which the time is a whole number. */
export function unitOf(seconds: number): Unit {
  if (seconds > 0 && seconds % UNITS.hours === 0) return 'hours';
  if (seconds > 0 && seconds % UNITS.minutes === 0) return 'minutes';
  return 'seconds';
}

/** Seconds for what was written, within the limits; null where no number was. */
export function toSeconds(
  text: string,
  unit: Unit,
  limits: { min: number; max: number },
): number | null {
  const value = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(value)) return null;
  const seconds = Math.round(value * UNITS[unit]);
  return Math.min(limits.max, Math.max(limits.min, seconds));
}

/** The number to show in a unit, without digits nobody reads. */
export function inUnit(seconds: number, unit: Unit): string {
  return String(Math.round((seconds / UNITS[unit]) * 100) / 100);
}
