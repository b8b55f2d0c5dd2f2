import type { Message } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { inReadingOrder, timeline } from './timeline.ts';

let seq = 0;
function message(given: Partial<Message> & { minute: number }): Message {
  seq += 1;
  const { minute, ...rest } = given;
  return {
    id: `ms_${seq}`,
    conversation_id: 'cv_1',
    session_id: 'ss_1',
    seq,
    kind: 'text',
    author: { kind: 'contact', id: 'ct_1', name: 'Lin', avatar_url: null },
    text: '',
    blocks: [],
    quote: null,
    attachments: [],
    quick_replies: [],
    cards: [],
    mentions: [],
    system: null,
    client_id: null,
    delivery: 'sent',
    created_at: new Date(Date.UTC(2026, 0, 1, 8) + minute * 60_000).toISOString(),
    edited_at: null,
    recalled_at: null,
    revision: 1,
    ...rest,
  };
}

const agent = { kind: 'agent' as const, id: 'ag_1', name: 'Chen', avatar_url: null };
const isSameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

function check(
  messages: Message[],
  expected: string[],
  options: { seenSeq?: number | null; hasOlder?: boolean } = {},
) {
  const items = timeline({
    messages,
    hasOlder: options.hasOlder ?? false,
    seenSeq: options.seenSeq ?? null,
    isSameDay,
  });
  const shown = items.map((item) =>
    item.kind === 'group' || item.kind === 'system'
      ? `${item.kind}:${item.messages.length}`
      : item.kind,
  );
  expect(shown).toEqual(expected);
}

describe('timeline', () => {
  it('groups one author within five minutes and parts notes from replies', () => {
    check(
      [
        message({ minute: 0 }),
        message({ minute: 1 }),
        message({ minute: 2, author: agent }),
        message({ minute: 3, author: agent, kind: 'note' }),
        message({ minute: 12, author: agent, kind: 'note' }),
      ],
      ['day', 'session', 'group:2', 'group:1', 'group:1', 'group:1'],
    );
  });

  it('parts a whisper from the note before it', () => {
    check(
      [
        message({ minute: 0, author: agent, kind: 'note' }),
        message({ minute: 1, author: agent, kind: 'note', whisper_to: 'ag_2' }),
        message({ minute: 2, author: agent, kind: 'note', whisper_to: 'ag_2' }),
      ],
      ['day', 'session', 'group:1', 'group:2'],
    );
  });

  it('marks days and sessions', () => {
    check(
      [message({ minute: 0 }), message({ minute: 3 * 1440, session_id: 'ss_2' })],
      ['day', 'session', 'group:1', 'day', 'session', 'group:1'],
    );
  });

  it('does not claim a session begins where older messages are not loaded', () => {
    check([message({ minute: 0 })], ['day', 'group:1'], { hasOlder: true });
  });

  it('draws the new line once, before the first unseen message of the customer', () => {
    const first = message({ minute: 0 });
    check(
      [
        first,
        message({ minute: 1, author: agent }),
        message({ minute: 2 }),
        message({ minute: 3 }),
      ],
      ['day', 'session', 'group:1', 'group:1', 'new', 'group:2'],
      { seenSeq: first.seq },
    );
  });

  it('folds system lines that follow each other', () => {
    check(
      [
        message({ minute: 0, kind: 'system' }),
        message({ minute: 1, kind: 'system' }),
        message({ minute: 2 }),
      ],
      ['day', 'session', 'system:2', 'group:1'],
    );
  });

  it('shows a rating in its place', () => {
    check(
      [
        message({ minute: 0 }),
        message({ minute: 1, kind: 'system', system: { event: 'resolved' } }),
        message({ minute: 2, kind: 'system', system: { event: 'rated', params: { score: 4 } } }),
      ],
      ['day', 'session', 'group:1', 'system:1', 'rating'],
    );
  });

  it('tells that somebody took the conversation before it shows their answer', () => {
    const taken = (minute: number) =>
      message({
        minute,
        kind: 'system',
        author: agent,
        system: { event: 'assigned', params: { agent_id: 'ag_1', team_id: null } },
      });
    const order = (messages: Message[]) => inReadingOrder(messages).map((one) => one.kind);
    expect(
      order([message({ minute: 0 }), message({ minute: 1, author: agent }), taken(1)]),
    ).toEqual(['text', 'system', 'text']);
    expect(order([message({ minute: 1, author: agent }), taken(5)])).toEqual(['text', 'system']);
    expect(order([message({ minute: 1 }), taken(1)])).toEqual(['text', 'system']);
  });
});
