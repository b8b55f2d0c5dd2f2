import type { ApiError, Floor, FloorAgent, Presence, ReassignResult, Result } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { FloorModel, presenceChoices, REASSIGN_MAX } from './model.svelte.ts';

const agent = (id: string, effective: Presence, used: number, conversations: string[] = []) =>
  ({
    agent_id: id,
    effective,
    units_used: used,
    units_total: 6,
    since: '2026-01-01T00:00:00Z',
    conversations: conversations.map((one) => ({ id: one })),
  }) as unknown as FloorAgent;

function setup(agents: FloorAgent[]) {
  const calls: string[] = [];
  const timers: { run: () => void; ms: number; id: number }[] = [];
  let next = 1;
  const held: { floor: Floor; reassigned: Result<ReassignResult> } = {
    floor: {
      agents,
      queues: [
        { id: 'qu_1', name: 'A', waiting: 2, longest_waiting_s: 40, oldest_conversation_id: null },
        { id: 'qu_2', name: 'B', waiting: 1, longest_waiting_s: 10, oldest_conversation_id: null },
      ],
    },
    reassigned: { ok: true, value: { done: [], failed: [] } },
  };
  const model = new FloorModel({
    api: {
      getFloor: async () => {
        calls.push('floor');
        return { ok: true, value: held.floor };
      },
      listQueueItems: async (id) => {
        calls.push(`line ${id}`);
        return { ok: true, value: { items: [] } };
      },
      reassign: async (ids, to) => {
        calls.push(`${ids.join('+')} to ${to.id}`);
        return held.reassigned;
      },
    },
    timers: {
      set: (run, ms) => {
        timers.push({ run, ms, id: next });
        return next++;
      },
      clear: (handle) => {
        const at = timers.findIndex((timer) => timer.id === handle);
        if (at >= 0) timers.splice(at, 1);
      },
    },
    fail: (error: ApiError) => calls.push(error.code),
  });
  return { model, calls, timers, held };
}

const event = (type: string): EventFrame => ({
  t: 'event',
  seq: 1,
  type,
  at: '2026-01-01T00:00:00Z',
  actor: { kind: 'system', id: null },
});

describe('the floor', () => {
  it('groups people by what the system takes them for, the busiest first', async () => {
    const { model } = setup([
      agent('idle', 'online', 0),
      agent('gone', 'offline', 0),
      agent('full', 'online', 6),
    ]);
    await model.load();
    const names = model.groups.map((group) => [
      group.presence,
      ...group.agents.map((one) => one.agent_id),
    ]);
    expect(names).toEqual([
      ['online', 'full', 'idle'],
      ['offline', 'gone'],
    ]);
    expect(model.waiting).toBe(3);
  });

  it('puts the line in which somebody waits the longest first', async () => {
    const { model, held } = setup([]);
    const [first, second] = held.floor.queues;
    if (!first || !second) throw new Error('two queues are needed');
    const empty = { ...first, id: 'qu_0', waiting: 0, longest_waiting_s: null };
    held.floor.queues = [empty, { ...second, longest_waiting_s: 90 }, first];
    await model.load();
    expect(model.queues.map((one) => one.id)).toEqual(['qu_2', 'qu_1', 'qu_0']);
  });

  it('is fetched again once changes rest, with one timer for many of them', async () => {
    const { model, calls, timers } = setup([]);
    await model.load();
    for (const type of ['queue_item.entered', 'message.created', 'agent.presence_changed'])
      model.onEvent(event(type));
    model.onEvent(event('tag.created'));
    expect(timers.map((timer) => timer.ms)).toEqual([15_000, 600]);
    timers.find((timer) => timer.ms === 600)?.run();
    await Promise.resolve();
    expect(calls).toEqual(['floor', 'floor']);
  });

  it('shows the line of one queue at a time', async () => {
    const { model, calls } = setup([]);
    await model.load();
    await model.toggleQueue('qu_1');
    await model.toggleQueue('qu_2');
    expect(model.openQueue).toBe('qu_2');
    await model.toggleQueue('qu_2');
    expect(model.openQueue).toBeNull();
    expect(calls).toEqual(['floor', 'line qu_1', 'line qu_2']);
  });

  it('selects one, or all of somebody, up to the limit', async () => {
    const many = Array.from({ length: REASSIGN_MAX + 5 }, (_, i) => `cv_${i}`);
    const { model } = setup([
      agent('a', 'online', 2, ['cv_x', 'cv_y']),
      agent('b', 'away', 0, many),
    ]);
    await model.load();
    model.toggle('cv_x');
    model.toggleAgent('a');
    expect([...model.selected]).toEqual(['cv_x', 'cv_y']);
    model.toggleAgent('a');
    expect(model.selected.size).toBe(0);
    model.toggleAgent('b');
    expect(model.selected.size).toBe(REASSIGN_MAX);
  });

  it('reassigns, and keeps what did not work selected with its reason', async () => {
    const { model, held, calls } = setup([agent('a', 'offline', 0, ['cv_1', 'cv_2'])]);
    await model.load();
    model.toggleAgent('a');
    const failed = [{ id: 'cv_2', code: 'agent-absent', detail: 'Away.' }];
    held.reassigned = { ok: true, value: { done: ['cv_1'], failed } };
    await model.reassign({ kind: 'agent', id: 'ag_2' });
    expect(calls).toContain('cv_1+cv_2 to ag_2');
    expect([...model.selected]).toEqual(['cv_2']);
    expect(model.failed).toEqual(failed);
  });

  it('forgets the selection of what is gone', async () => {
    const { model, held } = setup([agent('a', 'online', 2, ['cv_1', 'cv_2'])]);
    await model.load();
    model.toggleAgent('a');
    held.floor = { ...held.floor, agents: [agent('a', 'online', 2, ['cv_2'])] };
    await model.load();
    expect([...model.selected]).toEqual(['cv_2']);
  });
});

describe('what somebody can be set to', () => {
  const chosen = (presence: Presence, reason: FloorAgent['reason']) =>
    presenceChoices({ chosen: presence, reason })
      .filter((one) => one.isChosen)
      .map((one) => one.id);

  it('names what a break is for, and offers none without', () => {
    const choices = presenceChoices({ chosen: 'online', reason: null });
    expect(choices.filter((one) => one.presence === 'break').every((one) => one.reason)).toBe(true);
    expect(choices.find((one) => one.id === 'break-meal')).toMatchObject({
      presence: 'break',
      reason: 'meal',
    });
    expect(new Set(choices.map((one) => one.id)).size).toBe(choices.length);
  });

  it('marks one of them, also a break of which nobody said what it is for', () => {
    expect(chosen('online', null)).toEqual(['online']);
    expect(chosen('break', 'training')).toEqual(['break-training']);
    expect(chosen('break', null)).toEqual(['break-other']);
  });
});
