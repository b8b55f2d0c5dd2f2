/** Older parts of a conversation, saved views, and lists loaded further than a page. */
import { describe, expect, it } from 'vitest';
import * as realtime from '../src/index.ts';
import { conversation, message } from './build.ts';

const page = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) =>
    message({ id: `ms_${from + i}`, conversation_id: 'cv_1', seq: from + i }),
  );
const seqs = (state: realtime.State) =>
  state.messages.get('cv_1')?.items.map((one) => one.seq) ?? [];
const arrives = (state: realtime.State, seq: number) =>
  realtime.applyMessages(state, page(seq, seq));

describe('an older part of a conversation', () => {
  const latest = realtime.applyLatestMessages(
    realtime.emptyState('ag_1'),
    'cv_1',
    page(91, 100),
    true,
  );
  const older = realtime.applyMessagesAround(latest, 'cv_1', page(41, 50), {
    hasOlder: true,
    hasNewer: true,
  });

  it('replaces what is held, so that no gap is shown as if it were none', () => {
    expect(seqs(older)).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
  });

  it('is not joined by a new message', () => {
    expect(seqs(arrives(older, 101)).at(-1)).toBe(50);
    expect(seqs(arrives(latest, 101)).at(-1)).toBe(101);
  });

  it('still takes changes of messages it holds', () => {
    const changed = { ...page(45, 45)[0]!, text: 'changed', revision: 2 };
    const state = realtime.applyMessages(older, [changed]);
    expect(state.messages.get('cv_1')?.items[4]?.text).toBe('changed');
  });

  it('grows page by page until it reaches the end', () => {
    const more = realtime.applyMessagesAround(older, 'cv_1', page(51, 60), {
      hasOlder: true,
      hasNewer: true,
    });
    expect([seqs(more)[0], seqs(more).at(-1)]).toEqual([41, 60]);
    const end = realtime.applyMessagesAround(more, 'cv_1', page(55, 100), {
      hasOlder: true,
      hasNewer: false,
    });
    expect(end.messages.get('cv_1')).toMatchObject({ hasNewer: false, hasOlder: true });
    expect(seqs(arrives(end, 101)).at(-1)).toBe(101);
  });

  it('is let go for the latest messages', () => {
    const back = realtime.applyLatestMessages(older, 'cv_1', page(95, 104), true);
    expect(seqs(back)[0]).toBe(95);
    expect(back.messages.get('cv_1')?.hasNewer).toBe(false);
  });
});

const row = (n: number, given: object = {}) =>
  conversation({
    id: `cv_${String(n).padStart(3, '0')}`,
    last_activity_at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
    ...given,
  });
/** Rows by falling number, as `recent` orders them. */
const rows = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, i) => row(from - i));

describe('a saved view', () => {
  const spec = { view: 'all', saved: 'vw_1', status: 'all', sort: 'recent' } as const;
  const state = realtime.applyList(realtime.emptyState('ag_1'), spec, rows(5, 3), null);
  const key = realtime.viewKey(spec);

  it('has a list of its own', () => {
    expect(key).not.toBe(realtime.viewKey({ view: 'all', status: 'all', sort: 'recent' }));
  });

  it('takes in nothing by itself and keeps what it has in order', () => {
    const next = realtime.applyConversations(state, [row(9), row(3, { version: 2 })]);
    expect(next.lists.get(key)?.ids).toEqual(['cv_005', 'cv_004', 'cv_003']);
  });

  it('is stale when it is said to be', () => {
    const other = { view: 'all', status: 'open', sort: 'recent' } as const;
    const both = realtime.applyList(state, other, [], null);
    const stale = realtime.markSavedStale(both);
    expect(stale.lists.get(key)?.isStale).toBe(true);
    expect(stale.lists.get(realtime.viewKey(other))?.isStale).toBe(false);
  });
});

describe('a list loaded further than a page', () => {
  const spec = { view: 'all', saved: 'vw_1', status: 'all', sort: 'recent' } as const;
  const key = realtime.viewKey(spec);
  let state = realtime.applyList(realtime.emptyState('ag_1'), spec, rows(9, 5), 'a');
  state = realtime.applyNextPage(state, spec, rows(4, 0), 'b');

  it('keeps what stands behind the page that is fetched again', () => {
    const fresh = realtime.applyListHead(state, spec, [row(12), ...rows(9, 6)], 'c');
    const list = fresh.lists.get(key);
    expect(list?.ids.map((id) => Number(id.slice(3)))).toEqual([12, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(list).toMatchObject({ next: 'b', isStale: false });
  });

  it('starts over after a reset, when nothing behind can be trusted', () => {
    const fresh = realtime.applyListHead(realtime.markAllStale(state), spec, rows(9, 5), 'c');
    expect(fresh.lists.get(key)).toMatchObject({ next: 'c' });
    expect(fresh.lists.get(key)?.ids).toHaveLength(5);
  });
});
