import type { Conversation, Journey, Result } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JourneyModel } from './model.svelte.ts';

const journey = {
  session_id: 'ss_1',
  step: 'response',
  steps: [],
  clocks: [],
} as unknown as Journey;
const event = (given: Partial<EventFrame>): EventFrame => ({
  t: 'event',
  seq: 1,
  type: 'message.created',
  at: '2026-01-01T00:00:00Z',
  actor: { kind: 'system', id: null },
  ...given,
});

describe('the journey of a conversation', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setup(
    stage: Result<Conversation> = { ok: true, value: { id: 'cv_1' } as Conversation },
  ) {
    const calls = { loads: 0, taken: [] as unknown[], failed: [] as unknown[] };
    const model = new JourneyModel('cv_1', {
      api: {
        getJourney: async () => {
          calls.loads += 1;
          return { ok: true, value: journey };
        },
        setStage: async () => stage as never,
        setWaitingOn: async () => stage as never,
      },
      take: (result) => void calls.taken.push(result),
      fail: (error) => void calls.failed.push(error),
      now: () => new Date('2026-01-01T00:00:00Z'),
    });
    return { model, calls };
  }

  it('is fetched once for several things that happen at once', async () => {
    const { model, calls } = setup();
    await vi.runAllTimersAsync();
    expect(calls.loads).toBe(1);
    model.onEvent(event({ conversation: { id: 'cv_1' } as Conversation }));
    model.onEvent(event({ type: 'deadline.warned', data: { conversation_id: 'cv_1' } }));
    model.onEvent(event({ type: 'setting.changed', data: { kind: 'standard' } }));
    await vi.runAllTimersAsync();
    expect(calls.loads).toBe(2);
  });

  it('does not care for what happens elsewhere', async () => {
    const { model, calls } = setup();
    await vi.runAllTimersAsync();
    model.onEvent(event({ conversation: { id: 'cv_2' } as Conversation }));
    model.onEvent(event({ type: 'setting.changed', data: { kind: 'tag' } }));
    await vi.runAllTimersAsync();
    expect(calls.loads).toBe(1);
  });

  it('takes the row a command answers with, or tells that it failed', async () => {
    const good = setup();
    expect(await good.model.setStage('pre_sales')).toBe(true);
    expect(good.calls.taken).toHaveLength(1);
    const bad = setup({ ok: false, error: { code: 'forbidden' } as never });
    expect(await bad.model.setWaitingOn('third_party')).toBe(false);
    expect(bad.calls.failed).toEqual([{ code: 'forbidden' }]);
    expect(bad.model.isSaving).toBe(false);
  });

  it('asks for nothing more once it is gone', async () => {
    const { model, calls } = setup();
    await vi.runAllTimersAsync();
    model.reloadSoon();
    model.dispose();
    await vi.runAllTimersAsync();
    expect(calls.loads).toBe(1);
  });
});
