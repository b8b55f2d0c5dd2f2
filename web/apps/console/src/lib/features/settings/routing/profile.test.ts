import type { AgentProfile } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { bodyOf, fits, usualCapacity } from './profile.ts';

const profile = (capacity: AgentProfile['capacity']): AgentProfile => ({
  agent_id: 'ag_1',
  skills: [{ skill_id: 'sk_1', level: 3 }],
  languages: ['zh-CN'],
  capacity,
  calendar_id: null,
  version: 1,
});

describe('what an agent does at once', () => {
  it('is three chats or one call by default', () => {
    expect(fits(usualCapacity)).toEqual({ chat: 3, call: 1, mail: 6, task: 6 });
  });

  it('respects the upper number of a kind, and kinds that are not taken', () => {
    const capacity = { units: 10, costs: { chat: 2, mail: 1 }, most: { mail: 4 } };
    expect(fits(capacity)).toEqual({ chat: 5, call: null, mail: 4, task: null });
  });

  it('is sent as whole numbers within the limits', () => {
    const body = bodyOf(profile({ units: 5000, costs: { chat: 0, call: 2.6 }, most: { task: 3 } }));
    expect(body.capacity).toEqual({ units: 1000, costs: { chat: 1, call: 3 }, most: {} });
    expect(body).not.toHaveProperty('agent_id');
    expect(body.version).toBe(1);
  });
});
