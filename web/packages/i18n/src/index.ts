/** Languages and their catalogues; a catalogue is loaded when its language is chosen. */
import type { en } from './en/index.ts';
import { createTranslate, type Arguments, type Like, type Translate } from './translate.ts';

export * from './time.ts';
export * from './translate.ts';

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
export type Reference = typeof en;
export type MessageKey = keyof Reference & string;
/** Keys of messages without parameters, for tables of labels. */
export type PlainKey = {
  [Key in MessageKey]: Arguments<Reference[Key]> extends [] ? Key : never;
}[MessageKey];
export type T = Translate<Reference>;

const catalogues: Record<Locale, () => Promise<Like<Reference>>> = {
  en: async () => (await import('./en/index.ts')).en,
  'zh-CN': async () => (await import('./zh-CN/index.ts')).zhCN,
};

export async function loadTranslate(locale: Locale): Promise<T> {
  return createTranslate<Reference>(await catalogues[locale](), locale);
}

/** The language to start with: the first the browser asks for that we speak. */
export function preferredLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}
