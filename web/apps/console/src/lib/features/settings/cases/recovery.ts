/** Whether catalogue and limits hold together. The server has the last word. Pure. */
import type { Approver, Gesture, RecoveryRules } from '@zhiyin/api';
import { isLabel } from '$lib/features/case-types/findings.ts';
import { isKey } from '$lib/features/case-types/terms.ts';

export type RecoveryFault =
  'gesture' | 'zero' | 'currency' | 'chainCount' | 'chainRising' | 'own' | 'budgetTwice';

export const CHAIN_MAX = 5;
export const GESTURES_MAX = 200;

const idOf = (approver: Approver) => JSON.stringify(approver);

export function gestureFault(gesture: Gesture, currency: string): RecoveryFault | null {
  const isWorded = Object.keys(gesture.words ?? {}).length === 0 || isLabel(gesture.words ?? {});
  if (!isKey(gesture.key) || !isLabel(gesture.name) || !isWorded) return 'gesture';
  if (gesture.cost.kind === 'free') return null;
  if (gesture.cost.amount.minor <= 0) return 'zero';
  return gesture.cost.amount.currency === currency ? null : 'currency';
}

export function recoveryFault(rules: RecoveryRules): RecoveryFault | null {
  const { limits } = rules;
  for (const gesture of rules.catalogue) {
    const fault = gestureFault(gesture, limits.currency);
    if (fault) return fault;
  }
  const { chain } = limits;
  if (chain.length < 1 || chain.length > CHAIN_MAX) return 'chainCount';
  const isRising = chain.every((one, at) => at === 0 || one.up_to > (chain[at - 1]?.up_to ?? 0));
  if (!isRising || new Set(chain.map((one) => idOf(one.approver))).size !== chain.length)
    return 'chainRising';
  const most = chain.at(-1)?.up_to ?? 0;
  if (Object.values(limits.own).some((own) => own > most)) return 'own';
  const scopes = rules.budgets.map((one) => one.team_id ?? '');
  return new Set(scopes).size === scopes.length ? null : 'budgetTwice';
}

/** All sums in another currency; their figures stay, nothing is converted. */
export function inCurrency(rules: RecoveryRules, currency: string): RecoveryRules {
  return {
    ...rules,
    limits: { ...rules.limits, currency },
    catalogue: rules.catalogue.map((gesture) =>
      gesture.cost.kind === 'free'
        ? gesture
        : {
            ...gesture,
            cost: { kind: gesture.cost.kind, amount: { ...gesture.cost.amount, currency } },
          },
    ),
  };
}
