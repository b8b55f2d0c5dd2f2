/** The companies there are, by name, for a form; and how one is made in it. */
import type { Account, Api, ApiError } from '@zhiyin/api';

/** Pages of a hundred; whoever has more companies finds the newest here. */
const PAGES_MAX = 10;

export class AccountNames {
  items: Account[] = $state.raw([]);
  #api: Pick<Api, 'listAccounts' | 'createAccount'>;

  constructor(api: Pick<Api, 'listAccounts' | 'createAccount'>) {
    this.#api = api;
    void this.load();
  }

  async load(): Promise<void> {
    let cursor: string | undefined;
    const found: Account[] = [];
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const result = await this.#api.listAccounts({ limit: 100, ...(cursor ? { cursor } : {}) });
      // What came so far can be chosen.
      if (!result.ok) break;
      found.push(...result.value.items);
      if (result.value.next === null || result.value.next === undefined) break;
      cursor = result.value.next;
    }
    this.items = found.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** The company of this name, which is made where there is none. */
  async named(name: string): Promise<{ account: Account } | { error: ApiError }> {
    const known = this.items.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (known) return { account: known };
    const result = await this.#api.createAccount({ name, tier: 0 });
    if (!result.ok) return { error: result.error };
    this.items = [...this.items, result.value];
    return { account: result.value };
  }
}
