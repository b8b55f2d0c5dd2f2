/** Published articles close to one of them. */
import type { ApiError, Locale } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { ArticleHit } from './types.ts';

export class RelatedModel {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  hits: readonly ArticleHit[] = $state.raw([]);
  #api: Pick<KnowledgeApi, 'listRelated'>;
  #running: AbortController | null = null;

  constructor(api: Pick<KnowledgeApi, 'listRelated'>) {
    this.#api = api;
  }

  async load(id: string, locale: Locale): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.state = 'loading';
    const result = await this.#api.listRelated(id, locale, running.signal);
    if (this.#running !== running) return;
    this.hits = result.ok ? result.value.items : [];
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  dispose(): void {
    this.#running?.abort();
    this.#running = null;
  }
}
