/** Whether a severity matrix holds together: graver is never less. The server has the last word. Pure. */
import { SEVERITIES, type Fact, type SeverityMatrix } from '@zhiyin/api';
import { isLadder, isLength } from '$lib/features/case-types/findings.ts';

/** What a lesser form of the same fact is. */
export const LESSER: Partial<Record<Fact, Fact>> = {
  harm_going_on: 'harm_over',
  safety_happened: 'safety_possible',
  legal_begun: 'legal_threatened',
  media_begun: 'media_threatened',
  repeat_often: 'repeat_once',
  value_very_high: 'value_high',
};

export type MatrixFault = 'thresholds' | 'weights' | 'terms' | 'order';

export function matrixFault(matrix: SeverityMatrix): MatrixFault | null {
  const [moderate, serious, critical] = matrix.thresholds;
  if (moderate < 1 || moderate >= serious || serious >= critical) return 'thresholds';
  const weight = (fact: Fact) => matrix.weights[fact] ?? 0;
  for (const [fact, lesser] of Object.entries(LESSER) as [Fact, Fact][])
    if (weight(fact) < weight(lesser)) return 'weights';
  for (const [at, severity] of SEVERITIES.entries()) {
    const terms = matrix.terms[severity];
    const limits = [terms.acknowledge, terms.reply, terms.update_every];
    if (!limits.every((limit) => isLength(limit.within_s)) || !isLadder(terms.ladder))
      return 'terms';
    const before = SEVERITIES[at - 1];
    if (!before) continue;
    for (const what of ['acknowledge', 'reply'] as const) {
      const [one, other] = [matrix.terms[before][what], terms[what]];
      if (one.basis === other.basis && one.within_s < other.within_s) return 'order';
    }
  }
  return null;
}
