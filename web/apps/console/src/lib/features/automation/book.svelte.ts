/** Everything rules and macros refer to, by the names people know. Fetched when a page needs it. */
import type { CalendarId, Webhook } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import { namesOf } from '$lib/features/views/names.svelte.ts';
import type { Choice } from '$lib/features/views/filter.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';
import { localized } from '$lib/shared/names.ts';
import { ruleFields, type RuleField } from './fields.ts';
import type { Speech } from './words.ts';

export class AutomationBook {
  #desk: Desk;
  #t: T;
  #calendars: { id: CalendarId; name: string }[] = $state.raw([]);
  #webhooks: Webhook[] = $state.raw([]);

  constructor(desk: Desk, t: T) {
    this.#desk = desk;
    this.#t = t;
    desk.routing.ensure();
    desk.cases.ensure();
    const { api, session } = desk.app;
    void api.journey.listCalendars().then((result) => {
      if (result.ok) this.#calendars = result.value.items;
    });
    if (!session.can('webhooks.manage')) return;
    void api.webhooks.list().then((result) => {
      if (result.ok) this.#webhooks = result.value.items.filter((one) => one.purpose === 'events');
    });
  }

  fields: RuleField[] = $derived.by(() =>
    ruleFields(this.#t, {
      ...namesOf(this.#desk),
      calendars: this.#calendars.map((one) => ({ value: one.id, label: one.name })),
    }),
  );

  inboxes: Choice[] = $derived.by(() => named(this.#desk.directory.inboxes));
  teams: Choice[] = $derived.by(() => named(this.#desk.directory.teams));
  tags: Choice[] = $derived.by(() => named(this.#desk.directory.tags));
  agents: Choice[] = $derived.by(() =>
    this.#desk.directory.activeAgents.map((one) => ({ value: one.id, label: one.display_name })),
  );
  queues: Choice[] = $derived.by(() => named(this.#desk.routing.queues));
  phrases: Choice[] = $derived.by(() =>
    this.#desk.directory.phrases
      .filter((one) => !one.agent_id)
      .map((one) => ({ value: one.id, label: one.title || `/${one.shortcut}` })),
  );
  webhooks: Choice[] = $derived.by(() => named(this.#webhooks));
  caseTypes: Choice[] = $derived.by(() =>
    this.#desk.cases.types.map((one) => ({
      value: one.id,
      label: localized(one.terms?.name ?? {}, language.locale) || one.key,
    })),
  );

  #names = $derived.by(
    () =>
      new Map(
        [
          this.inboxes,
          this.teams,
          this.tags,
          this.queues,
          this.phrases,
          this.webhooks,
          this.caseTypes,
        ]
          .flat()
          .map((one) => [one.value, one.label]),
      ),
  );

  /** People who left keep their names; what is gone is said to be. */
  name = (id: string | null | undefined): string =>
    this.#desk.directory.agent(id)?.display_name ??
    (id ? this.#names.get(id) : undefined) ??
    this.#t('automation.gone');

  speech: Speech = $derived.by(() => ({
    t: this.#t,
    locale: language.locale,
    fields: this.fields,
    day: (at: Date) => language.time.date(at),
    name: this.name,
  }));
}

function named(rows: readonly { id: string; name: string }[]): Choice[] {
  return rows.map((row) => ({ value: row.id, label: row.name }));
}
