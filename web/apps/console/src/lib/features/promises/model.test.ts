import type { Api, CustomerPromise, PromiseBody } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { ConversationPromises, isOverdue, PromiseListModel, upsert } from './model.svelte.ts';

const NOW = new Date('2026-01-05T09:00:00Z');

const promise = (given: Partial<CustomerPromise> & { id: string }): CustomerPromise => ({
  conversation_id: 'cv_1',
  conversation_number: 7,
  contact: { id: 'ct_1', name: 'Lin' },
  kind: 'other',
  text: 'Tell the date of delivery',
  due_at: '2026-01-05T10:00:00Z',
  owner_id: 'ag_1',
  status: 'open',
  is_overdue: false,
  made_by: 'ag_1',
  made_by_kind: 'agent',
  kept_at: null,
  created_at: '2026-01-05T08:00:00Z',
  version: 1,
  ...given,
});

const event = (row: CustomerPromise, type = 'promise.changed'): EventFrame => ({
  t: 'event',
  seq: 1,
  type,
  at: '2026-01-05T09:00:00Z',
  actor: { kind: 'system', id: null },
  data: { promise: row },
});

function setup(rows: CustomerPromise[], answer: Partial<Record<'keepPromise', unknown>> = {}) {
  const calls: [string, unknown][] = [];
  const failed: unknown[] = [];
  const api = {
    listPromises: async (query: { status?: string; cursor?: string }) => {
      calls.push(['list', query]);
      const fits = rows.filter((one) => query.status === 'all' || one.status === query.status);
      // Pages of two, to see them follow each other.
      const from = Number(query.cursor ?? 0);
      const next = from + 2 < fits.length ? String(from + 2) : null;
      return { ok: true, value: { items: fits.slice(from, from + 2), next } };
    },
    keepPromise: async (id: string) =>
      answer.keepPromise ?? {
        ok: true,
        value: { ...rows.find((one) => one.id === id), status: 'kept', version: 2 },
      },
    updatePromise: async (id: string, body: object) => {
      calls.push(['update', body]);
      return { ok: true, value: { ...rows.find((one) => one.id === id), ...body, version: 2 } };
    },
    suggestPromises: async (_: string, text: string) => {
      calls.push(['suggest', text]);
      const due_at = '2026-01-06T12:00:00Z';
      const items = text.includes('tomorrow')
        ? [{ kind: 'reply', text, when: 'tomorrow', due_at, is_exact: true }]
        : [];
      return { ok: true, value: { items } };
    },
    createPromise: async (_: string, body: PromiseBody) => ({
      ok: true,
      value: promise({ id: 'pm_9', ...body, owner_id: body.owner_id ?? null }),
    }),
  } as unknown as Api['journey'];
  const deps = { api, fail: (error: unknown) => void failed.push(error) };
  return { deps, calls, failed };
}

/** A message of an agent as the stream brings it. */
const message = (text: string, author = 'ag_1', conversation = 'cv_1'): EventFrame =>
  ({
    t: 'event',
    seq: 2,
    type: 'message.created',
    at: '2026-01-05T09:00:00Z',
    actor: { kind: 'agent', id: author },
    message: {
      conversation_id: conversation,
      kind: 'text',
      text,
      author: { kind: 'agent', id: author },
    },
  }) as unknown as EventFrame;

const settle = () => new Promise((done) => setTimeout(done, 0));

describe('a promise', () => {
  it('is overdue when its time is over, whoever says so first', () => {
    expect(isOverdue(promise({ id: 'a' }), NOW)).toBe(false);
    expect(isOverdue(promise({ id: 'a', due_at: '2026-01-05T08:59:59Z' }), NOW)).toBe(true);
    expect(isOverdue(promise({ id: 'a', is_overdue: true }), NOW)).toBe(true);
    expect(isOverdue(promise({ id: 'a', is_overdue: true, status: 'kept' }), NOW)).toBe(false);
  });

  it('is replaced by a newer row only, and stands by its time', () => {
    const [a, b] = [promise({ id: 'a' }), promise({ id: 'b', due_at: '2026-01-05T09:30:00Z' })];
    const items = upsert([a], b);
    expect(items.map((one) => one.id)).toEqual(['b', 'a']);
    const later = upsert(items, { ...b, due_at: '2026-01-05T12:00:00Z', version: 2 });
    expect(later.map((one) => one.id)).toEqual(['a', 'b']);
    expect(upsert(later, b)).toBe(later);
  });
});

describe('the promises of a conversation', () => {
  it('are those that are still owed, and leave when they are kept', async () => {
    const rows = [
      promise({ id: 'a' }),
      promise({ id: 'c', status: 'broken', is_overdue: true, due_at: '2026-01-05T08:00:00Z' }),
      promise({ id: 'b', status: 'kept' }),
    ];
    const { deps } = setup(rows);
    const model = new ConversationPromises('cv_1', deps);
    await settle();
    expect(model.items.map((one) => one.id)).toEqual(['c', 'a']);
    await model.keep(rows[0]!);
    expect(model.items.map((one) => one.id)).toEqual(['c']);
    model.onEvent(event(promise({ id: 'd', conversation_id: 'cv_2' })));
    model.onEvent(event(promise({ id: 'e' }), 'promise.made'));
    expect(model.items.map((one) => one.id)).toEqual(['c', 'e']);
  });

  it('are asked for again when something failed', async () => {
    const { deps, calls, failed } = setup([promise({ id: 'a' })], {
      keepPromise: { ok: false, error: { code: 'changed' } },
    });
    const model = new ConversationPromises('cv_1', deps);
    await settle();
    expect(await model.keep(promise({ id: 'a' }))).toBe(false);
    expect(failed).toEqual([{ code: 'changed' }]);
    expect(calls.filter(([call]) => call === 'list')).toHaveLength(2);
    expect(model.busy).toBeNull();
  });

  it('sends of a change only what is another', async () => {
    const row = promise({ id: 'a' });
    const { deps, calls } = setup([row]);
    const model = new ConversationPromises('cv_1', deps);
    await settle();
    const same = { text: row.text, kind: row.kind, owner_id: 'ag_1' } as const;
    await model.change(row, { ...same, due_at: '2026-01-05T10:00:00.000Z' });
    await model.change(row, { ...same, text: 'Call', due_at: '2026-01-06T10:00:00Z' });
    expect(calls.filter(([call]) => call === 'update').map(([, body]) => body)).toEqual([
      { version: 1 },
      { version: 1, text: 'Call', due_at: '2026-01-06T10:00:00Z' },
    ]);
  });
});

describe('the list of promises', () => {
  const open = async (rows: CustomerPromise[]) => {
    const { deps, calls } = setup(rows);
    const model = new PromiseListModel('ag_1', deps);
    await settle();
    return { model, calls, ids: () => model.items.map((one) => one.id) };
  };

  it('begins with what is broken, then what is open, page by page', async () => {
    const rows = ['a', 'b', 'c'].map((id) => promise({ id, status: 'broken' }));
    const { calls, ids } = await open([
      ...rows,
      promise({ id: 'd' }),
      promise({ id: 'k', status: 'kept' }),
    ]);
    expect(ids()).toEqual(['a', 'b', 'c', 'd']);
    expect(calls.map(([, query]) => query)).toEqual([
      { status: 'broken', mine: true, limit: 50 },
      { status: 'broken', mine: true, limit: 50, cursor: '2' },
      { status: 'open', mine: true, limit: 50 },
    ]);
  });

  it('asks for what the filter says', async () => {
    const { model, calls, ids } = await open([promise({ id: 'k', status: 'kept' })]);
    model.set({ isMine: false, status: 'kept' });
    await settle();
    expect(calls.at(-1)).toEqual(['list', { status: 'kept', limit: 50 }]);
    expect(ids()).toEqual(['k']);
  });

  it('keeps what an event brought while the list was on its way', async () => {
    const { model, ids } = await open([promise({ id: 'a' })]);
    // Broken after the broken ones were asked for, and no longer open when the open ones are.
    const loading = model.load();
    const late = promise({ id: 'b', status: 'broken', due_at: '2026-01-05T09:10:00Z' });
    model.onEvent(event(late, 'promise.broken'));
    await loading;
    expect(ids()).toEqual(['b', 'a']);
  });

  it('fills and empties by events', async () => {
    const { model, ids } = await open([promise({ id: 'a' })]);
    model.onEvent(event(promise({ id: 'b', due_at: '2026-01-05T09:10:00Z' })));
    expect(ids()).toEqual(['b', 'a']);
    model.onEvent(event(promise({ id: 'x', owner_id: 'ag_2' })));
    model.onEvent(event(promise({ id: 'a', owner_id: 'ag_2', version: 2 })));
    expect(ids()).toEqual(['b']);
    model.onEvent(event(promise({ id: 'b', status: 'broken', version: 2 }), 'promise.broken'));
    expect(ids()).toEqual(['b']);
    model.onEvent(event(promise({ id: 'b', status: 'kept', version: 3 }), 'promise.kept'));
    expect(ids()).toEqual([]);
  });
});

describe('a promise in a message', () => {
  it('is offered to whoever wrote it, and noted by one key', async () => {
    const { deps, calls } = setup([]);
    const model = new ConversationPromises('cv_1' as never, deps, 'ag_1' as never);
    await settle();
    model.onEvent(message('I will write tomorrow', 'ag_2'));
    model.onEvent(message('I will write tomorrow', 'ag_1', 'cv_2'));
    await settle();
    expect(model.found).toEqual([]);
    model.onEvent(message('I will write tomorrow'));
    await settle();
    expect(model.found).toHaveLength(1);
    const made = await model.note(model.found[0] as never);
    expect(made).toMatchObject({ kind: 'reply', owner_id: 'ag_1' });
    expect(model.found).toEqual([]);
    expect(calls.filter(([name]) => name === 'suggest')).toHaveLength(1);
  });

  it('is forgotten with the next message, and when it is none', async () => {
    const { deps } = setup([]);
    const model = new ConversationPromises('cv_1' as never, deps, 'ag_1' as never);
    model.onEvent(message('I will write tomorrow'));
    await settle();
    model.forget(model.found[0] as never);
    expect(model.found).toEqual([]);
    model.onEvent(message('I will write tomorrow'));
    model.onEvent(message('Good bye'));
    await settle();
    expect(model.found).toEqual([]);
  });

  it('is not looked for where promises may not be noted', async () => {
    const { deps, calls } = setup([]);
    const model = new ConversationPromises('cv_1' as never, deps);
    model.onEvent(message('I will write tomorrow'));
    await settle();
    expect(calls.filter(([name]) => name === 'suggest')).toEqual([]);
  });
});
