import type { CaseLabels, Gesture, Result, RecoveryRules, SeverityMatrix } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { business, LADDERS } from '$lib/features/case-types/terms.ts';
import { SettingsDocument } from './document.svelte.ts';
import { matrixFault } from './matrix.ts';
import { inCurrency, recoveryFault } from './recovery.ts';

const level = (acknowledge: number, reply: number) => ({
  acknowledge: business(acknowledge),
  reply: business(reply),
  update_every: business(8),
  ladder: LADDERS.usual,
});
const matrix: SeverityMatrix = {
  weights: { harm_over: 2, harm_going_on: 4 },
  thresholds: [3, 6, 10],
  terms: {
    minor: level(8, 40),
    moderate: level(4, 24),
    serious: level(1, 16),
    critical: { ...level(1, 8), reply: { within_s: 86_400, basis: 'wall' } },
  },
};

describe('a matrix', () => {
  const check = (change: Partial<SeverityMatrix>, expected: ReturnType<typeof matrixFault>) =>
    expect(matrixFault({ ...matrix, ...change })).toBe(expected);
  it('holds graver to never less', () => {
    check({}, null);
    check({ thresholds: [3, 3, 10] }, 'thresholds');
    check({ thresholds: [0, 6, 10] }, 'thresholds');
    check({ weights: { harm_over: 5, harm_going_on: 4 } }, 'weights');
    check({ terms: { ...matrix.terms, moderate: level(9, 24) } }, 'order');
    check({ terms: { ...matrix.terms, minor: level(0, 40) } }, 'terms');
    const ladder = { remind_percent: [], rungs: LADDERS.usual.rungs };
    check({ terms: { ...matrix.terms, minor: { ...level(8, 40), ladder } } }, 'terms');
  });
});

const refund: Gesture = {
  key: 'refund',
  name: { en: 'Refund' },
  kind: 'refund',
  cost: { kind: 'up_to', amount: { minor: 5000, currency: 'CNY' } },
  words: {},
  is_enabled: true,
};
const rules: RecoveryRules = {
  catalogue: [refund],
  limits: {
    currency: 'CNY',
    own: { rl_1: 5000 },
    four_eyes_from: 20_000,
    chain: [
      { approver: { kind: 'line', level: 1 }, up_to: 10_000 },
      { approver: { kind: 'line', level: 2 }, up_to: 50_000 },
    ],
  },
  budgets: [{ team_id: null, period: 'month', total: 100_000 }],
  version: 1,
};

describe('service recovery', () => {
  const check = (change: Partial<RecoveryRules>, expected: ReturnType<typeof recoveryFault>) =>
    expect(recoveryFault({ ...rules, ...change })).toBe(expected);
  const limits = (change: Partial<RecoveryRules['limits']>) => ({
    limits: { ...rules.limits, ...change },
  });
  it('has sums that rise and gestures that can be', () => {
    check({}, null);
    check({ catalogue: [{ ...refund, name: {} }] }, 'gesture');
    const amount = { minor: 0, currency: 'CNY' };
    check({ catalogue: [{ ...refund, cost: { kind: 'fixed', amount } }] }, 'zero');
    check(limits({ currency: 'EUR' }), 'currency');
    check(limits({ chain: [] }), 'chainCount');
    check(limits({ chain: rules.limits.chain.toReversed() }), 'chainRising');
    const [first, second] = rules.limits.chain;
    const twice = [first!, { ...second!, approver: first!.approver }];
    check(limits({ chain: twice }), 'chainRising');
    check(limits({ own: { rl_1: 50_001 } }), 'own');
    check({ budgets: [...rules.budgets, ...rules.budgets] }, 'budgetTwice');
  });
  it('takes every sum to another currency, and converts none', () => {
    const next = inCurrency(rules, 'EUR');
    expect(recoveryFault(next)).toBeNull();
    expect(next.catalogue[0]?.cost).toEqual({
      kind: 'up_to',
      amount: { minor: 5000, currency: 'EUR' },
    });
  });
});

describe('a document', () => {
  it('is sent with the version that was read, and keeps what was written when refused', async () => {
    const sent: CaseLabels[] = [];
    let isRefused = true;
    const error = { code: 'changed', fields: [] } as never;
    const kept: SettingsDocument<CaseLabels> = new SettingsDocument<CaseLabels>({
      get: async () => ({ ok: true, value: { labels: [], version: 3 } }),
      set: async (body): Promise<Result<CaseLabels>> => {
        sent.push(body);
        return isRefused ? { ok: false, error } : { ok: true, value: { ...body, version: 4 } };
      },
    });
    await kept.load();
    expect(await kept.save()).toBe(true);
    expect(sent).toEqual([]);
    const label = { key: 'new', category: 'new', name: { en: 'New' } } as CaseLabels['labels'][0];
    kept.patch({ labels: [label] });
    expect(await kept.save()).toBe(false);
    expect(kept.hasChanges).toBe(true);
    isRefused = false;
    expect(await kept.save()).toBe(true);
    expect(sent.map((one) => one.version)).toEqual([3, 3]);
    expect(kept.value?.version).toBe(4);
    expect(kept.hasChanges).toBe(false);
  });
});
