import type { AgentPresence, Presence, Result } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { Attendance, isDoubted } from './model.svelte.ts';

const ME = 'ag_1';

function presence(given: Partial<AgentPresence> = {}): AgentPresence {
  return {
    agent_id: ME,
    chosen: 'online',
    reason: null,
    effective: 'online',
    since: '2026-01-01T00:00:00Z',
    is_connected: true,
    is_on_shift: true,
    away_because: null,
    units_used: 2,
    units_total: 6,
    work: { chat: 1, call: 0, mail: 0, task: 0 },
    ...given,
  };
}

function setup(chosen: Presence) {
  const calls: string[] = [];
  const kept = new Map<string, string>();
  const told: string[] = [];
  let held = presence({ chosen, effective: chosen });
  const answer = (value: AgentPresence): Result<AgentPresence> => ({ ok: true, value });
  const attendance = new Attendance({
    api: {
      getPresence: async () => answer(held),
      setPresence: async (wanted, reason) => {
        calls.push(reason ? `${wanted}/${reason}` : wanted);
        held = presence({ chosen: wanted, effective: wanted, reason: reason ?? null });
        return answer(held);
      },
      listPresences: async () => ({ ok: true, value: { items: [held] } }),
      setPresenceOf: async (id, wanted, reason) =>
        answer(presence({ agent_id: id, effective: wanted, reason: reason ?? null })),
      reportActivity: async () => ({ ok: true, value: undefined }),
    },
    me: ME,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    onPresence: (id, shown) => told.push(`${id} ${shown}`),
  });
  return { attendance, calls, told };
}

const frame = (data: Record<string, unknown>): EventFrame => ({
  t: 'event',
  seq: 1,
  type: 'agent.presence_changed',
  at: '2026-01-01T00:00:00Z',
  actor: { kind: 'system', id: null },
  data,
});

describe('presence', () => {
  it('is online for who comes to the desk, and stays what was chosen otherwise', async () => {
    const fresh = setup('offline');
    await fresh.attendance.arrive();
    expect(fresh.calls).toEqual(['online']);
    const busy = setup('busy');
    await busy.attendance.arrive();
    expect(busy.calls).toEqual([]);
    expect(busy.attendance.mine?.effective).toBe('busy');
  });

  it('stays offline over a reload when somebody said so', async () => {
    const { attendance, calls } = setup('online');
    await attendance.choose('offline');
    await attendance.arrive();
    expect(calls).toEqual(['offline']);
    await attendance.choose('break', 'meal');
    expect(calls.at(-1)).toBe('break/meal');
  });

  it('is set for somebody else, with what a break is for', async () => {
    const { attendance, told } = setup('online');
    await attendance.force('ag_2', 'break', 'training');
    expect(attendance.of('ag_2')).toMatchObject({ effective: 'break', reason: 'training' });
    await attendance.force('ag_2', 'busy');
    expect(attendance.of('ag_2')?.reason).toBeNull();
    expect(told).toEqual(['ag_2 break', 'ag_2 busy']);
    expect(attendance.mine).toBeNull();
  });

  it('follows what the system believes, of everybody', () => {
    const { attendance, told } = setup('online');
    attendance.onEvent(
      frame({ presence: presence({ effective: 'away', away_because: 'missed_offers' }) }),
    );
    expect(attendance.mine?.away_because).toBe('missed_offers');
    expect(attendance.mine && isDoubted(attendance.mine)).toBe(true);
    attendance.onEvent(frame({ presence: presence({ agent_id: 'ag_2', effective: 'busy' }) }));
    expect(attendance.of('ag_2')?.effective).toBe('busy');
    expect(told).toEqual(['ag_1 away', 'ag_2 busy']);
    attendance.onEvent(frame({ presence: 'online' }));
    expect(told).toHaveLength(2);
  });
});
