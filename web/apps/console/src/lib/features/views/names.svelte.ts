/** What conditions of views refer to, by the names people know. */
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';
import { localized } from '$lib/shared/names.ts';
import type { Names } from './filter.ts';

const LANGUAGES = ['zh-CN', 'zh-TW', 'en', 'ja', 'ko', 'de', 'fr', 'es', 'pt', 'ru', 'ar'];

export function namesOf(desk: Desk): Names {
  const { directory } = desk;
  const named = (rows: readonly { id: string; name: string }[]) =>
    rows.map((row) => ({ value: row.id, label: row.name }));
  const tongue = new Intl.DisplayNames(language.locale, { type: 'language', fallback: 'code' });
  return {
    inboxes: named(directory.inboxes),
    teams: named(directory.teams),
    agents: directory.activeAgents.map((agent) => ({ value: agent.id, label: agent.display_name })),
    tags: named(directory.tags),
    // Personal values are sealed: the database cannot compare them.
    attributes: directory.attributes
      .filter((one) => !one.is_personal)
      .map((one) => ({
        key: one.key,
        label: localized(one.label, language.locale) || one.key,
        choices:
          one.kind === 'select'
            ? one.options.map((option) => ({
                value: option.value,
                label: localized(option.label, language.locale) || option.value,
              }))
            : null,
      })),
    languages: LANGUAGES.map((tag) => ({ value: tag, label: tongue.of(tag) ?? tag })),
  };
}
