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

const settle = () => new Promise((done) => queueMicrotask(() => done(null))).then(() => undefined);
const event = (type: string, of: string) =>
  ({ t: 'event', type, data: { conversation_id: of } }) as unknown as EventFrame;

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

  it('are asked for again when something happens to them here, and only here', async () => {
    const { model, asked } = setup([]);
    await settle();
    model.onEvent(event('scheduled_message.sent', 'cv_1'));
    model.onEvent(event('scheduled_message.sent', 'cv_2'));
    model.onEvent(event('message.created', 'cv_1'));
    expect(asked).toEqual(['list', 'list']);
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
