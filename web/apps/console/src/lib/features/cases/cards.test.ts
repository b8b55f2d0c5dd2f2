import { describe, expect, it } from 'vitest';
import { guess } from './cards.ts';

const card = <Of extends string>(of: Of, count: number) => ({
  of,
  signs: Array.from({ length: count }, (_, i) => ({ key: `${of}.${i}` })),
});
const cards = [card('advice', 3), card('justice', 3), card('gain', 3)];
const check = (ticked: string[], expected: unknown) =>
  expect(guess(cards, new Set(ticked))).toEqual(expected);

describe('signs', () => {
  it('speak for the card that has most of them, never for certain', () => {
    check([], null);
    check(['advice.0'], { of: 'advice', confidence: 50 });
    check(['advice.0', 'advice.1', 'advice.2'], { of: 'advice', confidence: 75 });
    check(['advice.0', 'advice.1', 'gain.0'], { of: 'advice', confidence: 44 });
  });

  it('speak for nobody when two cards are even', () => {
    check(['advice.0', 'gain.0'], null);
    check(['unknown'], null);
  });
});
