import { describe, expect, it } from 'vitest';
import { en, zh } from '../../src/chunks/bot/words';

describe('the words around the bot', () => {
  it('are the same sentences in both languages, and calm', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect(text).not.toMatch(/!|\bplease\b/i);
      expect(zh[key as keyof typeof en]).not.toMatch(/[一-鿿][,;:?!]|[!！]|你/);
    }
  });
});
