import type { ClockProgress, Conversation, Deadline, Journey } from '@zhiyin/api';
import { loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import { chiefClock, durationText, metricName, readClock, readStep, rowClock } from './clock.ts';

const FETCHED = new Date('2026-01-05T09:00:00Z');
const after = (seconds: number) => new Date(FETCHED.getTime() + seconds * 1000);
const at = (seconds: number) => after(seconds).toISOString();

const clock = (given: Partial<ClockProgress>): ClockProgress => ({
  metric: 'first_response',
  used_s: 10,
  target_s: 30,
  due_at: at(20),
  running: 'running',
  is_breached: false,
  ...given,
});

describe('a clock', () => {
  const read = (given: Partial<ClockProgress>, seconds: number) =>
    readClock(clock(given), FETCHED, after(seconds));

  it('goes on counting between two answers of the server', () => {
    expect(read({}, 0)).toMatchObject({ usedS: 10, leftS: 20, urgency: 'calm' });
    expect(read({}, 12)).toMatchObject({ usedS: 22, leftS: 8, urgency: 'soon' });
    expect(read({}, 25)).toMatchObject({ usedS: 35, leftS: -5, urgency: 'late' });
  });

  it('does not count a night as time that is used', () => {
    // Two minutes of business time are left, and sixteen hours until then.
    const night = { used_s: 60, target_s: 180, due_at: at(16 * 3600) };
    const later = read(night, 3600);
    expect(later).toMatchObject({ usedS: 60, isContinuous: false, urgency: 'calm' });
    expect(later.leftS).toBe(15 * 3600);
  });

  it('stands still while it is paused and when it is done', () => {
    expect(read({ running: 'paused', due_at: null }, 600)).toMatchObject({
      usedS: 10,
      leftS: null,
      urgency: 'calm',
    });
    expect(read({ running: 'stopped', due_at: null, is_breached: true }, 600)).toMatchObject({
      usedS: 10,
      urgency: 'late',
    });
  });

  it('is late as soon as the server says so', () => {
    expect(read({ is_breached: true }, 0).urgency).toBe('late');
  });
});

describe('the clock that matters most', () => {
  const chief = (...clocks: Partial<ClockProgress>[]) =>
    chiefClock({ clocks: clocks.map(clock) } as Journey, FETCHED, FETCHED)?.metric;
  const resolution = { metric: 'resolution', target_s: 28_800, due_at: at(28_790) } as const;

  it('is one that is missed, else what is due next, else one that stands still', () => {
    expect(chief(resolution, {})).toBe('first_response');
    expect(chief({ due_at: at(-40), is_breached: true }, resolution)).toBe('first_response');
    expect(chief({ ...resolution, due_at: at(5), is_breached: true }, {})).toBe('resolution');
    expect(chief({ running: 'stopped' }, { ...resolution, running: 'paused', due_at: null })).toBe(
      'resolution',
    );
    expect(chief({ running: 'stopped' })).toBeUndefined();
  });
});

describe('a step', () => {
  const step = (given: Partial<Journey['steps'][number]>) => ({
    step: 'triage' as const,
    entered_at: at(-5),
    left_at: null,
    used_s: 5,
    target_s: 10,
    due_at: at(5),
    is_breached: false,
    visits: 1,
    ...given,
  });

  it('counts only while somebody is in it', () => {
    expect(readStep(step({}), false, FETCHED, after(3))).toMatchObject({ usedS: 8, share: 0.8 });
    expect(readStep(step({}), false, FETCHED, after(6)).isLate).toBe(true);
    expect(readStep(step({ left_at: at(0) }), false, FETCHED, after(60))).toMatchObject({
      usedS: 5,
      isLate: false,
    });
    expect(readStep(step({}), true, FETCHED, after(3)).usedS).toBe(5);
  });

  it('stands still with its limit, over a night or while it is paused', () => {
    expect(readStep(step({ due_at: null }), false, FETCHED, after(3)).usedS).toBe(5);
    expect(readStep(step({ due_at: at(50_000) }), false, FETCHED, after(3)).usedS).toBe(5);
    expect(readStep(step({ target_s: null, due_at: null }), false, FETCHED, after(3)).usedS).toBe(
      8,
    );
  });

  it('has no share where it has no limit', () => {
    expect(readStep(step({ target_s: null }), false, FETCHED, FETCHED).share).toBeNull();
  });
});

describe('the number in a row', () => {
  const now = FETCHED;
  const row = (waiting: string | null, deadline: Deadline | null, kind = 'open') =>
    ({ status: { kind }, waiting_since: waiting, deadline }) as Conversation;
  const due = (seconds: number, metric: Deadline['metric'] = 'next_response') => ({
    metric,
    due_at: at(seconds),
    is_breached: false,
  });
  const check = (given: Conversation, isByDeadline: boolean, expected: object | null) => {
    const found = rowClock(given, isByDeadline, now);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  };

  it('is the wait, coloured by what is due', () => {
    check(row(at(-5), due(25)), false, { kind: 'waiting', seconds: 5, urgency: 'calm' });
    check(row(at(-20), due(10)), false, { kind: 'waiting', seconds: 20, urgency: 'soon' });
    check(row(at(-40), due(-10)), false, { kind: 'waiting', seconds: 40, urgency: 'late' });
    check(row(at(-40), { ...due(28_000, 'resolution'), is_breached: true }), false, {
      kind: 'waiting',
      urgency: 'late',
    });
  });

  it('is never red without a limit that was missed', () => {
    check(row(at(-60), null), false, { urgency: 'calm', metric: null });
    check(row(at(-6000), null), false, { urgency: 'soon' });
  });

  it('is what is left where the list is ordered by it', () => {
    check(row(at(-5), due(25)), true, { kind: 'due', leftS: 25, urgency: 'soon' });
    check(row(null, due(7200, 'resolution')), true, { kind: 'due', leftS: 7200, urgency: 'calm' });
    check(row(at(-5), { ...due(0), due_at: null }), true, { kind: 'waiting' });
  });

  it('is shown of something else only when it is near', () => {
    check(row(null, due(7200, 'resolution')), false, null);
    check(row(null, due(1200, 'resolution')), false, { kind: 'due', urgency: 'soon' });
    check(row(null, due(-60, 'resolution')), false, { kind: 'due', urgency: 'late' });
    check(row(at(-60), due(-60), 'resolved'), true, null);
  });
});

describe('words', () => {
  it('name lengths of time by their two largest units', async () => {
    const [en, zh] = await Promise.all([loadTranslate('en'), loadTranslate('zh-CN')]);
    expect([30, 90, 5400, 28_800, 90_000, 604_800, 0].map((s) => durationText(en, s))).toEqual([
      '30 s',
      '1 min 30 s',
      '1 h 30 min',
      '8 h',
      '1 day 1 h',
      '7 days',
      '0 s',
    ]);
    expect(durationText(en, 86_460)).toBe('1 day');
    expect(durationText(zh, 5400)).toBe('1 小时 30 分钟');
    expect(metricName(en, 'step.after_care')).toBe('Step: After-care');
    expect(metricName(zh, 'next_response')).toBe('后续响应');
  });
});
