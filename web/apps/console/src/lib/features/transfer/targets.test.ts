import type { Agent, AgentPresence, Presence } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { agentTargets } from './targets.ts';

const agent = (id: string, presence: Presence, is_active = true) =>
  ({ id, display_name: id, presence, is_active }) as unknown as Agent;

const seen = (id: string, effective: Presence, used: number, is_on_shift = true) =>
  [id, { agent_id: id, effective, units_used: used, units_total: 6, is_on_shift }] as [
    string,
    AgentPresence,
  ];

describe('whom a conversation can be transferred to', () => {
  it('are first those at work, the freest before; absent ones stand last and are marked', () => {
    const targets = agentTargets(
      [
        agent('away', 'away'),
        agent('full', 'online'),
        agent('free', 'online'),
        agent('gone', 'online', false),
        agent('me', 'online'),
        agent('night', 'online'),
      ],
      new Map([
        seen('full', 'online', 6),
        seen('free', 'online', 0),
        seen('night', 'online', 0, false),
      ]),
      ['me', null],
    );
    expect(targets.map((one) => `${one.agent.id}${one.isAtWork ? '' : ' absent'}`)).toEqual([
      'free',
      'full',
      'night absent',
      'away absent',
    ]);
  });

  it('are judged by what the system believes, not by what was chosen', () => {
    const [one] = agentTargets([agent('a', 'online')], new Map([seen('a', 'away', 0)]), []);
    expect(one?.isAtWork).toBe(false);
  });
});
