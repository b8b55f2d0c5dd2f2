/** The language of the page: changing it changes every text at once, without a reload. */
import {
  createTimeFormat,
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

  /** Chooses the language kept on this device, or the one the browser asks for. */
  async start(): Promise<void> {
    const kept = localStorage.getItem(KEY);
    await this.choose(
      kept === 'en' || kept === 'zh-CN' ? kept : preferredLocale(navigator.languages),
    );
  }

  async choose(locale: Locale): Promise<void> {
    this.#translate = await loadTranslate(locale);
    this.locale = locale;
    localStorage.setItem(KEY, locale);
    document.documentElement.lang = locale;
  }

  t: T = (key, ...args) => {
    if (!this.#translate) return '';
    return this.#translate(key, ...args);
  };
}

export const language = new Language();

/** The message of a key in the present language. */
export const t: T = (key, ...args) => language.t(key, ...args);
