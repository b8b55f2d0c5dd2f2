import type { ApiError } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { changeOf, settle, someArticle, someHit, someTranslation } from './fixtures.ts';
import { ArticleListModel } from './list.svelte.ts';
import {
  filterCount,
  helpfulShare,
  pathOf,
  queryOf,
  reviewState,
  shownTranslation,
  specFrom,
} from './spec.ts';
import type { Article, ArticleHit, ArticleQuery } from './types.ts';

const spec = (query = '') => specFrom(new URLSearchParams(query));
const NOW = new Date('2026-03-02T08:00:00Z');

function open(
  rows: Article[],
  query = '',
  more: { hits?: ArticleHit[]; failing?: () => ApiError | null } = {},
) {
  const asked: ArticleQuery[] = [];
  const sought: unknown[] = [];
  const opened: string[] = [];
  const failed: ApiError[] = [];
  let due: (() => void) | null = null;
  const api = {
    listArticles: async (given: ArticleQuery) => {
      asked.push(given);
      const error = more.failing?.();
      if (error) return { ok: false as const, error };
      const fitting = rows.filter(
        (row) => !given.status || row.translations.some((one) => one.status === given.status),
      );
      const from = Number(given.cursor ?? 0);
      const to = from + (given.limit ?? 50);
      const next = to < fitting.length ? String(to) : null;
      return { ok: true as const, value: { items: fitting.slice(from, to), next } };
    },
    searchArticles: async (given: unknown) => {
      sought.push(given);
      return { ok: true as const, value: { items: more.hits ?? [], next: null } };
    },
  };
  const model = new ArticleListModel(spec(query), {
    api,
    open: (id) => opened.push(id),
    fail: (error) => failed.push(error),
    now: () => NOW,
    timers: {
      set: (run) => {
        due = run;
        return 1;
      },
      clear: () => (due = null),
    },
  });
  return { model, asked, sought, opened, failed, fire: () => due?.(), isDue: () => due !== null };
}

const many = (count: number, given: (i: number) => Partial<Article> = () => ({})) =>
  Array.from({ length: count }, (_, i) => someArticle({ id: `ar_${i}`, ...given(i) }));

describe('the address of a list', () => {
  it('holds what is not as usual, and comes back the same', () => {
    expect(pathOf(spec())).toBe('/knowledge');
    const text = 'status=review&category=ak_1&audience=internal&language=en&owner=ag_2&q=lid';
    expect(pathOf(spec(text))).toBe(`/knowledge?${text}`);
    expect(spec('status=x&audience=y&language=fr')).toEqual(spec());
    expect(filterCount(spec(text))).toBe(4);
  });

  it('becomes what the server is asked', () => {
    expect(queryOf(spec('status=draft&category=ak_1'), NOW)).toEqual({
      status: 'draft',
      category: 'ak_1',
    });
    expect(queryOf(spec('status=due&audience=public'), NOW)).toEqual({
      review_by: '2026-03-16T08:00:00.000Z',
      audience: 'public',
    });
  });
});

describe('a row', () => {
  const zh = someTranslation({ locale: 'zh-CN', status: 'published' });
  const en = someTranslation({ locale: 'en', status: 'draft' });
  const row = someArticle({ source: 'en', translations: [en, zh] });

  it("is shown in the reader's language, or in the one that is on the shelf", () => {
    expect(shownTranslation(row, 'zh-CN', spec())?.locale).toBe('zh-CN');
    expect(shownTranslation(row, 'zh-CN', spec('status=draft'))?.locale).toBe('en');
    expect(shownTranslation(row, 'zh-CN', spec('language=en'))?.locale).toBe('en');
    const alone = someArticle({ translations: [en] });
    expect(shownTranslation(alone, 'zh-CN', spec())?.locale).toBe('en');
  });

  it('says when it is to be looked at, and whom it helped', () => {
    expect(reviewState({ review_by: null }, NOW)).toBe('none');
    expect(reviewState({ review_by: '2026-03-01T00:00:00Z' }, NOW)).toBe('over');
    expect(reviewState({ review_by: '2026-03-10T00:00:00Z' }, NOW)).toBe('soon');
    expect(reviewState({ review_by: '2026-09-01T00:00:00Z' }, NOW)).toBe('later');
    expect(helpfulShare(row)).toBeNull();
    const rated = [
      { ...en, helpful: 2, unhelpful: 1 },
      { ...zh, helpful: 1 },
    ];
    expect(helpfulShare(someArticle({ translations: rated }))).toBe(75);
  });
});

describe('a list', () => {
  it('comes page by page, each row once', async () => {
    const { model, asked } = open(many(120));
    await settle();
    expect(model.rows).toHaveLength(50);
    model.onSeenUpTo(45);
    await settle();
    expect(asked.at(-1)).toMatchObject({ cursor: '50' });
    await model.loadMore();
    expect(model.rows).toHaveLength(120);
    expect(new Set(model.rows.map((row) => row.id)).size).toBe(120);
    expect(model.hasMore).toBe(false);
  });

  it('goes on to the next page where nothing of one fits', async () => {
    const rows = many(160, (i) => ({ owner_id: i === 130 ? 'ag_9' : 'ag_1' }));
    const { model, asked } = open(rows, 'owner=ag_9');
    await settle();
    await settle();
    expect(model.rows.map((row) => row.id)).toEqual(['ar_130']);
    expect(asked).toHaveLength(3);
  });

  it('keeps what it has when the next page fails', async () => {
    let isDown = false;
    const error = { code: 'network' } as ApiError;
    const { model, failed } = open(many(60), '', { failing: () => (isDown ? error : null) });
    await settle();
    isDown = true;
    await model.loadMore();
    expect(failed).toEqual([error]);
    expect(model.rows).toHaveLength(50);
    expect(model.state).toBe('ready');
  });

  it('is fetched again once colleagues are done changing', async () => {
    const { model, asked, fire, isDue } = open(many(3));
    await settle();
    model.onEvent(changeOf('synonyms'));
    expect(isDue()).toBe(false);
    model.onEvent(changeOf('article'));
    model.onEvent(changeOf('article'));
    fire();
    await settle();
    expect(asked).toHaveLength(2);
  });

  it('is walked by keys over what was found and what follows', async () => {
    const rows = many(2, (i) => ({
      translations: [someTranslation({ content: { title: `Return ${i}`, summary: '', body: '' } })],
    }));
    const { model, sought, opened } = open(rows, 'q=return&language=en', {
      hits: [someHit({ id: 'ar_9' }), someHit({ id: 'ar_0' })],
    });
    await settle();
    expect(sought).toEqual([{ q: 'return', limit: 50, locale: 'en' }]);
    // What was found is not repeated among the drafts.
    expect(model.ids).toEqual(['ar_9', 'ar_0', 'ar_1']);
    model.move(1);
    model.move(1);
    model.move(1);
    model.move(1);
    model.openActive();
    expect(opened).toEqual(['ar_1']);
  });
});
