import type { ExpectationRow } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { ExpectationReportModel, groupQuery, shares } from './expectation.svelte.ts';

const row: ExpectationRow = {
  key: 'ag_1',
  name: 'Emily',
  rated: 9,
  answered: 4,
  disappointed: 1,
  satisfied: 1,
  delighted: 2,
  gap_hundredths: 25,
};
const NOW = new Date(2026, 4, 20, 11);

function setup(change = {}) {
  const ok = (value: unknown) => ({ ok: true as const, value });
  const api = {
    getExpectations: vi.fn(async () => ok({ total: row })),
    listExpectationSessions: vi.fn(async () => ok({ items: [] })),
    getNotices: vi.fn(async () => ok({ by_key: [] })),
    listNoticeItems: vi.fn(async () => ok({ items: [] })),
  };
  const filter = {
    period: 'week' as const,
    from: '',
    to: '',
    inbox: 'in_1',
    group: 'by_agent' as const,
    ...change,
  };
  return { api, model: new ExpectationReportModel(filter, api as never, NOW) };
}

describe('the report of expectations', () => {
  it('looks behind a number of one row, within the inbox that is shown', async () => {
    const { api, model } = setup();
    await model.open({ of: 'ratings', about: 'disappointed', row });
    expect(api.listExpectationSessions).toHaveBeenCalledWith(
      expect.objectContaining({ inbox_id: 'in_1', agent_id: 'ag_1', about: 'disappointed' }),
    );
  });

  it('asks for those without by name, and for a day as a day', () => {
    expect(groupQuery('by_team', null)).toEqual({ team_id: 'none' });
    expect(groupQuery('by_day', '2026-05-01')).toEqual({ day: '2026-05-01' });
  });

  it('says so when the days do not fit, and asks for nothing', () => {
    const { api, model } = setup({ period: 'custom', from: '2026-05-02', to: '2026-05-01' });
    expect(model.report).toBe('no-span');
    expect(api.getExpectations).not.toHaveBeenCalled();
    expect(api.getNotices).not.toHaveBeenCalled();
  });

  it('gives shares of those who answered, not of those who rated', () => {
    expect(shares(row)).toEqual({ disappointed: 25, satisfied: 25, delighted: 50 });
    expect(shares({ ...row, answered: 0 }).delighted).toBe(0);
  });
});
