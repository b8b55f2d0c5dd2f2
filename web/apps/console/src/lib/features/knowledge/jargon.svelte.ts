/** Words of the trade in what is being written, until they are explained or left on purpose. */
import type { Locale } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { Jargon } from './types.ts';

const WAIT_MS = 700;

/** Where a word stands now: the text may have changed since it was looked at. */
export function placeOf(text: string, found: Jargon): [from: number, to: number] | null {
  const [start] = found.place;
  const from = text.startsWith(found.word, start) ? start : text.indexOf(found.word);
  return from < 0 ? null : [from, from + found.word.length];
}

/** A word with its explanation behind it, in the marks of its language. */
export const explained = (found: Jargon, locale: Locale): string => {
  const words = found.term?.explanation.trim().replace(/[.。]$/, '') ?? '';
  return locale === 'zh-CN' ? `${found.word}（${words}）` : `${found.word} (${words})`;
};

export class JargonModel {
  found: readonly Jargon[] = $state.raw([]);
  #api: Pick<KnowledgeApi, 'findJargon'>;
  #left = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round = 0;

  constructor(api: Pick<KnowledgeApi, 'findJargon'>) {
    this.#api = api;
  }

  look(text: string, locale: Locale): void {
    clearTimeout(this.#timer);
    this.#round += 1;
    this.found = this.found.filter((one) => text.includes(one.word));
    this.#timer = setTimeout(() => void this.#ask(text, locale), WAIT_MS);
  }

  async #ask(text: string, locale: Locale): Promise<void> {
    const round = ++this.#round;
    const result = await this.#api.findJargon(text, locale);
    if (round !== this.#round) return;
    // A hint that does not come is no reason to disturb who is writing.
    const found = result.ok ? result.value.items : [];
    this.found = found.filter((one) => !this.#left.has(one.word.toLowerCase()));
  }

  leave(found: Jargon): void {
    this.#left.add(found.word.toLowerCase());
    this.found = this.found.filter((one) => !this.#left.has(one.word.toLowerCase()));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
  }
}
