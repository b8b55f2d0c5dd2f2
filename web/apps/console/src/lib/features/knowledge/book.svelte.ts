/** Categories of knowledge: read by many places, fetched once and again when they change. */
import type { ApiError } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { ArticleCategory } from './types.ts';

export class CategoryBook {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  items: readonly ArticleCategory[] = $state.raw([]);
  #api: Pick<KnowledgeApi, 'listCategories'>;

  constructor(api: Pick<KnowledgeApi, 'listCategories'>) {
    this.#api = api;
    void this.load();
  }

  async load(): Promise<void> {
    const result = await this.#api.listCategories();
    if (result.ok) this.items = result.value.items;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }
}
