/** The settings of one inbox while they are edited; nothing changes for customers until saved. */
import type { Api, Inbox, InboxRouting, Localized, WidgetSettings } from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';

/** The promise of a first answer: from as good as at once to a week. */
export const FIRST_RESPONSE_S = { min: 5, max: 7 * 24 * 3600 };

export const fallbackSettings: WidgetSettings = {
  color: '#0f5f5c',
  position: 'right',
  avatar_url: null,
  greeting: {},
  title: {},
  offline_text: {},
  prechat: { enabled: false, fields: [] },
  office_hours: [],
  time_zone: 'Asia/Shanghai',
  require_identity: false,
  show_typing_preview: false,
  first_response_s: 30,
  default_locale: 'zh-CN',
  rating: { enabled: true, ask_dimensions: true, ask_expectation: false, cooldown_days: 0 },
};

/** Worked by hand: whoever takes a conversation has it. */
export const fallbackRouting: InboxRouting = {
  queue_id: null,
  calendar_id: null,
  out_of_hours: null,
};

export class InboxEditorModel {
  readonly form = new FormModel();
  name = $state('');
  isEnabled = $state(true);
  domains = $state('');
  members: string[] = $state([]);
  settings: WidgetSettings = $state(structuredClone(fallbackSettings));
  routing: InboxRouting = $state({ ...fallbackRouting });
  #saved = $state('');
  #inbox: Inbox;
  #api: Pick<Api, 'updateInbox'>;

  constructor(inbox: Inbox, api: Pick<Api, 'updateInbox'>) {
    this.#inbox = inbox;
    this.#api = api;
    this.#adopt(inbox);
  }

  #adopt(inbox: Inbox): void {
    this.#inbox = inbox;
    this.name = inbox.name;
    this.isEnabled = inbox.is_enabled;
    this.domains = inbox.allowed_domains.join('\n');
    this.members = [...inbox.member_ids];
    this.settings = { ...structuredClone(fallbackSettings), ...structuredClone(inbox.settings) };
    this.routing = { ...fallbackRouting, ...structuredClone(inbox.routing ?? {}) };
    this.#saved = JSON.stringify(this.body());
  }

  body() {
    return {
      name: this.name.trim(),
      is_enabled: this.isEnabled,
      allowed_domains: this.domains
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(toDomain),
      member_ids: [...this.members],
      settings: $state.snapshot(this.settings) as WidgetSettings,
      routing: $state.snapshot(this.routing) as InboxRouting,
    };
  }

  get hasChanges(): boolean {
    return JSON.stringify(this.body()) !== this.#saved;
  }

  set(key: 'title' | 'greeting' | 'offline_text', locale: keyof Localized, text: string): void {
    this.settings[key] = { ...this.settings[key], [locale]: text };
  }

  /** A picture is kept at once and is no unsaved change. */
  setAvatar(url: string | null): void {
    const saved = JSON.parse(this.#saved) as ReturnType<InboxEditorModel['body']>;
    this.settings.avatar_url = url;
    saved.settings.avatar_url = url;
    this.#saved = JSON.stringify(saved);
  }

  /** Hours of the inbox itself, before those of its queue. */
  setOwnHours(isOn: boolean): void {
    this.routing.out_of_hours = isOn ? { mode: 'wait', reply_within_s: 8 * 3600, text: {} } : null;
    if (!isOn) this.routing.calendar_id = null;
  }

  addHours(): void {
    const last = this.settings.office_hours.at(-1);
    const weekday = last ? (last.weekday % 7) + 1 : 1;
    this.settings.office_hours.push({
      weekday,
      from: last?.from ?? '09:00',
      to: last?.to ?? '18:00',
    });
  }

  addField(): void {
    const fields = this.settings.prechat.fields;
    const used = new Set(fields.map((field) => field.key));
    let number = fields.length + 1;
    while (used.has(`field_${number}`)) number += 1;
    fields.push({ key: `field_${number}`, label: {}, kind: 'text', required: false });
  }

  save(onDone: (inbox: Inbox) => void): Promise<void> {
    return this.form.run(
      () => this.#api.updateInbox(this.#inbox.id, this.body()),
      (inbox) => {
        this.#adopt(inbox);
        onDone(inbox);
      },
    );
  }
}

/** People paste addresses; the server wants host names. */
export function toDomain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/, '');
}
