/** A list a settings page shows: fetched once, page by page, with one state. */
import type { ApiError, Page, Result } from '@zhiyin/api';

export type ResourceState = 'loading' | 'ready' | 'more' | { failed: ApiError };

export class Resource<T> {
  state: ResourceState = $state.raw('loading');
  items: T[] = $state.raw([]);
  next: string | null = $state.raw(null);
  #fetch: (cursor?: string) => Promise<Result<Page<T>>>;

  constructor(fetch: (cursor?: string) => Promise<Result<Page<T>>>) {
    this.#fetch = fetch;
    void this.load();
  }

  async load(): Promise<void> {
    if (this.items.length === 0) this.state = 'loading';
    const result = await this.#fetch();
    if (result.ok) {
      this.items = result.value.items;
      this.next = result.value.next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  /** The next page; after a failure it is asked for again. What is there stays. */
  async loadMore(): Promise<void> {
    if (this.next === null || this.state === 'loading' || this.state === 'more') return;
    this.state = 'more';
    const result = await this.#fetch(this.next);
    if (result.ok) {
      this.items = [...this.items, ...result.value.items];
      this.next = result.value.next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }
}
