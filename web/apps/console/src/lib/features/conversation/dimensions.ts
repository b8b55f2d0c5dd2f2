/** The details of a rating in the order people read them. */
import type { Rating } from '@zhiyin/api';

export const DIMENSIONS = ['accurate', 'convenient', 'fast', 'comfortable', 'attitude'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Only what the customer gave. */
export function givenDimensions(rating: Rating): { name: Dimension; score: number }[] {
  return DIMENSIONS.flatMap((name) => {
    const score = rating.dimensions[name];
    return typeof score === 'number' ? [{ name, score }] : [];
  });
}
