/** What goes from an article into a message: its link, a quote, or its words. Pure. */
import type { ArticleHit } from './types.ts';

export type InsertKind = 'link' | 'quote' | 'text';
export const INSERT_KINDS: readonly InsertKind[] = ['link', 'quote', 'text'];

/** A quote is a passage; the rest is behind the link. */
export const QUOTE_CHARS = 300;

/** Adds to what is written already, on a line of its own. */
export const joined = (written: string, added: string): string =>
  written.trim() === '' ? added : `${written.trimEnd()}\n${added}`;

/** The first sentences that fit; a sentence that alone is too long is cut. */
export function passage(text: string, max = QUOTE_CHARS): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  if (plain.length <= max) return plain;
  const head = plain.slice(0, max);
  const end = Math.max(...['. ', '! ', '? '].map((one) => head.lastIndexOf(one)));
  const endOfChinese = Math.max(
    ...['\u3002', '\uFF01', '\uFF1F', '\uFF1B'].map((one) => head.lastIndexOf(one)),
  );
  const last = Math.max(end, endOfChinese);
  return last > max / 3 ? head.slice(0, last + 1).trim() : `${head.trimEnd()}\u2026`;
}

export const linkOf = (hit: Pick<ArticleHit, 'title'>, url: string): string =>
  `${hit.title}\n${url}`;

export function quoteOf(text: string, url: string | null): string {
  const lines = passage(text)
    .split('\n')
    .map((line) => `> ${line}`);
  return [...lines, ...(url ? [url] : [])].join('\n');
}

/** Why something cannot go into a reply: readers of it may not read the article. */
export type InsertBar = 'internal' | 'no-address' | null;

export function barOf(
  kind: InsertKind,
  hit: Pick<ArticleHit, 'audience' | 'url'>,
  isNote: boolean,
): InsertBar {
  if (hit.audience === 'internal' && !isNote) return 'internal';
  return kind === 'link' && !hit.url ? 'no-address' : null;
}
