import type { ApiError } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { settle, someArticle, someHit, someTranslation } from './fixtures.ts';
import { barOf, joined, linkOf, passage, quoteOf } from './insert.ts';
import { KnowledgePane } from './pane.svelte.ts';
import type { ArticleHit } from './types.ts';

function open(found: (q: string) => ArticleHit[] | Promise<ArticleHit[]>) {
  let due: (() => void) | null = null;
  let isDown = false;
  const asked: { q: string; locale?: string; audience?: string }[] = [];
  const read: number[] = [];
  const model = new KnowledgePane({
    api: {
      searchArticles: async (query) => {
        asked.push(query);
        if (isDown) return { ok: false, error: { code: 'network' } as ApiError };
        return { ok: true, value: { items: await found(query.q), next: null } };
      },
      getArticle: async () => ({
        ok: true,
        value: someArticle({
          translations: [someTranslation({ revision: 5, live_revision: 3, status: 'draft' })],
        }),
      }),
      getVersion: async (_id, _locale, revision) => {
        read.push(revision);
        const { content } = someTranslation();
        return {
          ok: true,
          value: { revision, content, html: '<p>x</p>', written_by: 'agent:ag_1', written_at: '' },
        };
      },
    },
    timers: {
      set: (run) => {
        due = run;
        return 1;
      },
      clear: () => (due = null),
    },
  });
  return {
    model,
    asked,
    read,
    fail: () => (isDown = true),
    rest: async () => {
      due?.();
      due = null;
      await settle();
    },
  };
}

describe('knowledge beside a conversation', () => {
  it('asks once the keys rest, and for what the customer wrote while nothing is typed', async () => {
    const { model, asked, rest } = open(() => [someHit()]);
    model.suggest(' Where is my parcel? ');
    await rest();
    expect(asked.map((one) => one.q)).toEqual(['Where is my parcel?']);
    expect(model.isSuggested).toBe(true);
    model.type('ret');
    model.type('return');
    await rest();
    expect(asked.map((one) => one.q)).toEqual(['Where is my parcel?', 'return']);
    // The customer goes on, which does not disturb a search.
    model.suggest('Hello?');
    await rest();
    expect(asked).toHaveLength(2);
    model.type('');
    await rest();
    expect(asked.at(-1)?.q).toBe('Hello?');
  });

  it('shows nothing of an answer to what was typed before', async () => {
    const answers = new Map<string, (hits: ArticleHit[]) => void>();
    const { model } = open((q) => new Promise((done) => answers.set(q, done)));
    model.query = 'a';
    const first = model.search();
    model.query = 'ab';
    const second = model.search();
    answers.get('ab')?.([someHit({ id: 'ar_2' })]);
    await second;
    answers.get('a')?.([someHit({ id: 'ar_1' })]);
    await first;
    expect(model.hits.map((hit) => hit.id)).toEqual(['ar_2']);
  });

  it('narrows by language and readers, walks, and reads what is live', async () => {
    const { model, asked, read } = open(() => [someHit({ id: 'ar_1' }), someHit({ id: 'ar_2' })]);
    model.query = 'return';
    model.filter({ locale: 'en' });
    model.filter({ audience: 'internal' });
    await settle();
    expect(asked.at(-1)).toMatchObject({ locale: 'en', audience: 'internal' });
    model.move(1);
    model.move(1);
    expect(model.chosen?.id).toBe('ar_2');
    await model.read();
    expect(read).toEqual([3]);
    expect(model.reading?.hit.id).toBe('ar_2');
    if (model.reading) await model.load(model.reading.hit);
    expect(read).toEqual([3]);
    model.type('x');
    expect(model.reading).toBeNull();
  });

  it('keeps what was found when the server cannot be reached', async () => {
    const { model, fail } = open(() => [someHit()]);
    model.query = 'return';
    await model.search();
    fail();
    await model.search();
    expect(model.state).toMatchObject({ failed: { code: 'network' } });
    expect(model.hits).toHaveLength(1);
  });
});

describe('what is inserted', () => {
  it('follows what is written already', () => {
    expect(joined('  ', 'x')).toBe('x');
    expect(joined('Hello, \n', 'x')).toBe('Hello,\nx');
    expect(linkOf({ title: 'Returns' }, 'https://a.example/r')).toBe(
      'Returns\nhttps://a.example/r',
    );
  });

  it('as a quote ends with a sentence', () => {
    expect(quoteOf('Within 14 days.', null)).toBe('> Within 14 days.');
    expect(quoteOf('One.', 'https://a.example')).toBe('> One.\nhttps://a.example');
    expect(passage('First sentence. Second one is longer.', 24)).toBe('First sentence.');
    expect(passage('七天内可退货。超过七天请联系客服处理。', 12)).toBe('七天内可退货。');
    expect(passage('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)}…`);
  });

  it('never shows customers what is for agents, nor an address that is not there', () => {
    expect(barOf('text', { audience: 'internal', url: null }, false)).toBe('internal');
    expect(barOf('text', { audience: 'internal', url: null }, true)).toBeNull();
    expect(barOf('link', { audience: 'customers', url: null }, false)).toBe('no-address');
    expect(barOf('quote', { audience: 'customers', url: null }, false)).toBeNull();
    expect(barOf('link', { audience: 'public', url: '/help/x' }, false)).toBeNull();
  });
});
