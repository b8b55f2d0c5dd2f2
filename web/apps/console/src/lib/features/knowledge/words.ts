/** Words people wrote one below the other or between commas. Pure. */

export const SYNONYM_WORDS_MAX = 20;
export const SYNONYM_CHARS_MAX = 40;
export const TAGS_MAX = 20;
export const TAG_CHARS_MAX = 40;

/** Each word once, without regard to case, in the order written. */
export function split(text: string): string[] {
  const words = text
    .split(/[\n,;\u3001\uFF0C\uFF1B]+/u)
    .map((word) => word.trim().replace(/\s+/g, ' '))
    .filter((word) => word !== '');
  const seen = new Set<string>();
  return words.filter((word) => {
    const key = word.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A group of synonyms and what is wrong with it. */
export function wordsOf(text: string): {
  words: string[];
  problem: 'few' | 'many' | 'long' | null;
} {
  const words = split(text);
  if (words.some((word) => [...word].length > SYNONYM_CHARS_MAX)) return { words, problem: 'long' };
  if (words.length > SYNONYM_WORDS_MAX) return { words, problem: 'many' };
  return { words, problem: words.length < 2 ? 'few' : null };
}
