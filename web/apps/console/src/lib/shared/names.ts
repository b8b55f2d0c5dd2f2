import { t } from './i18n.svelte.ts';

/** The name of a customer as it is shown: visitors who have not told theirs are visitors. */
export function shownName(name: string): string {
  return name.trim() === '' ? t('contact.unnamed') : name;
}
