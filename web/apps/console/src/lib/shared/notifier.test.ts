import type { Conversation, Message } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { isWorthNotice } from './notifier.svelte.ts';

function event(
  author: string,
  options: { assignee?: string; mentions?: string[] } = {},
): EventFrame {
  return {
    t: 'event',
    seq: 1,
    type: 'message.created',
    at: '2026-01-01T00:00:00Z',
    actor: { kind: author, id: null },
    conversation: { assignee_id: options.assignee ?? null } as unknown as Conversation,
    message: {
      author: { kind: author === 'contact' ? 'contact' : 'agent', id: author, name: '' },
      mentions: options.mentions ?? [],
    } as unknown as Message,
  };
}

describe('notices', () => {
  it('follow the rule each person set', () => {
    const mine = event('contact', { assignee: 'ag_1' });
    const others = event('contact', { assignee: 'ag_2' });
    expect(isWorthNotice(mine, 'ag_1', 'mine')).toBe(true);
    expect(isWorthNotice(others, 'ag_1', 'mine')).toBe(false);
    expect(isWorthNotice(others, 'ag_1', 'all')).toBe(true);
    expect(isWorthNotice(mine, 'ag_1', 'none')).toBe(false);
  });

  it('always come when one is mentioned, never for one’s own words', () => {
    expect(isWorthNotice(event('ag_2', { mentions: ['ag_1'] }), 'ag_1', 'none')).toBe(true);
    expect(isWorthNotice(event('ag_1', { assignee: 'ag_1' }), 'ag_1', 'all')).toBe(false);
  });
});
