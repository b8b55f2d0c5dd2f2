/** What differs between two texts, word by word, as pieces to be shown one after the other. */
import { diffWordsWithSpace } from 'diff';
import type { Locale } from '@zhiyin/api';
import type { ArticleContent } from './types.ts';

export interface Change {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Unchanged text longer than this is cut in its middle. */
const CONTEXT_CHARS = 160;

export function changesOf(before: string, after: string, locale: Locale): Change[] {
  const intlSegmenter = new Intl.Segmenter(locale, { granularity: 'word' });
  return diffWordsWithSpace(before, after, { intlSegmenter }).map((part) => ({
    kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
    text: part.value,
  }));
}

export const isUnchanged = (changes: readonly Change[]): boolean =>
  changes.every((one) => one.kind === 'same');

/** Leaves out what is far from any change; `null` stands for what was left out. */
export function cut(changes: readonly Change[]): (Change | null)[] {
  return changes.flatMap((one, i): (Change | null)[] => {
    if (one.kind !== 'same' || one.text.length <= 2 * CONTEXT_CHARS) return [one];
    const head = one.text.slice(0, CONTEXT_CHARS);
    const tail = one.text.slice(-CONTEXT_CHARS);
    const isFirst = i === 0;
    const isLast = i === changes.length - 1;
    return [
      ...(isFirst ? [] : [{ kind: 'same' as const, text: head }]),
      null,
      ...(isLast ? [] : [{ kind: 'same' as const, text: tail }]),
    ];
  });
}

export type ContentPart = keyof ArticleContent;
export const CONTENT_PARTS: readonly ContentPart[] = ['title', 'summary', 'body'];
