import type { BudgetReport, RecoveryApproval } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { ApprovalsModel } from './approvals.svelte.ts';
import { byTeam, shares } from './budget.ts';

const row = (team: string | null, kind: 'refund' | 'voucher', minor: number, currency = 'CNY') => ({
  team_id: team,
  kind,
  currency,
  count: 1,
  minor,
  pending_count: 2,
  pending_minor: 10,
});

describe('the budget report', () => {
  it('sums by team, and never over currencies', () => {
    const report: BudgetReport = {
      rows: [
        row('tm_1', 'voucher', 10),
        row('tm_1', 'refund', 50),
        row(null, 'refund', 100),
        row('tm_1', 'refund', 1000, 'JPY'),
      ],
      budgets: [],
    };
    const sums = byTeam(report);
    expect(sums.map((one) => [one.team, one.currency, one.minor])).toEqual([
      ['tm_1', 'JPY', 1000],
      [null, 'CNY', 100],
      ['tm_1', 'CNY', 60],
    ]);
    expect(sums[2]?.rows.map((one) => one.kind)).toEqual(['refund', 'voucher']);
    expect(sums[2]?.pendingMinor).toBe(20);
  });

  it('shares the bar out, also when a budget was lowered below what is used', () => {
    const budget = { team_id: null, period: '2026-11', currency: 'CNY', spent: 40, reserved: 90 };
    expect(shares({ ...budget, total: 200 })).toEqual({ spent: 20, reserved: 45, left: 70 });
    expect(shares({ ...budget, total: 100 })).toEqual({ spent: 40, reserved: 60, left: 0 });
    expect(shares({ ...budget, total: 0 })).toEqual({ spent: 100, reserved: 0, left: 0 });
    expect(shares({ ...budget, total: null })).toBeNull();
  });
});

describe('approvals', () => {
  const approval = (id: string, mayDecide: boolean, askedAt: string) =>
    ({ grant: { id, asked_at: askedAt, may_decide: mayDecide } }) as RecoveryApproval;

  it('show what one may decide first, the longest waiting before others', async () => {
    const items = [
      approval('c', true, '2026-01-03T00:00:00Z'),
      approval('a', false, '2026-01-01T00:00:00Z'),
      approval('b', true, '2026-01-02T00:00:00Z'),
    ];
    const listApprovals = vi.fn(async () => ({ ok: true as const, value: { items, next: null } }));
    const decideRecovery = vi.fn(async () => ({
      ok: false as const,
      error: { code: 'recovery-state' } as never,
    }));
    const model = new ApprovalsModel({
      work: { listApprovals },
      cases: { getToday: async () => ({ ok: true, value: { approvals: [] } as never }) },
      handling: { decideRecovery },
    });
    await model.load();
    expect(model.sorted.map((one) => one.grant.id)).toEqual(['b', 'c', 'a']);
    const before = listApprovals.mock.calls.length;
    const result = await model.decide(items[0]!, true, '');
    expect(result.ok).toBe(false);
    expect(decideRecovery).toHaveBeenCalledWith('c', true, '');
    // Somebody was faster: the list is asked for again.
    expect(listApprovals.mock.calls.length).toBe(before + 1);
  });
});
