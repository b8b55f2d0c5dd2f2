import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, measure, oklchToRgb, readTokens } from '../src/color.ts';

describe('contrast', () => {
  it('knows black on white', () => {
    expect(contrast(oklchToRgb(0, 0, 0), oklchToRgb(1, 0, 0))).toBeCloseTo(21, 0);
  });

  it('is enough for every pair of tokens in light and dark', () => {
    const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8');
    const low = measure(readTokens(css)).filter((finding) => !finding.isEnough);
    expect(low.map((f) => `${f.theme} ${f.text} on ${f.on}: ${f.ratio.toFixed(2)}`)).toEqual([]);
  });
});
