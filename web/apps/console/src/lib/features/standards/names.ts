/** What conditions and actions can choose from, with the names people know. */
import { STAGES, type Locale, type Priority } from '@zhiyin/api';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language, t } from '$lib/shared/i18n.svelte.ts';
import type { ListField } from './forms.ts';

export interface Option {
  value: string;
  label: string;
}

/** What customers speak, without region: who reads one of it reads the other. */
const LANGUAGES = [
  'zh',
  'yue',
  'en',
  'ja',
  'ko',
  'fr',
  'de',
  'es',
  'pt',
  'it',
  'ru',
  'ar',
  'vi',
  'th',
];
export const PRIORITIES: Priority[] = ['urgent', 'high', 'normal', 'low'];

export function optionsOf(desk: Desk, field: ListField): Option[] {
  const { directory } = desk;
  switch (field) {
    case 'inboxes':
      return directory.inboxes.map((one) => ({ value: one.id, label: one.name }));
    case 'channels':
      return [
        { value: 'web', label: t('channel.web') },
        { value: 'api', label: t('channel.api') },
      ];
    case 'languages':
      return LANGUAGES.map((value) => ({ value, label: languageName(value, language.locale) }));
    case 'priorities':
      return PRIORITIES.map((value) => ({ value, label: t(`conversation.priority.${value}`) }));
    case 'stages':
      return STAGES.map((value) => ({ value, label: t(`stage.${value}`) }));
    case 'teams':
      return directory.teams.map((one) => ({ value: one.id, label: one.name }));
  }
}

export function valueName(desk: Desk, field: ListField, value: string): string {
  if (field === 'languages') return languageName(value, language.locale);
  return optionsOf(desk, field).find((one) => one.value === value)?.label ?? value;
}

function languageName(tag: string, locale: Locale): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
