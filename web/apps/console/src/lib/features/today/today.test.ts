import type { Today } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { caseEvent, someCase } from '$lib/features/cases/fixtures.ts';
import { TodayModel } from './model.svelte.ts';

const nothing: Today = {
  asked: [],
  overdue: [],
  due: [],
  waiting: [],
  promises: [],
  tasks: [],
  approvals: [],
  counts: { open_cases: 0, open_promises: 0 },
};
const settle = () => new Promise((done) => setTimeout(done, 0));

function open(value: Today, canWork = true) {
  const calls = { today: 0, followUps: 0 };
  const timers = new Map<number, () => void>();
  let handle = 0;
  const model = new TodayModel({
    api: {
      getToday: async () => {
        calls.today += 1;
        return { ok: true, value };
      },
    },
    handling: {
      listMyFollowUps: async () => {
        calls.followUps += 1;
        return { ok: true, value: { items: [], next: null } };
      },
    },
    canWork,
    timers: {
      set: (run) => {
        handle += 1;
        timers.set(handle, run);
        return handle;
      },
      clear: (one) => void timers.delete(one),
    },
  });
  const fire = () => {
    const last = [...timers.values()].at(-1);
    last?.();
  };
  return { model, calls, fire, timers };
}

describe('today', () => {
  it('is empty when there is nothing to see to', async () => {
    const { model } = open(nothing);
    expect(model.isEmpty).toBe(false);
    await settle();
    expect(model.isEmpty).toBe(true);
    const { model: busy } = open({ ...nothing, asked: [someCase({ id: 'a' })] });
    await settle();
    expect(busy.isEmpty).toBe(false);
  });

  it('is fetched again once after several changes, and by the clock', async () => {
    const { model, calls, fire, timers } = open(nothing);
    await settle();
    model.onEvent(caseEvent('case.changed', null));
    model.onEvent(caseEvent('promise.kept', null));
    model.onEvent(caseEvent('message.created', null));
    expect(timers.size).toBe(2);
    fire();
    await settle();
    expect(calls.today).toBe(2);
    model.dispose();
  });

  it('does not ask for call backs where nobody may make them', async () => {
    const { calls } = open(nothing, false);
    await settle();
    expect(calls).toEqual({ today: 1, followUps: 0 });
  });
});
