import type { ApiError, Result } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { ArticleModel } from './article.svelte.ts';
import { changeOf, settle, someArticle, someTranslation } from './fixtures.ts';
import { stepsOf } from './steps.ts';
import type { Article, ArticlePatch, ArticleStep, TranslationBody } from './types.ts';

const problem = (code: ApiError['code']) => ({ ok: false as const, error: { code } as ApiError });
const content = (body: string, title = 'How to return') => ({ title, summary: '', body });

/** A server that holds one article and refuses what is based on an older version. */
function open(start: Article | null, given: { kept?: string; writer?: 'en' | 'zh-CN' } = {}) {
  let held = start;
  let refusal: ApiError['code'] | null = null;
  let due: (() => void) | null = null;
  const sent: [string, unknown][] = [];
  const made: string[] = [];
  const failed: string[] = [];
  const storage = new Map<string, string>();
  if (given.kept) storage.set(`zhiyin.article.${start?.id ?? 'new'}.en`, given.kept);
  const put = (locale: string, part: object): Article => {
    held = someArticle({
      ...held,
      translations: (held?.translations ?? []).map((one) =>
        one.locale === locale
          ? { ...one, ...part, version: one.version + 1, revision: one.revision + 1 }
          : one,
      ),
    });
    return held;
  };
  const answer = (value: () => Article): Result<Article> =>
    refusal ? problem(refusal) : { ok: true, value: value() };
  const versionOf = (locale: string) =>
    held?.translations.find((one) => one.locale === locale)?.version;
  const api = {
    getArticle: async () => (held ? { ok: true as const, value: held } : problem('not-found')),
    createArticle: async (body: { content: object; source: string }) => {
      sent.push(['create', body]);
      return answer(() => {
        held = someArticle({
          translations: [someTranslation({ content: body.content as never })],
        });
        return held;
      });
    },
    updateArticle: async (_id: string, body: ArticlePatch) => {
      sent.push(['patch', body]);
      return answer(() => {
        const { version, ...part } = body;
        held = someArticle({ ...held, ...(part as Partial<Article>), version: version + 1 });
        return held;
      });
    },
    writeTranslation: async (_id: string, locale: string, body: TranslationBody) => {
      sent.push(['write', { locale, ...body }]);
      const has = versionOf(locale);
      if (!refusal && body.version !== has) return problem('changed');
      if (has === undefined)
        return answer(() => {
          held = someArticle({
            ...held,
            translations: [
              ...(held?.translations ?? []),
              someTranslation({ locale: locale as 'en', content: body.content as never }),
            ],
          });
          return held;
        });
      return answer(() => put(locale, { content: body.content, status: 'draft' }));
    },
    moveTranslation: async (_id: string, locale: string, step: ArticleStep, version: number) => {
      sent.push([step, { locale, version }]);
      return answer(() => put(locale, { status: step === 'publish' ? 'published' : 'review' }));
    },
    scheduleTranslation: async () => problem('schedule-in-past'),
    unscheduleTranslation: async () => problem('not-found'),
    restoreVersion: async (_id: string, locale: string) =>
      answer(() => put(locale, { content: content('Old text') })),
  };
  const model = new ArticleModel(start?.id ?? null, given.writer ?? 'en', {
    api,
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
    now: () => new Date('2026-03-02T08:00:00Z'),
    timers: {
      set: (run) => {
        due = run;
        return 1;
      },
      clear: () => (due = null),
    },
    created: (article) => made.push(article.id),
    fail: (error) => failed.push(error.code),
  });
  return {
    model,
    sent,
    made,
    failed,
    storage,
    refuse: (code: ApiError['code'] | null) => (refusal = code),
    somebodyWrites: (locale: string, body: string) =>
      put(locale, { content: content(body), updated_by: 'agent:ag_2' }),
    rest: async () => {
      due?.();
      await settle();
    },
  };
}

describe('a new article', () => {
  it('is made by the first save, with what was chosen before', async () => {
    const { model, sent, made, storage } = open(null);
    model.write({ body: 'Open **Orders**.' });
    expect(model.fault).toBe('no-title');
    expect(await model.save()).toBe(false);
    model.write({ title: 'How to return' });
    await model.patch({ tags: ['orders'] });
    expect(storage.size).toBe(1);
    expect(await model.save()).toBe(true);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.[1]).toMatchObject({ source: 'en', tags: ['orders'] });
    expect(made).toEqual(['ar_1']);
    expect(model.hasChanges).toBe(false);
    expect(storage.size).toBe(0);
  });
});

describe('writing', () => {
  it('saves a draft when the keys rest, and never a published text', async () => {
    const draft = open(someArticle());
    await settle();
    draft.model.write({ body: 'More' });
    await draft.rest();
    expect(draft.sent.map(([what]) => what)).toEqual(['write']);
    expect(draft.model.hasChanges).toBe(false);

    const live = open(someArticle({ translations: [someTranslation({ status: 'published' })] }));
    await settle();
    live.model.write({ body: 'More' });
    await live.rest();
    expect(live.sent).toEqual([]);
    expect(live.model.hasChanges).toBe(true);
  });

  it('keeps what is typed on the device while the server cannot be reached', async () => {
    const { model, refuse, rest, storage } = open(someArticle());
    await settle();
    refuse('network');
    model.write({ body: 'Precious' });
    await rest();
    expect(model.saving).toMatchObject({ failed: { code: 'network' } });
    const kept = storage.get('zhiyin.article.ar_1.en') ?? '';
    expect(kept).toContain('Precious');

    const later = open(someArticle(), { kept });
    await settle();
    expect(later.model.text.body).toBe('Open **Orders**.');
    later.model.takeKept();
    expect(later.model.text.body).toBe('Precious');
    expect(later.model.kept).toBeNull();
  });

  it('says nothing of a kept text that is saved, or that cannot be read', async () => {
    const { content: same } = someTranslation();
    for (const kept of [JSON.stringify({ content: same, at: 'x' }), '{', 'null']) {
      const { model, storage } = open(someArticle(), { kept });
      await settle();
      expect(model.kept).toBeNull();
      expect(storage.size).toBe(0);
    }
  });

  it('takes what a colleague saves where nothing was typed', async () => {
    const { model, somebodyWrites } = open(someArticle());
    await settle();
    somebodyWrites('en', 'Theirs');
    model.onEvent(changeOf('article', 'ar_other'));
    await settle();
    expect(model.text.body).toBe('Open **Orders**.');
    model.onEvent(changeOf('article'));
    await settle();
    expect(model.text.body).toBe('Theirs');
    expect(model.theirs).toBeNull();
  });
});

describe('two who write the same', () => {
  async function clash() {
    const opened = open(someArticle());
    await settle();
    opened.somebodyWrites('en', 'Theirs');
    opened.model.write({ body: 'Mine' });
    expect(await opened.model.save()).toBe(false);
    expect(opened.model.theirs?.content.body).toBe('Theirs');
    expect(opened.model.canSave).toBe(false);
    return opened;
  }

  it('are asked, and keeping one’s own writes over it with the version read', async () => {
    const { model, sent } = await clash();
    await model.keepMine();
    expect(sent.at(-1)?.[1]).toMatchObject({ version: 2, content: { body: 'Mine' } });
    expect(model.theirs).toBeNull();
    expect(model.hasChanges).toBe(false);
  });

  it('may take the other text instead', async () => {
    const { model, storage } = await clash();
    model.takeTheirs();
    expect(model.text.body).toBe('Theirs');
    expect(model.hasChanges).toBe(false);
    expect(storage.size).toBe(0);
  });

  it('in two languages do not disturb each other', async () => {
    const zh = someTranslation({ locale: 'zh-CN', content: content('旧', '退货') });
    const { model, somebodyWrites } = open(someArticle({ translations: [someTranslation(), zh] }));
    await settle();
    somebodyWrites('zh-CN', '新');
    model.write({ body: 'Mine' });
    expect(await model.save()).toBe(true);
    expect(model.texts['zh-CN']?.body).toBe('新');
    expect(model.hasChanges).toBe(false);
  });
});

describe('a translation', () => {
  it('that is new says what the source says now', async () => {
    const { model, sent } = open(someArticle({ translations: [someTranslation({ revision: 7 })] }));
    await settle();
    model.choose('zh-CN');
    model.copySource();
    model.write({ title: '如何退货' });
    await model.save();
    expect(sent.at(-1)?.[1]).toMatchObject({ locale: 'zh-CN', based_on: 7 });
    expect(sent.at(-1)?.[1]).not.toHaveProperty('version');
  });

  it('is marked as up to date without a new text', async () => {
    const zh = someTranslation({ locale: 'zh-CN', is_outdated: true, based_on: 1 });
    const { model, sent } = open(
      someArticle({ translations: [someTranslation({ revision: 4 }), zh] }),
      { writer: 'zh-CN' },
    );
    await settle();
    await model.markUpToDate();
    expect(sent.at(-1)?.[1]).toMatchObject({ locale: 'zh-CN', based_on: 4, version: 1 });
  });
});

describe('the way to readers', () => {
  it('begins with a save of what is typed', async () => {
    const { model, sent } = open(someArticle());
    await settle();
    model.write({ body: 'Last words' });
    expect(await model.move('publish')).toBe(true);
    expect(sent.map(([what]) => what)).toEqual(['write', 'publish']);
    expect(sent.at(-1)?.[1]).toEqual({ locale: 'en', version: 2 });
    expect(model.translation?.status).toBe('published');
  });

  it('stops where the save fails', async () => {
    const { model, sent, refuse } = open(someArticle());
    await settle();
    refuse('unavailable');
    model.write({ body: 'Last words' });
    expect(await model.move('publish')).toBe(false);
    expect(sent.map(([what]) => what)).toEqual(['write']);
  });

  it('offers what the status and the person allow', () => {
    const all = { write: true, publish: true };
    const author = { write: true, publish: false };
    const reader = { write: false, publish: false };
    const at = (status: 'draft' | 'review' | 'published' | 'archived') => ({ status });
    expect(stepsOf(undefined, all, true)).toEqual({ first: 'publish', others: ['submit'] });
    expect(stepsOf(at('draft'), author, false)).toEqual({ first: 'submit', others: [] });
    expect(stepsOf(at('draft'), reader, false)).toEqual({ first: null, others: [] });
    expect(stepsOf(at('review'), all, false).others).toEqual(['send-back', 'archive']);
    expect(stepsOf(at('review'), author, false).first).toBeNull();
    expect(stepsOf(at('published'), all, false)).toEqual({ first: null, others: ['archive'] });
    expect(stepsOf(at('published'), all, true).first).toBe('publish');
    expect(stepsOf(at('archived'), all, false).first).toBe('restore');
    expect(stepsOf(at('archived'), author, false).first).toBeNull();
  });
});
