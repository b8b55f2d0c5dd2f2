import type { Api, JourneyReport, StepFacts } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { findings, JourneyReportModel } from './model.svelte.ts';
import { spanOf } from './period.ts';

const NOW = new Date(2026, 0, 15, 14, 30);

describe('a period', () => {
  const days = (span: ReturnType<typeof spanOf>) =>
    span && [
      span.from.getDate(),
      span.to.getDate(),
      (span.to.getTime() - span.from.getTime()) / 86_400_000,
    ];

  it('is whole days up to the end of today', () => {
    expect(days(spanOf('today', { from: '', to: '' }, NOW))).toEqual([15, 16, 1]);
    expect(days(spanOf('week', { from: '', to: '' }, NOW))).toEqual([9, 16, 7]);
  });

  it('has both dates in it, and is none the wrong way round', () => {
    expect(days(spanOf('custom', { from: '2026-01-03', to: '2026-01-03' }, NOW))).toEqual([
      3, 4, 1,
    ]);
    expect(spanOf('custom', { from: '2026-01-04', to: '2026-01-03' }, NOW)).toBeNull();
    expect(spanOf('custom', { from: '', to: '2026-01-03' }, NOW)).toBeNull();
  });
});

const step = (name: StepFacts['step'], median: number, left = 0): StepFacts => ({
  step: name,
  entered: 10,
  returned: 0,
  left,
  median_s: median,
  p90_s: median * 2,
});

describe('findings', () => {
  it('name where most wait and most leave, but not the wait for an opinion', () => {
    const report = {
      steps: [step('triage', 20, 1), step('response', 90, 4), step('feedback', 90_000)],
    } as JourneyReport;
    const found = findings(report);
    expect([found.slowest?.step, found.loss?.step, found.left]).toEqual([
      'response',
      'response',
      5,
    ]);
  });

  it('are none where nobody waits or leaves', () => {
    const found = findings({ steps: [step('entry', 0)] } as JourneyReport);
    expect([found.slowest, found.loss, found.left]).toEqual([null, null, 0]);
  });
});

describe('the sessions behind a number', () => {
  it('are those of the number clicked last', async () => {
    const asked: object[] = [];
    const waiting: ((items: string[]) => void)[] = [];
    const api = {
      getReport: async () => ({ ok: true, value: { sessions: 3, steps: [] } }),
      listReportSessions: (query: object) => {
        asked.push(query);
        return new Promise((done) => waiting.push((items) => done({ ok: true, value: { items } })));
      },
    } as unknown as Api['journey'];
    const filter = { period: 'today', from: '', to: '', inbox: 'ib_1' } as const;
    const model = new JourneyReportModel(filter, api, NOW);
    const first = model.open({ step: 'response', about: 'slowest' });
    const second = model.open({ step: 'response', about: 'left' });
    waiting[1]?.(['second']);
    waiting[0]?.(['first']);
    await Promise.all([first, second]);
    expect(model.sessions).toEqual({ ready: ['second'] });
    expect(asked[1]).toMatchObject({ inbox_id: 'ib_1', step: 'response', about: 'left' });
  });
});
