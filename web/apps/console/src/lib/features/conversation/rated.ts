/**
 * What a customer thought at the time of a `rated` line. The line carries the score and the
 * session carries the present opinion with the trace of changes. Pure.
 */
import type { Rating, Satisfaction } from '@zhiyin/api';

type Opinion = Omit<Rating, 'by_link' | 'earlier' | 'satisfaction'>;

/**
 * The rating as it was from the line with this score on until the next line; null where the
 * session does not know of it yet. A change of the comment alone writes no line, so it belongs
 * to the line before it.
 */
export function ratingAt(rating: Rating | null, score: number, at: string): Rating | null {
  if (!rating) return null;
  const opinions: Opinion[] = [...rating.earlier, rating];
  const time = Date.parse(at);
  let index = -1;
  let distance = Infinity;
  for (let start = 0, end = 0; start < opinions.length; start = end + 1) {
    end = lastOfScore(opinions, start);
    const opinion = opinions[start];
    const away = opinion?.score === score ? Math.abs(Date.parse(opinion.at) - time) : Infinity;
    if (away < distance) [index, distance] = [end, away];
  }
  const opinion = opinions[index];
  if (!opinion) return null;
  if (index === opinions.length - 1) return rating;
  // Which way an earlier opinion came is not kept.
  const satisfaction = satisfactionOf(opinion);
  return { ...opinion, satisfaction, by_link: false, earlier: rating.earlier.slice(0, index) };
}

/** Less than was expected, as much, or more; null where that was not said. */
function satisfactionOf({ score, expected }: Opinion): Satisfaction | null {
  if (expected === null || expected === undefined) return null;
  if (score === expected) return 'satisfied';
  return score < expected ? 'disappointed' : 'delighted';
}

/** Where the opinions with the same score, one after the other from `start` on, end. */
function lastOfScore(opinions: readonly Opinion[], start: number): number {
  let end = start;
  while (opinions[end + 1]?.score === opinions[start]?.score) end += 1;
  return end;
}
