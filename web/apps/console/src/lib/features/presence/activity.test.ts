import { describe, expect, it } from 'vitest';
import { Activity, EVERY_MS } from './activity.ts';

function setup(kept = new Map<string, string>()) {
  const clock = { now: 1_000_000 };
  const reports: number[] = [];
  const activity = new Activity({
    report: async () => {
      reports.push(clock.now);
      return { ok: true };
    },
    now: () => clock.now,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    },
  });
  return { activity, clock, reports, kept };
}

describe('activity', () => {
  it('is reported at once, then at most once a minute while there is input', () => {
    const { activity, clock, reports } = setup();
    for (let second = 0; second < 150; second += 1) {
      activity.seen();
      clock.now += 1000;
    }
    expect(reports).toEqual([1_000_000, 1_060_000, 1_120_000]);
  });

  it('is not reported without input', () => {
    const { clock, reports } = setup();
    clock.now += 10 * EVERY_MS;
    expect(reports).toEqual([]);
  });

  it('is reported by one tab for all', () => {
    const one = setup();
    const other = setup(one.kept);
    one.activity.seen();
    other.clock.now += 30_000;
    other.activity.seen();
    expect(other.reports).toEqual([]);
    other.clock.now += 30_000;
    other.activity.seen();
    expect(other.reports).toEqual([1_060_000]);
  });

  it('is not silenced by a clock that was set back', () => {
    const { activity, reports, kept } = setup();
    kept.set('zhiyin.activity', '99000000');
    activity.seen();
    expect(reports).toHaveLength(1);
  });
});
