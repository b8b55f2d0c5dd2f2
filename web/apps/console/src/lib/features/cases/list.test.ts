import type { Case, CaseQuery } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { caseEvent, someCase } from './fixtures.ts';
import { CaseListModel } from './list.svelte.ts';
import { filterCount, pathOf, queryOf, specFrom, type CaseSpec } from './spec.ts';

const spec = (query = ''): CaseSpec => specFrom(new URLSearchParams(query));
const settle = () => new Promise((done) => setTimeout(done, 0));

function open(rows: Case[], query = '') {
  const asked: CaseQuery[] = [];
  const opened: string[] = [];
  let due: (() => void) | null = null;
  const api = {
    listCases: async (given: CaseQuery) => {
      asked.push(given);
      const from = Number(given.cursor ?? 0);
      const to = from + (given.limit ?? 50);
      const next = to < rows.length ? String(to) : null;
      return { ok: true as const, value: { items: rows.slice(from, to), next } };
    },
    countCases: async () => ({
      ok: true as const,
      value: { mine: { open: 2 }, all: {}, asked: 1, tasks: 0 },
    }),
  };
  const model = new CaseListModel(spec(query), {
    api,
    me: { teams: ['tm_1'], agent: { id: 'ag_1' } },
    open: (id) => opened.push(id),
    fail: () => undefined,
    timers: {
      set: (run) => {
        due = run;
        return 1;
      },
      clear: () => (due = null),
    },
  });
  return { model, asked, opened, fire: () => due?.(), ids: () => model.rows.map((row) => row.id) };
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => someCase({ id: `cs_${i}` }));

describe('the address of a list', () => {
  it('holds what is not as usual, and comes back the same', () => {
    expect(pathOf(spec())).toBe('/cases');
    const text = 'view=all&status=closed&sort=updated&type=cy_1&priority=high&owner=ag_2&q=lid';
    expect(pathOf(spec(text))).toBe(`/cases?${text}`);
    expect(spec('view=nonsense&status=x&sort=y&priority=z')).toEqual(spec());
    expect(filterCount(spec(text))).toBe(3);
  });

  it('becomes what the server is asked', () => {
    const me = { teams: ['tm_1'] };
    const unsolved = { status: 'unsolved', sort: 'due' };
    expect(queryOf(spec(), me)).toEqual({ ...unsolved, owner: 'me' });
    expect(queryOf(spec('view=asked'), me)).toEqual({ ...unsolved, asked: true });
    expect(queryOf(spec('view=team'), me)).toEqual({ ...unsolved, team_id: 'tm_1' });
    expect(queryOf(spec('view=team&team=tm_2'), me)).toEqual({ ...unsolved, team_id: 'tm_2' });
    expect(queryOf(spec('view=complaints&owner=ag_3'), me)).toEqual({
      ...unsolved,
      is_complaint: true,
      owner: 'ag_3',
    });
  });
});

describe('a list of cases', () => {
  it('loads page by page as one scrolls, and walks by keys', async () => {
    const { model, asked, opened, ids } = open(many(120));
    await settle();
    expect(ids()).toHaveLength(50);
    model.onSeenUpTo(20);
    expect(model.state).toBe('ready');
    model.onSeenUpTo(40);
    await settle();
    expect(ids()).toHaveLength(100);
    expect(asked.at(-1)).toMatchObject({ cursor: '50', limit: 50 });
    model.move(1);
    model.move(1);
    model.move(-1);
    model.openActive();
    expect(opened).toEqual(['cs_0']);
  });

  it('replaces a row by a newer one, and lets go of what belongs elsewhere', async () => {
    const { model, ids } = open([someCase({ id: 'a', version: 2 }), someCase({ id: 'b' })]);
    await settle();
    model.onEvent(caseEvent('case.changed', someCase({ id: 'a', title: 'Old', version: 1 })));
    expect(model.rows[0]?.title).toBe('The kettle leaks');
    model.onEvent(caseEvent('case.changed', someCase({ id: 'a', title: 'New', version: 3 })));
    expect(model.rows[0]?.title).toBe('New');
    model.onEvent(
      caseEvent('case.handover_ended', someCase({ id: 'b', owner_id: 'ag_2', version: 2 })),
    );
    expect(ids()).toEqual(['a']);
  });

  it('asks again once the changes rest, and keeps what was scrolled to', async () => {
    const rows = many(150);
    const { model, asked, fire, ids } = open(rows);
    await settle();
    await model.loadMore();
    await model.loadMore();
    expect(ids()).toHaveLength(150);
    rows.unshift(someCase({ id: 'new' }));
    model.onEvent(caseEvent('case.created', someCase({ id: 'new' })));
    const before = asked.length;
    model.onEvent(caseEvent('case.changed', null));
    fire();
    await settle();
    expect(asked.length).toBe(before + 1);
    expect(ids()[0]).toBe('new');
    expect(new Set(ids()).size).toBe(ids().length);
    expect(ids()).toHaveLength(151);
  });

  it('is not touched by what is no case', async () => {
    const { model, fire, asked } = open([someCase({ id: 'a' })]);
    await settle();
    model.onEvent({ ...caseEvent('message.created', null), data: null });
    fire();
    await settle();
    expect(asked).toHaveLength(1);
  });
});
