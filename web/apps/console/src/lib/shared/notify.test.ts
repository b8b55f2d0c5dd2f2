import type { Conversation, Message } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { defaultRules, isQuiet, noticeOf, readRules } from './notify.ts';

const ME = 'ag_1';

interface Given {
  data?: Record<string, unknown>;
  actor?: string;
  author?: 'contact' | 'agent';
  assignee?: string | null;
  mentions?: string[];
}

function check(type: string, given: Given, expected: string | null) {
  const author = given.author ?? 'contact';
  const event = {
    t: 'event',
    seq: 1,
    type,
    at: '2026-01-01T00:00:00Z',
    actor: { kind: author, id: given.actor ?? null },
    conversation: { assignee_id: given.assignee ?? null } as unknown as Conversation,
    message: {
      author: { kind: author, id: given.actor ?? 'ct_1', name: '' },
      mentions: given.mentions ?? [],
    } as unknown as Message,
    ...(given.data ? { data: given.data } : {}),
  } satisfies EventFrame;
  expect(noticeOf(event, ME)).toBe(expected);
}

describe('notices', () => {
  it('tell of what concerns the person', () => {
    check('message.created', { assignee: ME }, 'mine_reply');
    check('message.created', { assignee: 'ag_2' }, null);
    check('message.created', { author: 'agent', actor: 'ag_2', mentions: [ME] }, 'mention');
    check('conversation.assigned', { actor: 'ag_2', assignee: ME }, 'assigned_to_me');
    check('conversation.assigned', { actor: 'ag_2', assignee: 'ag_3' }, null);
    check('session.opened', { assignee: null }, 'new_unassigned');
    check('session.opened', { assignee: 'ag_2' }, null);
  });

  it('never tell people what they did themselves', () => {
    check('message.created', { author: 'agent', actor: ME, assignee: ME }, null);
    check('conversation.assigned', { actor: ME, assignee: ME }, null);
  });
});

describe('notices of time', () => {
  it('go to those the standard names', () => {
    check('deadline.warned', { data: { notify: ['ag_2', ME] } }, 'deadline');
    check('deadline.missed', { data: { notify: ['ag_2'] } }, null);
    check('deadline.missed', { assignee: ME }, null);
  });

  it('go to whoever sees to a promise', () => {
    check('promise.made', { actor: 'ag_2', data: { promise: { owner_id: ME } } }, 'promise');
    check('promise.made', { actor: ME, data: { promise: { owner_id: ME } } }, null);
    check('promise.broken', { data: { promise: { owner_id: 'ag_2' } } }, null);
    check('promise.broken', { data: { owner_id: ME } }, 'promise');
    check('promise.due_soon', { data: { promise: { owner_id: ME } } }, 'promise');
    check('promise.due_soon', { data: { promise: { owner_id: 'ag_2' } }, assignee: ME }, null);
    // Nobody's own: whoever has the customer is reminded.
    check('promise.due_soon', { data: { promise: { owner_id: null } }, assignee: ME }, 'promise');
    check('promise.due_soon', { data: { promise: { owner_id: null } } }, null);
    check('promise.kept', { actor: 'ag_2', data: { promise: { owner_id: ME } } }, null);
  });
});

describe('quiet hours', () => {
  const at = (hour: number, minute = 0) => new Date(2026, 0, 1, hour, minute);

  it('go over midnight', () => {
    const night = { from: '22:00', to: '08:30' };
    expect(
      [at(21, 59), at(22), at(3), at(8, 29), at(8, 30)].map((one) => isQuiet(night, one)),
    ).toEqual([false, true, true, true, false]);
  });

  it('lie within a day, too, and are none when nothing is set', () => {
    expect(isQuiet({ from: '12:00', to: '13:00' }, at(12, 30))).toBe(true);
    expect(isQuiet({ from: '12:00', to: '13:00' }, at(13))).toBe(false);
    expect(isQuiet({ from: '09:00', to: '09:00' }, at(9))).toBe(false);
    expect(isQuiet(null, at(3))).toBe(false);
  });
});

describe('rules that were kept', () => {
  it('are read with care', () => {
    expect(readRules('mine')).toEqual(defaultRules);
    expect(readRules({ mention: false, sound: 'loud', quiet_hours: { from: '22:00' } })).toEqual({
      ...defaultRules,
      mention: false,
    });
  });
});
