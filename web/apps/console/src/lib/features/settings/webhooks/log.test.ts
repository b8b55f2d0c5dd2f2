import type { WebhookDelivery, WebhookDeliveryId, WebhookId } from '@zhiyin/api';
import { expect, test, vi } from 'vitest';
import { DeliveryLog, LOOKS_MS } from './log.svelte.ts';

const ID = 'wd_1' as WebhookDeliveryId;
const delivery = (change: Partial<WebhookDelivery>) =>
  ({ id: ID, state: 'waiting', attempts: 0, event_type: 'webhook.test', ...change }) as never;
const refused = { ok: false, error: { code: 'changed', fields: [] } } as never;

/** A log over pages that come one after the other; the last one stays. */
function check(pages: WebhookDelivery[][]) {
  const waits: number[] = [];
  const deliveries = vi.fn(() => {
    const items = pages.length > 1 ? (pages.shift() ?? []) : (pages[0] ?? []);
    return Promise.resolve({ ok: true as const, value: { items, next: null } });
  });
  const api = { deliveries, delivery: vi.fn(), replay: vi.fn(), replayMany: vi.fn() };
  const fail = vi.fn();
  const log = new DeliveryLog({
    api,
    webhook: 'wh_1' as WebhookId,
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    fail,
  });
  return { log, api, waits, fail };
}

test('it looks again until the first attempt is over', async () => {
  const { log, waits } = check([
    [],
    [delivery({})],
    [delivery({})],
    [delivery({ state: 'delivered', attempts: 1 })],
  ]);
  await log.watch();
  expect(waits).toEqual(LOOKS_MS.slice(0, 2));
  expect(log.list.items[0]?.state).toBe('delivered');
});

test('a receiver that hangs is not asked after for ever', async () => {
  const { log, waits } = check([[delivery({})]]);
  await log.watch();
  expect(waits).toEqual(LOOKS_MS);
});

test('who leaves the page ends the looking', async () => {
  const { log, waits } = check([[delivery({})]]);
  const watching = log.watch();
  log.dispose();
  await watching;
  expect(waits).toHaveLength(1);
});

test('failed ones are sent again within the event that is looked at', async () => {
  const { log, api } = check([[delivery({ state: 'failed', attempts: 8 })]]);
  api.replayMany.mockResolvedValue({ ok: true, value: { count: 3 } });
  log.filter({ eventType: 'case.created' });
  expect(await log.replayFailed()).toBe(3);
  expect(api.replayMany).toHaveBeenCalledWith('wh_1', {
    state: 'failed',
    event_type: 'case.created',
  });
});

test('what the server refuses is said, and the delivery stays open', async () => {
  const { log, api, fail } = check([[]]);
  api.delivery.mockResolvedValue({ ok: true, value: { delivery: delivery({}) } });
  api.replay.mockResolvedValue(refused);
  await log.show(ID);
  expect(await log.replay(ID)).toBe(false);
  expect(fail).toHaveBeenCalledOnce();
  expect(log.detail).not.toBeNull();
});
