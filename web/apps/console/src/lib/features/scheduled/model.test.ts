import type { ApiError, ScheduledMessage } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { ScheduledModel, type ScheduledDeps } from './model.svelte.ts';

const item = (id: string, given: Partial<ScheduledMessage> = {}) =>
  ({
    id,
    status: 'waiting',
    send_at: '2026-12-01T09:00:00Z',
    text: id,
    conversation_id: 'cv_1',
    version: 1,
    ...given,
  }) as ScheduledMessage;

function setup(items: ScheduledMessage[], failure?: ApiError) {
  const asked: string[] = [];
  const failed: ApiError[] = [];
  const answer = async (what: string) => {
    asked.push(what);
    return failure ? { ok: false, error: failure } : { ok: true, value: item('sm_1') };
  };
  const api = {
    listScheduledMessages: async () => {
      asked.push('list');
      return { ok: true, value: { items, next: null } };
    },
    updateScheduledMessage: (id: string) => answer(`change ${id}`),
    deleteScheduledMessage: (id: string) => answer(`cancel ${id}`),
    sendScheduledMessage: (id: string) => answer(`send ${id}`),
  } as unknown as ScheduledDeps['api'];
  const model = new ScheduledModel('cv_1', { api, fail: (error) => failed.push(error) });
  return { model, asked, failed };
}

const settle = () => new Promise((done) => setTimeout(done));
const event = (row: ScheduledMessage, type = 'scheduled_message.changed') =>
  ({ t: 'event', type, data: { scheduled_message: row } }) as unknown as EventFrame;

describe('scheduled messages', () => {
  it('show what waits or failed, the next first', async () => {
    const { model } = setup([
      item('late', { send_at: '2026-12-02T09:00:00Z' }),
      item('sent', { status: 'sent' }),
      item('failed', { status: 'failed', send_at: '2026-11-30T09:00:00Z' }),
    ]);
    await settle();
    expect(model.items.map((one) => one.id)).toEqual(['failed', 'late']);
  });

  it('follow the events of this conversation, the newer row first', async () => {
    const { model, asked } = setup([item('sm_1', { version: 2 })]);
    await settle();
    const texts = () => model.items.map((one) => one.text);
    model.onEvent(event(item('sm_1', { version: 1, text: 'old' })));
    model.onEvent(event(item('sm_2', { conversation_id: 'cv_2' })));
    expect(texts()).toEqual(['sm_1']);
    model.onEvent(event(item('sm_1', { version: 3, text: 'new' })));
    model.onEvent(event(item('sm_0', { send_at: '2026-11-30T09:00:00Z' })));
    expect(texts()).toEqual(['sm_0', 'new']);
    model.onEvent(event(item('sm_0', { version: 2, status: 'sent' }), 'scheduled_message.sent'));
    expect(texts()).toEqual(['new']);
    expect(asked).toEqual(['list']);
  });

  it('take one change at a time and show the truth after a failure', async () => {
    const error = { code: 'changed' } as ApiError;
    const { model, asked, failed } = setup([item('sm_1')], error);
    await settle();
    const first = model.sendNow('sm_1');
    expect(await model.cancel('sm_1')).toBe(false);
    expect(await first).toBe(false);
    expect(failed).toEqual([error]);
    expect(asked).toEqual(['list', 'send sm_1', 'list']);
    expect(model.busyId).toBeNull();
  });
});
