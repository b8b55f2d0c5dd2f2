import type { ApiError, Result, Wallboard } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { EVERY_MS, levelUrgency, pageOf, waitUrgency, WallboardModel } from './model.svelte.ts';

const board = { at: '2026-01-01T00:00:00Z' } as Wallboard;
const down: Result<Wallboard> = { ok: false, error: { code: 'network' } as ApiError };

function setup() {
  const clock = { now: 0 };
  const asked: number[] = [];
  const timers: { run: () => void; at: number; id: number }[] = [];
  const answer: { value: Result<Wallboard> } = { value: { ok: true, value: board } };
  const model = new WallboardModel({
    api: {
      getWallboard: async () => {
        asked.push(clock.now);
        return answer.value;
      },
    },
    now: () => clock.now,
    timers: {
      set: (run, ms) => {
        const id = timers.length + 1 + clock.now;
        timers.push({ run, at: clock.now + ms, id });
        return id;
      },
      clear: (handle) => {
        const at = timers.findIndex((timer) => timer.id === handle);
        if (at >= 0) timers.splice(at, 1);
      },
    },
    random: () => 1,
  });
  const pass = async (ms: number) => {
    const end = clock.now + ms;
    for (;;) {
      await new Promise((done) => queueMicrotask(() => done(null)));
      const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      clock.now = next.at;
      timers.splice(timers.indexOf(next), 1);
      next.run();
    }
    clock.now = end;
    await Promise.resolve();
    await Promise.resolve();
  };
  return { model, asked, answer, clock, pass, timers };
}

describe('the wallboard', () => {
  it('asks every five seconds', async () => {
    const { model, asked, pass } = setup();
    model.start();
    await pass(16_000);
    expect(asked).toEqual([0, 5_000, 10_000, 15_000]);
    expect(model.board).toBe(board);
    expect(model.receivedAt).toBe(15_000);
  });

  it('asks less and less often while nobody answers, keeps the old figures, and recovers', async () => {
    const { model, asked, answer, pass } = setup();
    model.start();
    await pass(1_000);
    answer.value = down;
    await pass(200_000);
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(gaps.slice(0, 5)).toEqual([EVERY_MS, 10_000, 20_000, 40_000, 60_000]);
    expect(Math.max(...gaps)).toBe(60_000);
    expect(model.board).toBe(board);
    expect(model.error?.code).toBe('network');
    answer.value = { ok: true, value: board };
    model.hurry();
    await pass(10_000);
    expect(model.error).toBeNull();
    const last = asked.slice(-3);
    expect((last[2] ?? 0) - (last[1] ?? 0)).toBe(EVERY_MS);
  });

  it('is quiet when it was left', async () => {
    const { model, asked, timers, pass } = setup();
    model.start();
    await pass(6_000);
    const before = asked.length;
    model.stop();
    await pass(60_000);
    expect(asked).toHaveLength(before);
    expect(timers).toEqual([]);
  });

  it('runs for days with one timer', async () => {
    const { model, timers, pass, asked } = setup();
    model.start();
    await pass(24 * 3600 * 1000);
    expect(asked.length).toBeGreaterThan(17_000);
    expect(timers).toHaveLength(1);
  });
});

describe('what a figure means', () => {
  it('is judged against the target', () => {
    expect([null, 10, 25, 31].map((s) => waitUrgency(s, 30))).toEqual([
      'calm',
      'calm',
      'soon',
      'late',
    ]);
    const level = (goal: number) => (share: number | null) => levelUrgency(share, goal);
    expect([null, 0.9, 0.7, 0.2].map(level(80))).toEqual(['calm', 'calm', 'soon', 'late']);
    expect([0.9, 0.796, 0.7, 0.2].map(level(95))).toEqual(['soon', 'soon', 'late', 'late']);
    expect([0.796, 0.794].map(level(80))).toEqual(['calm', 'soon']);
    expect([0.05, 0].map(level(1))).toEqual(['calm', 'soon']);
  });

  it('is shown in turns when there are many queues', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'];
    expect(pageOf(rows, 6, 3)).toEqual(rows);
    expect([0, 1, 2, 3].map((turn) => pageOf(rows, 2, turn).join(''))).toEqual([
      'ab',
      'cd',
      'e',
      'ab',
    ]);
  });
});
