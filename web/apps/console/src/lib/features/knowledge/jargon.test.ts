import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { explained, JargonModel, placeOf } from './jargon.svelte.ts';
import type { GlossaryTerm, Jargon } from './types.ts';

const jargon = (word: string, at: number, term: Partial<GlossaryTerm> | null = null): Jargon => ({
  place: [at, word.length],
  word,
  reason: 'words of the trade',
  better: 'say it plainly',
  term: term && ({ explanation: '', preferred: '', ...term } as GlossaryTerm),
});

describe('words of the trade', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are looked for when somebody stops writing, and left when that is wished', async () => {
    const findJargon = vi.fn(async (..._: [string, string]) => ({
      ok: true as const,
      value: { items: [jargon('SKU', 4), jargon('RMA', 12)], next: null },
    }));
    const model = new JargonModel({ findJargon });
    model.look('The SK', 'en');
    model.look('The SKU and RMA', 'en');
    await vi.runAllTimersAsync();
    expect(findJargon).toHaveBeenCalledOnce();
    expect(model.found.map(({ word }) => word)).toEqual(['SKU', 'RMA']);
    model.leave(jargon('sku', 0));
    expect(model.found.map(({ word }) => word)).toEqual(['RMA']);
    model.look('The SKU', 'en');
    expect(model.found).toEqual([]);
    await vi.runAllTimersAsync();
    expect(model.found.map(({ word }) => word)).toEqual(['RMA']);
  });

  it('are found where they stand by now', () => {
    expect(placeOf('Oh, the SKU', jargon('SKU', 4))).toEqual([8, 11]);
    expect(placeOf('nothing', jargon('SKU', 4))).toBeNull();
  });

  it('are explained in the marks of the language', () => {
    const term = { explanation: 'What we call a product.' };
    expect(explained(jargon('SKU', 0, term), 'en')).toBe('SKU (What we call a product)');
    expect(explained(jargon('妥投', 0, { explanation: '包裹已送到。' }), 'zh-CN')).toBe(
      '妥投（包裹已送到）',
    );
  });
});
