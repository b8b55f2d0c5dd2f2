/** How long somebody may be kept out. */
export const SPANS = ['day', 'week', 'month', 'forever'] as const;
export type Span = (typeof SPANS)[number];

const DAYS: Record<Exclude<Span, 'forever'>, number> = { day: 1, week: 7, month: 30 };

/** When a block of this length ends; null if it lasts until it is taken away. */
export function expiryOf(span: Span, now: Date): string | null {
  if (span === 'forever') return null;
  return new Date(now.getTime() + DAYS[span] * 86_400_000).toISOString();
}
