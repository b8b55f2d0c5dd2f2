/**
 * The panel's own tiny catalogue, in three parts: `core` for the first paint, `chat` with the
 * conversation, `more` with the first part that is opened. Both languages must have the same
 * keys: a type says so for the compiler, a test for the placeholders.
 */
import type { Locale } from '../dto';
import type { chat } from './chat.en';
import type { core } from './core.en';
import type { more } from './more.en';

/** Forms after `Intl.PluralRules`; `n` is the number. */
export interface Plural {
  one?: string;
  other: string;
}

type Translated<T> = { [K in keyof T]: T[K] extends string ? string : Plural };
export type CoreTexts = Translated<typeof core>;
export type ChatTexts = Translated<typeof chat>;
export type MoreTexts = Translated<typeof more>;
export type Key = keyof CoreTexts | keyof ChatTexts | keyof MoreTexts;
export type Values = Record<string, string | number>;
type Texts = Partial<Record<Key, string | Plural>>;
export type Part = 'core' | 'chat' | 'more';

let texts: Texts = {};
let spoken: Locale = 'en';
/** The language asked for last; the words of another that arrive later are not spoken. */
let wished: Locale = 'en';
const parts = new Set<Part>(['core']);

const loaders: Record<Locale, Record<Part, () => Promise<object>>> = {
  en: {
    core: () => import('./core.en'),
    chat: () => import('./chat.en'),
    more: () => import('./more.en'),
  },
  'zh-CN': {
    core: () => import('./core.zh-CN'),
    chat: () => import('./chat.zh-CN'),
    more: () => import('./more.zh-CN'),
  },
};

/** The language we have for a tag, or null. */
export const toLocale = (tag: string | null): Locale | null =>
  /^zh/i.test(tag ?? '') ? 'zh-CN' : /^en/i.test(tag ?? '') ? 'en' : null;

/** Loads a language, as much of it as was ever needed, and speaks it from then on. */
export async function speak(locale: Locale): Promise<void> {
  wished = locale;
  const loaded = await Promise.all([...parts].map((part) => loaders[locale][part]()));
  if (locale !== wished) return speak(wished);
  texts = Object.assign(spoken === locale ? texts : {}, ...loaded.flatMap(Object.values));
  spoken = locale;
}

/** The texts of parts that are loaded on use. */
export function speakMore(part: Part): Promise<void> {
  parts.add(part);
  return speak(wished);
}

export function format(text: string | Plural, locale: Locale, values: Values = {}): string {
  const form =
    typeof text === 'string'
      ? text
      : (text[new Intl.PluralRules(locale).select(+(values.n ?? 0)) as 'one'] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => '' + (values[name] ?? ''));
}

export const locale = (): Locale => spoken;

/** A text people wrote: in our language, else in any. */
export const localized = (text: Partial<Record<string, string>> | null | undefined): string =>
  text?.[spoken] || Object.values(text ?? {}).find(Boolean) || '';

/** For times and numbers: our language as the reader's region writes it. */
export const region = (): string =>
  navigator.languages.find((tag) => toLocale(tag) === spoken) ?? spoken;

export const t = (key: Key, values?: Values): string => format(texts[key] ?? '', spoken, values);

/** "30 seconds", "2 minutes". */
export function duration(seconds: number): string {
  const [value, unit] = seconds < 60 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  const unitDisplay = spoken === 'en' ? 'long' : 'short';
  return new Intl.NumberFormat(spoken, { style: 'unit', unit, unitDisplay }).format(value);
}
