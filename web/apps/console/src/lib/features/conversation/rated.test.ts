import type { Rating } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { ratingAt } from './rated.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 8, minute)).toISOString();
const dimensions = {
  accurate: null,
  convenient: null,
  fast: null,
  comfortable: null,
  attitude: null,
};
const opinion = (score: number, minute: number, comment: string | null = null) => ({
  score,
  comment,
  dimensions,
  expected: null as number | null,
  at: at(minute),
});

/** The opinions in the order in which they were given; the last one is the present one. */
function rating(...opinions: ReturnType<typeof opinion>[]): Rating {
  const latest = opinions.at(-1) ?? opinion(5, 0);
  return { ...latest, satisfaction: null, by_link: true, earlier: opinions.slice(0, -1) };
}

describe('the rating at the time of a line', () => {
  it('is the present one where it was never changed', () => {
    const only = rating(opinion(4, 1, 'Good'));
    expect(ratingAt(only, 4, at(1))).toBe(only);
  });

  it('is the earlier one on the earlier line, the latest on the last', () => {
    const changed = rating(opinion(2, 1, 'Too slow'), opinion(5, 9, 'All is well now'));
    expect(ratingAt(changed, 2, at(1))).toEqual({
      ...opinion(2, 1, 'Too slow'),
      satisfaction: null,
      by_link: false,
      earlier: [],
    });
    expect(ratingAt(changed, 5, at(9))).toBe(changed);
  });

  it('says how an earlier one compared with what was expected', () => {
    const disappointed = { ...opinion(4, 1), expected: 5 };
    const changed = rating(disappointed, { ...opinion(5, 9), expected: 5 });
    expect(ratingAt(changed, 4, at(1))?.satisfaction).toBe('disappointed');
  });

  it('tells two lines with one score apart by their time', () => {
    const back = rating(opinion(5, 1, 'One'), opinion(2, 5, 'Two'), opinion(5, 9, 'Three'));
    const comments = [
      ratingAt(back, 5, at(1)),
      ratingAt(back, 2, at(5)),
      ratingAt(back, 5, at(9)),
    ].map((one) => one?.comment);
    expect(comments).toEqual(['One', 'Two', 'Three']);
    expect(ratingAt(back, 2, at(5))?.earlier).toEqual([opinion(5, 1, 'One')]);
  });

  it('has the comment that was added later without another line', () => {
    const written = rating(opinion(2, 1), opinion(2, 3, 'Too slow'), opinion(4, 9));
    expect(ratingAt(written, 2, at(1))?.comment).toBe('Too slow');
  });

  it('is unknown while the session does not have the score of the line yet', () => {
    expect(ratingAt(null, 5, at(9))).toBeNull();
    expect(ratingAt(rating(opinion(2, 1, 'Too slow')), 5, at(9))).toBeNull();
  });
});
