import type { Api, Conversation, Message, Page, Result } from '@zhiyin/api';
import type { EventFrame, ViewSpec } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { Live } from './live.svelte.ts';

const open: ViewSpec = { view: 'all', status: 'open', sort: 'recent' };

const row = (id: string, version = 1, day = 1): Conversation =>
  ({
    id,
    version,
    status: { kind: 'open' },
    tag_ids: [],
    assignee_id: null,
    waiting_since: null,
    last_activity_at: `2026-01-0${day}T00:00:00Z`,
  }) as unknown as Conversation;

const text = (seq: number): Message =>
  ({
    id: `ms_${seq}`,
    conversation_id: 'cv_1',
    seq,
    revision: 1,
    mentions: [],
  }) as unknown as Message;

const event = (seq: number, given: Partial<EventFrame>): EventFrame => ({
  t: 'event',
  seq,
  type: 'conversation.assigned',
  at: '2026-01-01T00:00:00Z',
  actor: { kind: 'system', id: null },
  ...given,
});

function setup(pages: Conversation[][], talk: Message[][] = []) {
  const calls = { lists: 0, messages: 0 };
  const page = <T>(items: T[]): Result<Page<T>> => ({ ok: true, value: { items, next: null } });
  const api = {
    listConversations: async () => {
      calls.lists += 1;
      return page(pages.shift() ?? []);
    },
    listMessages: async () => {
      calls.messages += 1;
      return page(talk.shift() ?? [text(1)]);
    },
    getConversation: async () => ({ ok: true, value: row('cv_1') }),
    getCounters: async () => ({
      ok: true,
      value: { inboxes: [], teams: [], mine_open: 0, mentions_unseen: 0 },
    }),
  } as unknown as Api;
  const live = new Live(api, 'ag_1', { onEvent: () => undefined, onSignal: () => undefined });
  const ids = () => live.rows(open).map((one) => one.id);
  return { live, calls, ids };
}

const settle = () => new Promise((done) => setTimeout(done, 0));

describe('live state', () => {
  it('fetches a view once and keeps it by events', async () => {
    const { live, calls, ids } = setup([[row('cv_1')]]);
    await live.openList(open);
    await live.openList(open);
    expect(calls.lists).toBe(1);
    live.onEvents([event(1, { conversation: row('cv_2', 1, 2) })]);
    expect(ids()).toEqual(['cv_2', 'cv_1']);
    live.dispose();
  });

  it('fetches everything shown again after a reset', async () => {
    const { live, calls, ids } = setup([[row('cv_1')], [row('cv_3')]]);
    await live.openList(open);
    await live.openConversation('cv_1');
    live.onReset();
    await settle();
    expect(calls).toEqual({ lists: 2, messages: 2 });
    expect(ids()).toEqual(['cv_3']);
    live.dispose();
  });

  it('fetches once more what was read before a message that leaves a gap', async () => {
    const { live, calls } = setup([], [[text(1)], [text(1), text(2)], [text(1), text(2), text(3)]]);
    await live.openConversation('cv_1');
    // Under way: read before the third message, which the stream brings first.
    live.onReset();
    live.onEvents([event(9, { type: 'message.created', message: text(3) })]);
    await settle();
    expect(calls.messages).toBe(3);
    expect(live.messages('cv_1')?.items.map((one) => one.seq)).toEqual([1, 2, 3]);
    live.dispose();
  });

  it('misses no message that arrives while a conversation is fetched', async () => {
    const { live } = setup([]);
    const opening = live.openConversation('cv_1');
    live.onEvents([event(1, { type: 'message.created', message: text(2) })]);
    await opening;
    expect(live.messages('cv_1')?.items.map((one) => one.seq)).toEqual([1, 2]);
    live.dispose();
  });
});
