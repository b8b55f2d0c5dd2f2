/**
 * Languages and their catalogues; a catalogue is loaded when its language is chosen, in two
 * parts: what the inbox says, and what the other pages say, which the inbox does not wait for.
 */
import type { en } from './en/index.ts';
import type { enPages } from './en/pages.ts';
import { createTranslate, type Arguments, type Like, type Translate } from './translate.ts';

export * from './time.ts';
export * from './translate.ts';

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
export type Reference = typeof en & typeof enPages;
export type MessageKey = keyof Reference & string;
/** Keys of messages without parameters, for tables of labels. */
export type PlainKey = {
  [Key in MessageKey]: Arguments<Reference[Key]> extends [] ? Key : never;
}[MessageKey];
export type T = Translate<Reference>;

const inboxWords: Record<Locale, () => Promise<Like<typeof en>>> = {
  en: async () => (await import('./en/index.ts')).en,
  'zh-CN': async () => (await import('./zh-CN/index.ts')).zhCN,
};

const pageWords: Record<Locale, () => Promise<Like<typeof enPages>>> = {
  en: async () => (await import('./en/pages.ts')).enPages,
  'zh-CN': async () => (await import('./zh-CN/pages.ts')).zhCNPages,
};

/** Everything said in a language. */
export async function loadTranslate(locale: Locale): Promise<T> {
  const [inbox, pages] = await Promise.all([inboxWords[locale](), pageWords[locale]()]);
  return createTranslate<Reference>({ ...inbox, ...pages }, locale);
}

/** What the inbox says; the words of other pages stay empty. */
export async function loadInboxTranslate(locale: Locale): Promise<T> {
  const words = await inboxWords[locale]();
  const translate = createTranslate<Reference>(words as Like<Reference>, locale);
  return (key, ...args) => (key in words ? translate(key, ...args) : '');
}

/** The language to start with: the first the browser asks for that we speak. */
export function preferredLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}
