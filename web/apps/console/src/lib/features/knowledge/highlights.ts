/** Cuts a text at the places that were found in it. Pure. */
import type { Span } from './types.ts';

export interface Piece {
  text: string;
  isMatch: boolean;
}

/** Pieces in order; spans that overlap or lie outside are taken as far as they fit. */
export function piecesOf(text: string, spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start, length] of spans.toSorted((a, b) => a[0] - b[0])) {
    const from = Math.max(at, Math.min(start, text.length));
    const to = Math.min(start + length, text.length);
    if (to <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), isMatch: false });
    pieces.push({ text: text.slice(from, to), isMatch: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMatch: false });
  return pieces;
}
