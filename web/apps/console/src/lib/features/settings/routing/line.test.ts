import type { Priorities } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { creditsOf, examples, lineUp, tierCredit } from './line.ts';

const priorities: Priorities = {
  tier_s: { '3': 30, '9': 90 },
  severity_s: { high: 120, urgent: 600 },
  stage_s: { pre_sales: 45 },
};

describe('the order of a line', () => {
  it('gives a tier that is not named the credit of the next lower one', () => {
    expect([0, 2, 3, 8, 9].map((tier) => tierCredit(priorities, tier))).toEqual([0, 0, 30, 30, 90]);
  });

  it('counts waiting and credits, and nobody is put before who came earlier than that', () => {
    const came = (seconds: number, tier: number) =>
      ({ tier, severity: 'normal', stage: null, waitedS: seconds }) as const;
    // As in docs/routing.md: 10:00:00 base, 10:01:00 and 10:01:31 of tier 9; now is 10:02.
    const line = lineUp(priorities, [came(120, 0), came(60, 9), came(29, 9)]);
    expect(line.map((one) => one.countedS)).toEqual([150, 120, 119]);
    expect(line.map((one) => one.customer.tier)).toEqual([9, 0, 9]);
  });

  it('adds severity and stage, and no more than a day', () => {
    const urgent = { tier: 9, severity: 'urgent', stage: 'pre_sales', waitedS: 0 } as const;
    expect(creditsOf(priorities, urgent)).toEqual({
      tier_s: 90,
      severity_s: 600,
      stage_s: 45,
      added_s: 0,
    });
    const huge = { ...priorities, tier_s: { '9': 86_400 } };
    expect(lineUp(huge, [urgent])[0]?.countedS).toBe(86_400);
  });

  it('puts who came first before others who count the same', () => {
    const line = lineUp(priorities, [
      { tier: 9, severity: 'normal', stage: null, waitedS: 10 },
      { tier: 0, severity: 'normal', stage: null, waitedS: 100 },
    ]);
    expect(line.map((one) => one.customer.waitedS)).toEqual([100, 10]);
  });

  it('is shown on customers, one of whom came a second too late for their credit', () => {
    const shown = (given: Priorities) =>
      lineUp(given, examples(given)).map((one) => one.customer.name);
    expect(shown(priorities)).toEqual(['urgent', 'valued', 'base', 'late']);
    expect(shown({ ...priorities, tier_s: { '9': 3600 } })).toEqual([
      'valued',
      'base',
      'late',
      'urgent',
    ]);
    expect(shown({ tier_s: {}, severity_s: {}, stage_s: {} })).toEqual(['base', 'newer', 'urgent']);
  });
});
