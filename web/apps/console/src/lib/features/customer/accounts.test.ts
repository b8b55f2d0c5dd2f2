import type { Account, Api } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { AccountNames } from './accounts.svelte.ts';

const account = (name: string) => ({ id: `ac_${name}`, name }) as unknown as Account;

function setup(pages: string[][]) {
  const made: string[] = [];
  const api = {
    listAccounts: async ({ cursor }: { cursor?: string }) => {
      const at = Number(cursor ?? 0);
      const next = at + 1 < pages.length ? String(at + 1) : null;
      return { ok: true, value: { items: (pages[at] ?? []).map(account), next } };
    },
    createAccount: async ({ name }: { name: string }) => {
      made.push(name);
      return name === 'bad'
        ? { ok: false, error: { code: 'internal' } }
        : { ok: true, value: account(name) };
    },
  } as unknown as Api;
  return { names: new AccountNames(api), made };
}

const settle = () => new Promise((done) => setTimeout(done));

describe('companies in a form', () => {
  it('are read to the end, and stand by name', async () => {
    const { names } = setup([['Kiln', 'Boat'], ['Anchor']]);
    await settle();
    expect(names.items.map((one) => one.name)).toEqual(['Anchor', 'Boat', 'Kiln']);
  });

  it('are made once, whatever the case of the letters', async () => {
    const { names, made } = setup([['Kiln']]);
    await settle();
    expect(await names.named('kiln')).toEqual({ account: account('Kiln') });
    expect(await names.named('Boat')).toEqual({ account: account('Boat') });
    expect(await names.named('boat')).toEqual({ account: account('Boat') });
    expect(made).toEqual(['Boat']);
    expect(await names.named('bad')).toEqual({ error: { code: 'internal' } });
  });
});
