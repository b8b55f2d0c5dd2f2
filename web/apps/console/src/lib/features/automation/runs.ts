/** How an outcome is painted. Pure. */
import type { RunOutcome } from '@zhiyin/api';

export const OUTCOMES: RunOutcome[] = ['done', 'failed', 'skipped', 'not_matched'];

export const outcomeTone: Record<RunOutcome, 'moss' | 'quiet' | 'amber' | 'vermilion'> = {
  done: 'moss',
  not_matched: 'quiet',
  skipped: 'amber',
  failed: 'vermilion',
};
