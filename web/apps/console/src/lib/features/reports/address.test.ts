import { describe, expect, it } from 'vitest';
import { addressOf, periodFrom } from './address.ts';

const opened = new Date(2026, 4, 20, 11);

describe('the address of a report', () => {
  it('starts with the usual time and last week', () => {
    expect(periodFrom(new URLSearchParams('period=never'), 'month', opened)).toEqual({
      period: 'month',
      from: '2026-05-13',
      to: '2026-05-20',
    });
  });

  it('comes back as it was', () => {
    const filter = { period: 'custom', from: '2026-02-01', to: '2026-02-28' } as const;
    const query = new URLSearchParams(addressOf(filter, { inbox: 'in_1', team: '' }));
    expect(periodFrom(query, 'week', opened)).toEqual(filter);
    expect(query.get('inbox')).toBe('in_1');
    expect(query.has('team')).toBe(false);
  });

  it('leaves out days that do not count', () => {
    expect(addressOf({ period: 'week', from: '2026-02-01', to: '2026-02-28' })).toBe(
      '?period=week',
    );
  });
});
