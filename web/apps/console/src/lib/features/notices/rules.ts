/** Whether the rules of notices hold, and whom an entry reaches. The server has the last word. Pure. */
import type { Experience, NoticeEntry, NoticeRules } from '@zhiyin/api';
import { isLabel } from '$lib/features/case-types/findings.ts';
import { isKey } from '$lib/features/case-types/terms.ts';

export const ENTRIES_MAX = 200;
export const TEXT_CHARS_MAX = 2000;
export const THRESHOLD_MAX = 75;
export const REPEAT_DAYS_MAX = 3650;
export const FACTOR: Record<Experience, number> = { new: 3, some: 2, regular: 1 };

export type NoticeFault = 'entry' | 'threshold' | 'repeat';

const isWhole = (value: number, min: number, max: number) =>
  Number.isInteger(value) && value >= min && value <= max;

export function entryFault(entry: NoticeEntry): NoticeFault | null {
  const hasWords = Object.values(entry.text).some((text) => (text ?? '').trim() !== '');
  return isKey(entry.key) && isLabel(entry.name) && hasWords ? null : 'entry';
}

export function noticeFault(rules: NoticeRules): NoticeFault | null {
  if (!isWhole(rules.threshold, 1, THRESHOLD_MAX)) return 'threshold';
  if (!isWhole(rules.repeat_after_days, 0, REPEAT_DAYS_MAX)) return 'repeat';
  return rules.entries.some((entry) => entryFault(entry) !== null) ? 'entry' : null;
}

/** The most experienced customers it is still proposed for; `never` if even new ones stay below. */
export function reach(
  entry: Pick<NoticeEntry, 'severity' | 'likelihood'>,
  threshold: number,
): Experience | 'never' {
  const points = entry.severity * entry.likelihood;
  const found = (['regular', 'some', 'new'] as const).find(
    (experience) => points * FACTOR[experience] >= threshold,
  );
  return found ?? 'never';
}
