/** A text with its matches marked. */
import { h } from 'preact';
import type { ComponentChildren } from 'preact';

/** `places`: start and length of each match, in UTF-16 code units, in order. */
export function marked(text: string, places: number[][]): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const [start = 0, length = 0] of places) {
    parts.push(text.slice(from, start), <mark>{text.slice(start, start + length)}</mark>);
    from = start + length;
  }
  return [...parts, text.slice(from)];
}
