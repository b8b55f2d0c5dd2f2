/** Lengths of time as a number and a unit. Pure. */
import type { TimeLimit } from '@zhiyin/api';

export const UNITS = { min: 60, h: 3600, d: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** In working time there are no days: how long one is depends on the calendar. */
export const unitsOf = (basis: TimeLimit['basis']): Unit[] =>
  basis === 'business' ? ['min', 'h'] : ['min', 'h', 'd'];

/** The largest unit that says it in whole numbers. */
export function unitOf(seconds: number, units: readonly Unit[]): Unit {
  return (
    units.findLast((unit) => seconds >= UNITS[unit] && seconds % UNITS[unit] === 0) ??
    units[0] ??
    'min'
  );
}

export const inUnit = (seconds: number, unit: Unit): string =>
  String(Math.round((seconds / UNITS[unit]) * 100) / 100);

/** Whole seconds; null where no number was written. */
export function readSeconds(text: string, unit: Unit): number | null {
  const amount = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(amount) || amount < 0) return null;
  return Math.round(amount * UNITS[unit]);
}
