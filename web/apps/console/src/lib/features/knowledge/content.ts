/** What a text may be, and when two are the same. Pure. */
import type { ArticleContent } from './types.ts';

export const TITLE_CHARS_MAX = 200;
export const SUMMARY_CHARS_MAX = 500;
export const BODY_BYTES_MAX = 128 * 1024;

export type ContentFault = 'no-title' | 'long-title' | 'long-summary' | 'long-body';

export function faultOf(content: ArticleContent): ContentFault | null {
  if (content.title.trim() === '') return 'no-title';
  if ([...content.title.trim()].length > TITLE_CHARS_MAX) return 'long-title';
  if ([...content.summary.trim()].length > SUMMARY_CHARS_MAX) return 'long-summary';
  return new TextEncoder().encode(content.body).length > BODY_BYTES_MAX ? 'long-body' : null;
}

/** As the server keeps it: without blanks around title and summary, lines ended one way. */
const plain = (content: ArticleContent): ArticleContent => ({
  title: content.title.trim(),
  summary: content.summary.trim(),
  body: content.body.replaceAll('\r\n', '\n'),
});

export function isSame(a: ArticleContent, b: ArticleContent): boolean {
  const [x, y] = [plain(a), plain(b)];
  return x.title === y.title && x.summary === y.summary && x.body === y.body;
}
