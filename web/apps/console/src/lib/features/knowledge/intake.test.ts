import type { ApiError } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { settle } from './fixtures.ts';
import { GapsModel, reasonsOf } from './gaps.svelte.ts';
import { formatOf, ImportModel, IMPORT_BYTES_MAX } from './import.svelte.ts';
import type { GapState, ImportBody, ImportReport, KnowledgeGap } from './types.ts';

const someGap = (given: Partial<KnowledgeGap> = {}): KnowledgeGap => ({
  id: 'kg_1',
  locale: 'en',
  question: 'Do you ship to Iceland?',
  examples: [],
  state: 'open',
  count: 4,
  unfound: 3,
  unhelpful: 0,
  contacts: 1,
  rated: 0,
  article_id: null,
  first_at: '2026-03-01T08:00:00Z',
  last_at: '2026-03-02T08:00:00Z',
  version: 1,
  ...given,
});

function openGaps(rows: KnowledgeGap[], shelf: GapState = 'open') {
  const failed: string[] = [];
  let refusal: ApiError['code'] | null = null;
  const settled = (id: string, part: Partial<KnowledgeGap>) =>
    refusal
      ? { ok: false as const, error: { code: refusal } as ApiError }
      : {
          ok: true as const,
          value: { ...(rows.find((one) => one.id === id) ?? someGap()), ...part },
        };
  const model = new GapsModel(
    shelf,
    {
      listGaps: async (_state, cursor) => ({
        ok: true,
        value: cursor
          ? { items: [...rows, someGap({ id: 'kg_last' })], next: null }
          : { items: rows, next: 'more' },
      }),
      linkGap: async (id, article_id) => settled(id, { state: 'answered', article_id }),
      ignoreGap: async (id) => settled(id, { state: 'ignored' }),
      reopenGap: async (id) => settled(id, { state: 'open' }),
    },
    (error) => failed.push(error.code),
  );
  return { model, failed, refuse: (code: ApiError['code']) => (refusal = code) };
}

describe('open questions', () => {
  it('leave the shelf once something is done about them', async () => {
    const rows = [someGap(), someGap({ id: 'kg_2' }), someGap({ id: 'kg_3' })];
    const { model } = openGaps(rows);
    await settle();
    const [first, second] = model.items;
    if (first) expect(await model.link(first, 'ar_1')).toBe(true);
    if (second) expect(await model.ignore(second)).toBe(true);
    expect(model.items.map((one) => one.id)).toEqual(['kg_3']);
    await model.loadMore();
    expect(model.items.at(-1)?.id).toBe('kg_last');
    expect(model.next).toBeNull();
  });

  it('stay where it fails', async () => {
    const { model, failed, refuse } = openGaps([someGap()]);
    await settle();
    refuse('forbidden');
    const [gap] = model.items;
    if (gap) expect(await model.ignore(gap)).toBe(false);
    expect(failed).toEqual(['forbidden']);
    expect(model.items).toHaveLength(1);
    expect(model.busy).toBeNull();
  });

  it('tell only reasons that happened', () => {
    expect(reasonsOf(someGap())).toEqual(['unfound', 'contacts']);
  });
});

const file = (name: string, text = 'x', size = text.length) => ({
  name,
  size,
  text: async () => text,
});

function openImport(report: Partial<ImportReport> = { created: 1 }) {
  const sent: ImportBody[] = [];
  let refusal: ApiError['code'] | null = null;
  const model = new ImportModel(
    {
      importArticles: async (body) => {
        sent.push(body);
        if (refusal) return { ok: false, error: { code: refusal } as ApiError };
        const value = { created: 0, updated: 0, unchanged: 0, failed: 0, rows: [], ...report };
        return { ok: true, value };
      },
    },
    'en',
  );
  return { model, sent, refuse: (code: ApiError['code'] | null) => (refusal = code) };
}

describe('files', () => {
  it('are looked at before anything is kept, and kept once', async () => {
    const { model, sent } = openImport();
    await model.choose([file('a.md', '# A'), file('b.markdown', '# B')]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ format: 'markdown', dry_run: true, locale: 'en' });
    expect(model.canKeep).toBe(true);
    await model.keep();
    expect(sent[1]).toMatchObject({ dry_run: false, files: sent[0]?.files });
    expect(model.isKept).toBe(true);
    await model.keep();
    expect(sent).toHaveLength(2);
  });

  it('of which nothing is new are not kept again', async () => {
    const { model } = openImport({ unchanged: 3, failed: 1 });
    await model.choose([file('faq.csv')]);
    expect(model.format).toBe('csv');
    expect(model.canKeep).toBe(false);
  });

  it('that cannot be taken in are told apart without asking', async () => {
    const { model, sent } = openImport();
    for (const [files, fault] of [
      [[file('a.docx')], 'kind'],
      [[file('a.md'), file('b.csv')], 'mixed'],
      [[file('a.md', 'x', IMPORT_BYTES_MAX + 1)], 'large'],
      [[{ ...file('a.md'), text: () => Promise.reject(new Error('gone')) }], 'unreadable'],
    ] as const) {
      await model.choose(files);
      expect(model.fault).toBe(fault);
    }
    expect(sent).toEqual([]);
    expect(formatOf('FAQ.TSV')).toBe('csv');
  });

  it('stay chosen when the server cannot be reached', async () => {
    const { model, refuse } = openImport();
    refuse('network');
    await model.choose([file('a.md')]);
    expect(model.state).toMatchObject({ failed: { code: 'network' } });
    refuse(null);
    await model.look();
    expect(model.canKeep).toBe(true);
  });
});
