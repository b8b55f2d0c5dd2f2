import type { Api, Page, Result, SearchHit } from '@zhiyin/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pieces, SearchModel } from './model.svelte.ts';

describe('search', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setup() {
    const asked: string[] = [];
    const answer: ((result: Result<Page<SearchHit>>) => void)[] = [];
    const api = {
      search: (query: { q: string }) => {
        asked.push(query.q);
        return new Promise((resolve) => answer.push(resolve));
      },
    } as unknown as Pick<Api, 'search'>;
    return { model: new SearchModel(api, ''), asked, answer };
  }
  const hit = (id: string) => ({ kind: 'message', message: { id } }) as SearchHit;

  it('asks once when the typing rests', async () => {
    const { model, asked } = setup();
    model.set('q', '订');
    model.set('q', '订单');
    await vi.advanceTimersByTimeAsync(250);
    expect(asked).toEqual(['订单']);
  });

  it('drops the answer to a question that is no longer asked', async () => {
    const { model, answer } = setup();
    model.set('q', 'a');
    await vi.advanceTimersByTimeAsync(250);
    model.set('q', 'b');
    await vi.advanceTimersByTimeAsync(250);
    answer[1]?.({ ok: true, value: { items: [hit('b')], next: null } });
    answer[0]?.({ ok: true, value: { items: [hit('a')], next: null } });
    await vi.advanceTimersByTimeAsync(0);
    expect(model.hits.map((one) => (one.kind === 'message' ? one.message.id : ''))).toEqual(['b']);
  });

  it('asks nothing for nothing', async () => {
    const { model, asked } = setup();
    model.set('q', '   ');
    await vi.advanceTimersByTimeAsync(250);
    expect(asked).toEqual([]);
    expect(model.state).toBe('idle');
  });
});

describe('pieces', () => {
  it('marks hits where the server counted them', () => {
    expect(pieces('😀订单在哪里', [[2, 2]])).toEqual([
      { text: '😀', isHit: false },
      { text: '订单', isHit: true },
      { text: '在哪里', isHit: false },
    ]);
  });

  it('skips what overlaps or lies outside', () => {
    const found = pieces('a hit', [
      [2, 3],
      [3, 1],
      [50, 2],
    ]);
    expect(found).toEqual([
      { text: 'a ', isHit: false },
      { text: 'hit', isHit: true },
    ]);
  });
});
