import type { Api, Inbox } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { fallbackSettings, InboxEditorModel, toDomain } from './model.svelte.ts';

const inbox: Inbox = {
  id: 'ib_1',
  number: 1,
  name: 'Website',
  channel: 'web',
  key: 'key',
  is_enabled: true,
  allowed_domains: ['a.example'],
  settings: structuredClone(fallbackSettings),
  member_ids: [],
  routing: { queue_id: null, calendar_id: null, out_of_hours: null },
  created_at: '2026-01-01T00:00:00Z',
  version: 1,
};

function setup() {
  const bodies: unknown[] = [];
  const api = {
    updateInbox: async (_id: string, body: object) => {
      bodies.push(body);
      return { ok: true, value: { ...inbox, ...body } };
    },
  } as unknown as Pick<Api, 'updateInbox'>;
  return { model: new InboxEditorModel(inbox, api), bodies };
}

describe('inbox editor', () => {
  it('knows whether anything changed, and not after saving', async () => {
    const { model, bodies } = setup();
    expect(model.hasChanges).toBe(false);
    model.set('greeting', 'en', 'Hello');
    expect(model.hasChanges).toBe(true);
    await model.save(() => undefined);
    expect(model.hasChanges).toBe(false);
    expect(bodies).toHaveLength(1);
  });

  it('takes pasted addresses as domains', () => {
    expect(toDomain('https://Shop.Example.com/path?x=1')).toBe('shop.example.com');
    const { model } = setup();
    model.domains = 'https://a.example/\nb.example, c.example';
    expect(model.body().allowed_domains).toEqual(['a.example', 'b.example', 'c.example']);
  });

  it('keeps a new picture without calling it an unsaved change', () => {
    const { model } = setup();
    model.name = 'Shop';
    model.setAvatar('/avatars/one');
    expect(model.settings.avatar_url).toBe('/avatars/one');
    expect(model.hasChanges).toBe(true);
    model.name = 'Website';
    expect(model.hasChanges).toBe(false);
  });

  it('sends conversations into a queue, with hours of its own or those of the queue', () => {
    const { model } = setup();
    expect(model.body().routing.queue_id).toBeNull();
    model.routing.queue_id = 'qu_1';
    model.setOwnHours(true);
    model.routing.calendar_id = 'cl_1';
    expect(model.hasChanges).toBe(true);
    expect(model.body().routing.out_of_hours?.mode).toBe('wait');
    model.setOwnHours(false);
    expect(model.body().routing).toEqual({
      queue_id: 'qu_1',
      calendar_id: null,
      out_of_hours: null,
    });
  });

  it('gives each new question its own key', () => {
    const { model } = setup();
    model.addField();
    model.addField();
    model.settings.prechat.fields.splice(0, 1);
    model.addField();
    const keys = model.settings.prechat.fields.map((field) => field.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
