/** The budget report: what was granted and what waits, put together for reading. Pure. */
import type { BudgetReport, BudgetRow, BudgetState } from '@zhiyin/api';

export interface TeamSum {
  team: string | null;
  currency: string;
  rows: BudgetRow[];
  count: number;
  minor: number;
  pendingCount: number;
  pendingMinor: number;
}

const byCost = (a: { minor: number }, b: { minor: number }) => b.minor - a.minor;

/** By team and currency, the dearest first; sums of different currencies are never added. */
export function byTeam(report: BudgetReport): TeamSum[] {
  const sums = new Map<string, TeamSum>();
  for (const row of report.rows) {
    const key = `${row.team_id ?? ''} ${row.currency}`;
    const sum = sums.get(key) ?? {
      team: row.team_id,
      currency: row.currency,
      rows: [],
      count: 0,
      minor: 0,
      pendingCount: 0,
      pendingMinor: 0,
    };
    sum.rows.push(row);
    sum.count += row.count;
    sum.minor += row.minor;
    sum.pendingCount += row.pending_count;
    sum.pendingMinor += row.pending_minor;
    sums.set(key, sum);
  }
  for (const sum of sums.values()) sum.rows.sort(byCost);
  return [...sums.values()].sort(byCost);
}

/** In percent of the budget, rounded; both together at most the whole bar. */
export function shares(
  budget: BudgetState,
): { spent: number; reserved: number; left: number } | null {
  if (budget.total === null) return null;
  const { total } = budget;
  const of = (minor: number) => (total === 0 ? 100 : (100 * minor) / total);
  const spent = Math.min(100, of(budget.spent));
  return {
    spent,
    reserved: Math.min(100 - spent, of(budget.reserved)),
    left: Math.max(0, total - budget.spent - budget.reserved),
  };
}
