/** Which rows of a list with equal rows are on the screen. */
export interface Span {
  from: number;
  to: number;
}

/** Rows kept above and below the screen, so that fast scrolling shows no blank. */
const OVERSCAN = 12;

export function visibleSpan(count: number, row: number, top: number, height: number): Span {
  const first = Math.floor(top / row) - OVERSCAN;
  const last = Math.ceil((top + height) / row) + OVERSCAN;
  return { from: Math.max(0, Math.min(first, count)), to: Math.max(0, Math.min(last, count)) };
}

/** Where to scroll so that a row is seen, or null if it is. */
export function scrollFor(index: number, row: number, top: number, height: number): number | null {
  if (index * row < top) return index * row;
  if ((index + 1) * row > top + height) return (index + 1) * row - height;
  return null;
}
