/**
 * The order of a line, worked out on examples: the same formula as the server's, seconds
 * waited + credits. Pure.
 */
import type { Credits, Priorities, Priority, Stage } from '@zhiyin/api';
import { creditTotal } from '$lib/features/routing/explain.ts';

export interface Standing {
  tier: number;
  severity: Priority;
  stage: Stage | null;
  /** Seconds since they came. */
  waitedS: number;
}

export interface Placed<Customer extends Standing> {
  customer: Customer;
  credits: Credits;
  /** Waiting time the line counts with. */
  countedS: number;
}

/** The credit of a tier that is not named is that of the next lower one that is. */
export function tierCredit(priorities: Priorities, tier: number): number {
  const named = Object.keys(priorities.tier_s)
    .map(Number)
    .filter((one) => one <= tier)
    .sort((a, b) => b - a)[0];
  return named === undefined ? 0 : (priorities.tier_s[String(named)] ?? 0);
}

export function creditsOf(priorities: Priorities, customer: Standing): Credits {
  return {
    tier_s: tierCredit(priorities, customer.tier),
    severity_s: priorities.severity_s[customer.severity] ?? 0,
    stage_s: customer.stage ? (priorities.stage_s[customer.stage] ?? 0) : 0,
    added_s: 0,
  };
}

/** First in line first; who came before stands before where they count the same. */
export function lineUp<Customer extends Standing>(
  priorities: Priorities,
  customers: readonly Customer[],
): Placed<Customer>[] {
  return customers
    .map((customer) => {
      const credits = creditsOf(priorities, customer);
      return { customer, credits, countedS: customer.waitedS + creditTotal(credits) };
    })
    .sort((a, b) => b.countedS - a.countedS || b.customer.waitedS - a.customer.waitedS);
}

export interface Example extends Standing {
  name: 'base' | 'valued' | 'urgent' | 'late' | 'newer';
}

/** Customers who show what the settings do; one of them came a second too late for their credit. */
export function examples(priorities: Priorities): Example[] {
  const top = Math.max(0, ...Object.keys(priorities.tier_s).map(Number));
  const credit = tierCredit(priorities, top);
  const usual = { tier: 0, severity: 'normal', stage: null } as const;
  const waitedS = Math.max(180, credit + 30);
  const first: Example[] = [
    { ...usual, name: 'base', waitedS },
    { ...usual, name: 'urgent', severity: 'urgent', waitedS: 20 },
  ];
  if (top === 0 || credit === 0) return [...first, { ...usual, name: 'newer', waitedS: 120 }];
  return [
    ...first,
    { ...usual, name: 'valued', tier: top, waitedS: waitedS - Math.ceil(credit / 2) },
    { ...usual, name: 'late', tier: top, waitedS: waitedS - credit - 1 },
  ];
}
