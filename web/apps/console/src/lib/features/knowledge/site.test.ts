import type { ApiError, Result } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { contrasts, HelpCentreModel, isColour } from './helpCentre.svelte.ts';
import { KnowledgeReportModel } from './report.svelte.ts';
import { RelatedModel } from './related.svelte.ts';
import type { ArticleFile, ArticleHit, HelpCentre, KnowledgeReport } from './types.ts';
import { FILE_BYTES_MAX, markdownOf, Uploads } from './uploads.svelte.ts';

const failed = (code: string) =>
  ({ ok: false, error: { code, status: 409 } as unknown as ApiError }) as const;
const done = <T>(value: T): Result<T> => ({ ok: true, value });

const centre: HelpCentre = {
  name: { en: 'Help' },
  colour: null,
  shown_colours: null,
  logo_id: null,
  logo_url: null,
  locales: ['zh-CN', 'en'],
  domain: null,
  url: 'https://z.example/help/a',
  version: 3,
};
const picture: ArticleFile = {
  id: 'hf_1',
  url: '/help-files/hf_1',
  name: 'a [b].png',
  media_type: 'image/png',
  size_bytes: 3,
  width: 4,
  height: 3,
};

describe('the look of a help centre', () => {
  async function loaded() {
    const api = {
      getHelpCentre: vi.fn(async () => done(centre)),
      updateHelpCentre: vi.fn(async (body: object) =>
        done({ ...centre, ...body, version: 4 } as HelpCentre),
      ),
      uploadFile: vi.fn(() => ({ done: Promise.resolve(done(picture)), cancel: vi.fn() })),
    };
    const model = new HelpCentreModel(api);
    await model.load();
    return { api, model };
  }

  it('is saved as a whole, with the version that was read', async () => {
    const { api, model } = await loaded();
    expect(model.canSave).toBe(false);
    model.draft.colour = '#FFEE00';
    model.draft.domain = ' Help.Example.com ';
    model.draft.name['zh-CN'] = '  ';
    model.speak('zh-CN', false);
    await model.chooseLogo(new File(['x'], 'logo.png'));
    expect(model.canSave).toBe(true);
    expect(await model.save()).toBe(true);
    expect(api.updateHelpCentre).toHaveBeenCalledWith({
      name: { en: 'Help' },
      colour: '#ffee00',
      logo_id: 'hf_1',
      locales: ['en'],
      domain: 'help.example.com',
      version: 3,
    });
    expect(model.held?.version).toBe(4);
    expect(model.isChanged).toBe(false);
  });

  it('wants a language and a colour that is one', async () => {
    const { model } = await loaded();
    model.draft.colour = 'red';
    expect([model.isColourWrong, model.canSave]).toEqual([true, false]);
    model.draft.colour = '';
    model.speak('zh-CN', false);
    model.speak('en', false);
    expect([model.isChanged, model.canSave]).toEqual([true, false]);
  });

  it('keeps what was written when it cannot be saved', async () => {
    const { api, model } = await loaded();
    api.updateHelpCentre.mockResolvedValueOnce(failed('changed') as never);
    model.draft.domain = 'help.example.com';
    expect(await model.save()).toBe(false);
    expect(model.saving).toMatchObject({ failed: { code: 'changed' } });
    expect(model.draft.domain).toBe('help.example.com');
  });

  it('knows the contrast of a colour', () => {
    expect(contrasts('#767676')[0]).toBeCloseTo(4.54, 1);
    expect(contrasts('#000000')[0]).toBeCloseTo(21, 5);
    expect(['#1f6f6b', '#1F6F6B', '1f6f6b', '#fff', ''].map(isColour)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('files of an article', () => {
  it('are written where the cursor is once they have come in', async () => {
    const written: string[] = [];
    let say: (share: number) => void = () => undefined;
    let end: (result: Result<ArticleFile>) => void = () => undefined;
    const uploads = new Uploads(
      {
        uploadFile: (_, onProgress) => {
          say = onProgress;
          return { done: new Promise((resolve) => (end = resolve)), cancel: vi.fn() };
        },
      },
      (text) => written.push(text),
    );
    uploads.add([new File(['x'], 'a.png')]);
    say(0.5);
    expect(uploads.entries[0]?.state).toBe(0.5);
    end(done(picture));
    await vi.waitFor(() => expect(written).toEqual(['![a \\[b\\]](/help-files/hf_1)']));
    expect(uploads.entries).toEqual([]);
    uploads.add([new File(['x'], 'b.png')]);
    end(failed('unsupported-file'));
    await vi.waitFor(() =>
      expect(uploads.entries[0]?.state).toMatchObject({ failed: { code: 'unsupported-file' } }),
    );
  });

  it('are links if they are no pictures, and stay away if they are too large', () => {
    expect(markdownOf({ name: 'form.pdf', url: '/help-files/hf_2', width: null })).toBe(
      '[form.pdf](/help-files/hf_2)',
    );
    const uploadFile = vi.fn();
    const uploads = new Uploads({ uploadFile }, vi.fn());
    uploads.add([{ name: 'x', size: FILE_BYTES_MAX + 1 } as File]);
    expect(uploadFile).not.toHaveBeenCalled();
    expect(uploads.entries[0]?.state).toEqual({ failed: 'too-large' });
  });

  it('are stopped when they are taken away', () => {
    const cancel = vi.fn();
    const uploads = new Uploads(
      { uploadFile: () => ({ done: new Promise(() => undefined), cancel }) },
      vi.fn(),
    );
    uploads.add([new File(['x'], 'a.png')]);
    uploads.dispose();
    expect(cancel).toHaveBeenCalledOnce();
    expect(uploads.entries).toEqual([]);
  });
});

describe('what stands beside articles', () => {
  it('is the report of the span that was asked for last', async () => {
    const answers: ((result: Result<KnowledgeReport>) => void)[] = [];
    const report = vi.fn(
      (..._: [Date, Date]) =>
        new Promise<Result<KnowledgeReport>>((resolve) => answers.push(resolve)),
    );
    const model = new KnowledgeReportModel({ report }, () => new Date('2026-03-10T12:00:00'));
    model.choose('week');
    model.choose('quarter');
    const of = (searches: number) => done({ searches, articles: [] } as unknown as KnowledgeReport);
    answers[1]?.(of(90));
    answers[0]?.(of(7));
    await vi.waitFor(() => expect(model.state).toBe('ready'));
    expect(model.report?.searches).toBe(90);
    const [from, to] = report.mock.calls[0] ?? [];
    expect(Math.round((Number(to) - Number(from)) / 864e5)).toBe(7);
  });

  it('is what is related to the article shown last', async () => {
    const hit = (id: string) => ({ id, locale: 'en' }) as unknown as ArticleHit;
    const listRelated = vi.fn(async (id: string) => done({ items: [hit(id)], next: null }));
    const model = new RelatedModel({ listRelated });
    await Promise.all([model.load('ar_1', 'en'), model.load('ar_2', 'en')]);
    expect(model.hits.map(({ id }) => id)).toEqual(['ar_2']);
    listRelated.mockResolvedValueOnce(failed('not-found') as never);
    await model.load('ar_3', 'en');
    expect([model.hits.length, typeof model.state]).toEqual([0, 'object']);
  });
});
