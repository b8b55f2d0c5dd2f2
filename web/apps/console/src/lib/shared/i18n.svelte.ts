/** The language of the page: changing it changes every text at once, without a reload. */
import {
  createTimeFormat,
  loadInboxTranslate,
  loadTranslate,
  preferredLocale,
  type Locale,
  type T,
  type TimeFormat,
} from '@zhiyin/i18n';

const KEY = 'zhiyin.locale';

export class Language {
  locale: Locale = $state('en');
  #translate: T | null = $state.raw(null);
  time: TimeFormat = $derived(createTimeFormat(this.locale));
  /** Whether more than the inbox is to be spoken of. */
  #isWhole = false;
  /** The language whose every word is here. */
  #whole: Locale | null = null;

  /** Chooses the language kept on this device, or the one the browser asks for. */
  async start(): Promise<void> {
    const kept = localStorage.getItem(KEY);
    await this.choose(
      kept === 'en' || kept === 'zh-CN' ? kept : preferredLocale(navigator.languages),
    );
  }

  async choose(locale: Locale): Promise<void> {
    let isWhole: boolean;
    let translate: T;
    // More may be asked for while these words are on their way.
    do {
      isWhole = this.#isWhole;
      translate = await (isWhole ? loadTranslate : loadInboxTranslate)(locale);
    } while (isWhole !== this.#isWhole);
    this.#translate = translate;
    this.#whole = isWhole ? locale : null;
    this.locale = locale;
    localStorage.setItem(KEY, locale);
    document.documentElement.lang = locale;
  }

  /**
   * Fetches the words of the other pages and of dialogs. Pages other than the inbox wait for
   * them; fails when the server cannot be reached. Before `start` it is only noted.
   */
  async loadPages(): Promise<void> {
    this.#isWhole = true;
    const locale = this.locale;
    if (!this.#translate || this.#whole === locale) return;
    const translate = await loadTranslate(locale);
    // Another language chosen meanwhile comes with every word.
    if (this.locale !== locale) return;
    this.#translate = translate;
    this.#whole = locale;
  }

  /** A list on one line, as the language writes it. */
  join = (parts: readonly (string | number)[]): string =>
    parts.join(this.locale === 'en' ? ', ' : '、');

  /** Whole sentences one after the other; Chinese ones need no space in between. */
  sentences = (...parts: string[]): string => parts.join(this.locale === 'en' ? ' ' : '');

  /** A thing and what is said of it, such as a setting and its value. */
  pair = (name: string, value: string): string =>
    name + (this.locale === 'en' ? ': ' : '：') + value;

  t: T = (key, ...args) => {
    if (!this.#translate) return '';
    return this.#translate(key, ...args);
  };
}

export const language = new Language();

/** The message of a key in the present language. */
export const t: T = (key, ...args) => language.t(key, ...args);
