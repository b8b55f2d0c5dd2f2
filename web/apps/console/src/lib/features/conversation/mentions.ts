/** Colleagues named in a note, found in its text so that they stand out. Pure. */
export interface Piece {
  text: string;
  /** The name, if this piece calls somebody. */
  name: string | null;
}

/** Cuts a text at every `@name`; of two names that begin alike the longer one is meant. */
export function splitMentions(text: string, names: readonly string[]): Piece[] {
  const byLength = names.filter(Boolean).toSorted((a, b) => b.length - a.length);
  if (byLength.length === 0 || !text.includes('@')) return [{ text, name: null }];
  const pattern = new RegExp(`@(${byLength.map(escape).join('|')})`, 'gu');
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), name: null });
    pieces.push({ text: match[0], name: match[1] ?? null });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), name: null });
  return pieces;
}

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
