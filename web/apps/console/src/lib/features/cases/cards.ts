/** What ticked signs say about who complains: a working aid, never certain. Pure. */

/** A card of a kind of complainant or of a temperament, as far as guessing needs it. */
export interface SignCard<Of extends string> {
  of: Of;
  signs: readonly { key: string }[];
}

export interface Guess<Of extends string> {
  of: Of;
  /** In percent; never 100. */
  confidence: number;
}

/**
 * The card with more ticked signs than any other, with `h / H · h / (h + 1)` as confidence:
 * the share of its signs among all that are ticked, held down where there are few.
 */
export function guess<Of extends string>(
  cards: readonly SignCard<Of>[],
  ticked: ReadonlySet<string>,
): Guess<Of> | null {
  const hits = cards.map((card) => ({
    of: card.of,
    count: card.signs.filter((sign) => ticked.has(sign.key)).length,
  }));
  const all = hits.reduce((sum, one) => sum + one.count, 0);
  const most = Math.max(0, ...hits.map((one) => one.count));
  const best = hits.filter((one) => one.count === most);
  const [first] = best;
  if (most === 0 || best.length > 1 || !first) return null;
  return {
    of: first.of,
    confidence: Math.min(99, Math.floor((100 * most * most) / (all * (most + 1)))),
  };
}
