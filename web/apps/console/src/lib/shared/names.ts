import type { Locale, Localized } from '@zhiyin/api';
import { t } from './i18n.svelte.ts';

/** The name of a customer as it is shown: visitors who have not told theirs are visitors. */
export function shownName(name: string): string {
  return name.trim() === '' ? t('contact.unnamed') : name;
}

/** A text people wrote in several languages, in the reader's or else in any. */
export function localized(text: Localized, locale: Locale): string {
  return text[locale]?.trim() || Object.values(text).find((one) => one.trim() !== '') || '';
}
