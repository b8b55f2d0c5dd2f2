/** What a trial found, in words. Pure. */
import type { DryRun } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';

/** How often each condition held, by its place. */
export function heldWords(t: T, { leaves, looked_at }: DryRun): Map<string, string> {
  return new Map(
    leaves.map(({ path, held }) => [path, t('automation.held', { held, count: looked_at })]),
  );
}
