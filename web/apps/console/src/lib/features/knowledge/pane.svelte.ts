/** Knowledge beside a conversation: found while typing, read in place. */
import type { ApiError, Locale } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { ArticleHit, ArticleVersion, Audience } from './types.ts';

export interface Reading {
  hit: ArticleHit;
  state: 'loading' | ArticleVersion | { failed: ApiError };
}

export interface PaneDeps {
  api: Pick<KnowledgeApi, 'searchArticles' | 'getArticle' | 'getVersion'>;
  timers?: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
}

const AFTER_MS = 180;
const HITS = 20;
const QUESTION_CHARS_MAX = 300;

export class KnowledgePane {
  query = $state('');
  locale: Locale | null = $state(null);
  audience: Audience | null = $state(null);
  state: 'idle' | 'loading' | 'ready' | { failed: ApiError } = $state.raw('idle');
  hits: readonly ArticleHit[] = $state.raw([]);
  active = $state(0);
  reading: Reading | null = $state.raw(null);
  /** What the customer wrote last; looked for while nothing is typed. */
  #asked = $state('');
  #deps: PaneDeps;
  #timer: number | null = null;
  #stop: AbortController | null = null;

  constructor(deps: PaneDeps) {
    this.#deps = deps;
  }

  /** The words that are looked for. */
  get words(): string {
    return [...(this.query.trim() || this.#asked)].slice(0, QUESTION_CHARS_MAX).join('');
  }

  get isSuggested(): boolean {
    return this.query.trim() === '' && this.#asked !== '';
  }

  get chosen(): ArticleHit | undefined {
    return this.reading?.hit ?? this.hits[this.active];
  }

  type(query: string): void {
    this.query = query;
    this.reading = null;
    this.#soon();
  }

  /** The customer wrote: while nobody searches, what fits is offered. */
  suggest(text: string): void {
    if (text.trim() === this.#asked) return;
    this.#asked = text.trim();
    if (this.query.trim() === '' && this.reading === null) this.#soon();
  }

  filter(part: { locale?: Locale | null; audience?: Audience | null }): void {
    if (part.locale !== undefined) this.locale = part.locale;
    if (part.audience !== undefined) this.audience = part.audience;
    void this.search();
  }

  #soon(): void {
    const timers = this.#deps.timers ?? browserTimers;
    if (this.#timer !== null) timers.clear(this.#timer);
    this.#timer = timers.set(() => {
      this.#timer = null;
      void this.search();
    }, AFTER_MS);
  }

  async search(): Promise<void> {
    this.#stop?.abort();
    const q = this.words;
    if (q === '') {
      this.hits = [];
      this.state = 'idle';
      return;
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.state = 'loading';
    const result = await this.#deps.api.searchArticles(
      {
        q,
        limit: HITS,
        ...(this.locale ? { locale: this.locale } : {}),
        ...(this.audience ? { audience: this.audience } : {}),
      },
      stop.signal,
    );
    // An answer to what was typed before is of no use.
    if (stop.signal.aborted) return;
    if (result.ok) this.hits = result.value.items;
    this.active = 0;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  move(step: 1 | -1): void {
    const last = this.hits.length - 1;
    this.active = Math.max(0, Math.min(last, this.active + step));
  }

  /** Shows what readers see of an article, not what is being written. */
  async read(hit: ArticleHit | undefined = this.hits[this.active]): Promise<void> {
    if (!hit) return;
    this.reading = { hit, state: 'loading' };
    const state = await this.load(hit);
    if (this.reading?.hit !== hit) return;
    this.reading = { hit, state };
  }

  async load(hit: ArticleHit): Promise<ArticleVersion | { failed: ApiError }> {
    const held = this.reading;
    if (held?.hit === hit && typeof held.state === 'object' && 'revision' in held.state)
      return held.state;
    const { api } = this.#deps;
    const article = await api.getArticle(hit.id);
    if (!article.ok) return { failed: article.error };
    const one = article.value.translations.find((it) => it.locale === hit.locale);
    const revision = one?.live_revision ?? one?.revision ?? 1;
    const version = await api.getVersion(hit.id, hit.locale, revision);
    return version.ok ? version.value : { failed: version.error };
  }

  close(): void {
    this.reading = null;
  }

  dispose(): void {
    this.#stop?.abort();
    if (this.#timer !== null) (this.#deps.timers ?? browserTimers).clear(this.#timer);
  }
}

const browserTimers = {
  set: (run: () => void, ms: number): number => Number(setTimeout(run, ms)),
  clear: (handle: number): void => clearTimeout(handle),
};
