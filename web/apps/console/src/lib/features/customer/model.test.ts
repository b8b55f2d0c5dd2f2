import type { Account, Api, Contact } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CustomerModel } from './model.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const contact = (given: Partial<Contact> = {}) =>
  ({ id: 'ct_1', name: 'Ada', tier: 2, account_id: 'ac_1', ...given }) as Contact;
const account = { id: 'ac_1', name: 'Tea House', tier: 5, dedicated_agent_id: 'ag_9' } as Account;

function setup(given: Partial<Contact> = {}, isAccountThere = true) {
  const asked: string[] = [];
  const api = {
    getContact: async () => ({ ok: true, value: contact(given) }),
    getAccount: async (id: string) => {
      asked.push(id);
      return isAccountThere ? { ok: true, value: account } : { ok: false, error: {} };
    },
    updateContact: async (_: string, patch: Partial<Contact>) => ({
      ok: true,
      value: contact({ ...given, ...patch }),
    }),
  } as unknown as Api;
  const model = new CustomerModel('ct_1', api, () => undefined);
  return { model, asked };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const event = (type: string, data: Record<string, unknown>) =>
  ({ t: 'event', type, data }) as unknown as EventFrame;

describe('the customer of a company', () => {
  it('stands where the higher of both tiers puts them, and keeps their own agent', async () => {
    const { model } = setup();
    await settle();
    expect([model.tier, model.ownAgent]).toEqual([5, 'ag_9']);
    const other = setup({ tier: 8, dedicated_agent_id: 'ag_2' }).model;
    await settle();
    expect([other.tier, other.ownAgent]).toEqual([8, 'ag_2']);
  });

  it('is there without the company, and without its answer', async () => {
    const alone = setup({ account_id: null });
    await settle();
    expect([alone.model.account, alone.asked]).toEqual([null, []]);
    const { model } = setup({}, false);
    await settle();
    expect([model.state, model.account, model.tier]).toEqual(['ready', null, 2]);
  });

  it('is shown anew when the company changes, and not when another one does', async () => {
    const { model, asked } = setup();
    await settle();
    model.onEvent(event('account.updated', { account_id: 'ac_2' }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(['ac_1']);
    model.onEvent(event('account.updated', { account_id: 'ac_1' }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(['ac_1', 'ac_1']);
  });

  it('leaves it, and the tier with it', async () => {
    const { model } = setup();
    await settle();
    await model.save({ account_id: null });
    expect([model.account, model.tier]).toEqual([null, 2]);
  });
});
