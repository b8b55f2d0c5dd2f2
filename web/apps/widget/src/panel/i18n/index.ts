/**
 * The panel's own tiny catalogue. `core` is needed for the first paint, `more` comes with
 * the first part that is opened. Both languages must have the same keys: a type says so
 * for the compiler, a test for the placeholders.
 */
import type { Locale } from '../dto';
import type { core } from './core.en';
import type { more } from './more.en';

/** Forms after `Intl.PluralRules`; `n` is the number. */
export interface Plural {
  one?: string;
  other: string;
}

type Translated<T> = { [K in keyof T]: T[K] extends string ? string : Plural };
export type CoreTexts = Translated<typeof core>;
export type MoreTexts = Translated<typeof more>;
export type Key = keyof CoreTexts | keyof MoreTexts;
export type Values = Record<string, string | number>;
type Texts = Partial<Record<Key, string | Plural>>;

let texts: Texts = {};
let spoken: Locale = 'en';

const loaders = {
  en: [() => import('./core.en'), () => import('./more.en')],
  'zh-CN': [() => import('./core.zh-CN'), () => import('./more.zh-CN')],
} as const;

/** The language we have for a tag, or null. */
export const toLocale = (tag: string | null): Locale | null =>
  /^zh/i.test(tag ?? '') ? 'zh-CN' : /^en/i.test(tag ?? '') ? 'en' : null;

let hasMore = false;

/** Loads a language and speaks it from then on. */
export async function speak(locale: Locale): Promise<void> {
  const [first, second] = loaders[locale];
  const parts = await Promise.all([first(), hasMore ? second() : null]);
  texts = { ...parts[0].core, ...parts[1]?.more };
  spoken = locale;
}

/** The texts of the parts that are loaded on use. */
export async function speakMore(): Promise<void> {
  hasMore = true;
  const { more } = await loaders[spoken][1]();
  texts = { ...texts, ...more };
}

export function format(text: string | Plural, locale: Locale, values: Values = {}): string {
  const form =
    typeof text === 'string'
      ? text
      : (text[new Intl.PluralRules(locale).select(+(values.n ?? 0)) as 'one'] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => '' + (values[name] ?? ''));
}

export const locale = (): Locale => spoken;

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
