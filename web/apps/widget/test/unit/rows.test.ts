import { describe, expect, it } from 'vitest';
import {
  arrivals,
  isBotsTurn,
  isRatingOpen,
  merge,
  newer,
  take,
  unreadOf,
} from '../../src/chunks/talk/rows';
import type { Message, QueuePlace } from '../../src/panel/dto';
import { initialState, needsForm } from '../../src/panel/state';
import type { State } from '../../src/panel/state';
import { conversation, message, ours, outgoing } from './fakes';

const state = (changes: Partial<State>): State => ({ ...initialState, ...changes });

describe('merge', () => {
  it('keeps the row with the higher revision, whatever comes last', () => {
    const edited = message(1, { text: 'edited', revision: 9 });
    expect(merge([edited], [message(1)])).toEqual([edited]);
    expect(merge([message(1)], [edited])).toEqual([edited]);
  });

  it('keeps order by place', () => {
    const rows = merge([message(2)], [message(5), message(3)]);
    expect(rows.map(({ seq }) => seq)).toEqual([2, 3, 5]);
  });

  it('leaves out an edit of a message older than what is loaded', () => {
    expect(merge([message(40)], [message(3, { revision: 99 })], true)).toHaveLength(1);
  });

  it('takes in an earlier page', () => {
    const rows = merge([message(40)], [message(38), message(39)]);
    expect(rows.map(({ seq }) => seq)).toEqual([38, 39, 40]);
  });
});

describe('take', () => {
  it('removes from the outbox what has arrived, by client id', () => {
    const before = state({ outbox: [outgoing('a'), outgoing('b')] });
    const after = { ...before, ...take(before, [ours(1, 'a')]) };
    expect(after.outbox.map((entry) => entry.client_id)).toEqual(['b']);
    expect(after.messages).toHaveLength(1);
  });

  it('shows a message once, though answer and event both bring it', () => {
    let it_ = state({ outbox: [outgoing('a')] });
    it_ = { ...it_, ...take(it_, [ours(1, 'a')]) };
    it_ = { ...it_, ...take(it_, [ours(1, 'a', { revision: 2 })], conversation({ revision: 2 })) };
    expect(it_.messages).toHaveLength(1);
    expect(it_.outbox).toEqual([]);
  });

  it('does not go back to an older conversation', () => {
    const known = conversation({ revision: 5 });
    expect(newer(known, conversation({ revision: 4 }))).toBe(known);
    expect(newer(known, conversation({ id: 'cv_2', revision: 1 }))?.id).toBe('cv_2');
  });

  it('comes to the same state in any order of frames', () => {
    const frames: Message[][] = [
      [ours(1, 'a', { revision: 1 })],
      [message(2, { revision: 2 })],
      [message(2, { revision: 4, text: 'edited' })],
      [ours(3, 'b', { revision: 3 })],
      [message(2, { revision: 5, recalled_at: 'x', text: '' })],
    ];
    const fresh = merge(
      [],
      [ours(1, 'a', { revision: 1 }), ...(frames[4] ?? []), ...(frames[3] ?? [])],
    );
    let seed = 7;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 50; round++) {
      const order = [...frames].sort(() => random() - 0.5);
      // The first page is always loaded before the stream begins.
      let it_ = state({ messages: frames[0] ?? [], outbox: [outgoing('a'), outgoing('b')] });
      for (const frame of [...order, ...order.slice(0, 2)]) it_ = { ...it_, ...take(it_, frame) };
      expect(it_.messages).toEqual(fresh);
      expect(it_.outbox).toEqual([]);
    }
  });
});

describe('what is news', () => {
  it('is what others wrote after the last known message', () => {
    const after = [message(1), ours(2, 'a'), message(3), message(4, { kind: 'system' })];
    expect(arrivals([message(1)], after).map(({ seq }) => seq)).toEqual([3]);
  });

  it('is counted until it was seen', () => {
    const messages = [message(1), ours(2, 'a'), message(3), message(4)];
    expect(unreadOf(state({ messages, conversation: conversation({ contact_seen_seq: 1 }) }))).toBe(
      2,
    );
    expect(unreadOf(state({ messages, conversation: conversation({ contact_seen_seq: 4 }) }))).toBe(
      0,
    );
    expect(unreadOf(state({ messages }))).toBe(0);
  });
});

const dimensions = {
  accurate: null,
  convenient: null,
  fast: null,
  comfortable: null,
  attitude: null,
};

describe('the rating', () => {
  const over = (score: number | null, mayRate = score === null) =>
    conversation({
      session: {
        id: 'ss_1',
        step: 'feedback',
        rating: score
          ? { score, dimensions, at: '2026-11-08T08:00:00Z', by_link: false, earlier: [] }
          : null,
        is_resolved: true,
        may_rate: mayRate,
      },
    });

  it('is asked for once a session is over, when the server says so', () => {
    expect(isRatingOpen(state({ conversation: conversation() }))).toBe(false);
    expect(isRatingOpen(state({ conversation: over(null) }))).toBe(true);
    expect(isRatingOpen(state({ conversation: over(4) }))).toBe(false);
    expect(isRatingOpen(state({ conversation: over(null, false) }))).toBe(false);
  });

  it('stays while details are added, and goes when put away', () => {
    const given = over(4);
    const rating = { session: 'ss_1', isDone: false };
    expect(isRatingOpen(state({ conversation: given, rating }))).toBe(true);
    expect(isRatingOpen(state({ conversation: given, rating: { ...rating, isDone: true } }))).toBe(
      false,
    );
  });

  it('can be given by hand when it is not asked for', () => {
    const rating = { session: 'ss_1', isDone: false };
    expect(isRatingOpen(state({ conversation: over(null, false), rating }))).toBe(true);
  });
});

describe('questions before the first message', () => {
  const config = (isOnline: boolean, isAsked: boolean) =>
    ({
      is_online: isOnline,
      settings: { prechat: { enabled: isAsked, fields: [] } },
    }) as unknown as State['config'];

  it('come when the inbox asks or nobody is there', () => {
    expect(needsForm(state({ config: config(true, false) }))).toBe(false);
    expect(needsForm(state({ config: config(true, true) }))).toBe(true);
    expect(needsForm(state({ config: config(false, false) }))).toBe(true);
  });

  it('do not come in a conversation or for whom the site vouches', () => {
    const asked = config(true, true);
    const visitor = { contact_id: 'ct_1', name: 'Mei', has_email: true, is_verified: true };
    expect(needsForm(state({ config: asked, conversation: conversation() }))).toBe(false);
    expect(needsForm(state({ config: asked, visitor }))).toBe(false);
  });
});

describe('the turn of the bot', () => {
  const bot = message(2, { author: { kind: 'bot', name: 'Teabot', avatar_url: null } });
  const at = (changes: Partial<State>): boolean =>
    isBotsTurn(state({ conversation: conversation(), messages: [bot], ...changes }));

  it('lasts while nobody else has spoken, whatever the visitor writes', () => {
    expect(at({})).toBe(true);
    expect(at({ messages: [ours(1, 'a'), bot, ours(3, 'b')] })).toBe(true);
    expect(at({ messages: [bot, message(3, { kind: 'system' })] })).toBe(true);
  });

  it('ends with a person, and while one is on the way', () => {
    const assignee = { name: 'Ellen', avatar_url: null };
    const queue = { state: 'waiting' } as QueuePlace;
    expect(at({ messages: [bot, message(3)] })).toBe(false);
    expect(at({ conversation: conversation({ assignee }) })).toBe(false);
    expect(at({ conversation: conversation({ queue }) })).toBe(false);
  });

  it('is not that of an earlier session, nor of none', () => {
    const later = { ...conversation().session!, id: 'ss_2' };
    expect(at({ conversation: conversation({ session: later }) })).toBe(false);
    expect(at({ conversation: conversation({ status: 'resolved' }) })).toBe(false);
    expect(at({ conversation: null })).toBe(false);
    expect(at({ messages: [] })).toBe(false);
  });
});
