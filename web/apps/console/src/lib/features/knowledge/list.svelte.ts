/**
 * A list of articles by its address: rows page by page, walked by keys. With words it is a
 * search: what is published comes ranked, and drafts by their titles below.
 */
import type { ApiError } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import type { KnowledgeApi } from './api.ts';
import { isKnowledge } from './events.ts';
import { fits, queryOf, type ArticleSpec } from './spec.ts';
import type { Article, ArticleHit } from './types.ts';

export type ArticlesState = 'loading' | 'ready' | 'more' | { failed: ApiError };

export interface ArticleListDeps {
  api: Pick<KnowledgeApi, 'listArticles' | 'searchArticles'>;
  open: (id: string) => void;
  fail: (error: ApiError) => void;
  now?: () => Date;
  timers?: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
}

const PAGE = 50;
const PAGE_MAX = 100;
const HITS = 50;
const NEAR_END_ROWS = 20;
/** A page of which nothing fits is followed by the next, this many times. */
const EMPTY_PAGES_MAX = 10;
const AFTER_MS = 800;

export class ArticleListModel {
  readonly spec: ArticleSpec;
  state: ArticlesState = $state.raw('loading');
  rows: readonly Article[] = $state.raw([]);
  /** What a search found among published articles, best first. */
  hits: readonly ArticleHit[] = $state.raw([]);
  activeId: string | null = $state(null);
  #next: string | null = $state.raw(null);
  #deps: ArticleListDeps;
  #round = 0;
  #timer: number | null = null;
  #isDisposed = false;

  constructor(spec: ArticleSpec, deps: ArticleListDeps) {
    this.spec = spec;
    this.#deps = deps;
    void this.load();
  }

  get isSearch(): boolean {
    return this.spec.words.trim() !== '';
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** Everything that can be walked through, in the order it stands. */
  get ids(): string[] {
    return [...this.hits.map((hit) => hit.id), ...this.rows.map((row) => row.id)];
  }

  get activeIndex(): number {
    return this.activeId === null ? -1 : this.ids.indexOf(this.activeId);
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    if (this.ids.length === 0) this.state = 'loading';
    const failed = this.isSearch ? await this.#search(round) : await this.#fetchHead(round);
    if (round !== this.#round || this.#isDisposed) return;
    this.state = failed ? { failed } : 'ready';
  }

  async #fetchHead(round: number): Promise<ApiError | null> {
    const limit = Math.min(PAGE_MAX, Math.max(PAGE, this.rows.length));
    return this.#fetch(round, [], limit, undefined);
  }

  /** Adds pages until something is there to be shown; gives back what went wrong. */
  async #fetch(
    round: number,
    held: readonly Article[],
    limit: number,
    from: string | undefined,
  ): Promise<ApiError | null> {
    const now = this.#deps.now?.() ?? new Date();
    let cursor = from;
    let rows = held;
    for (let page = 0; page < EMPTY_PAGES_MAX; page += 1) {
      const more = cursor === undefined ? { limit } : { limit, cursor };
      const result = await this.#deps.api.listArticles({ ...queryOf(this.spec, now), ...more });
      if (round !== this.#round || this.#isDisposed) return null;
      if (!result.ok) return result.error;
      const known = new Set(rows.map((row) => row.id));
      const fresh = result.value.items.filter((row) => !known.has(row.id) && fits(row, this.spec));
      rows = [...rows, ...fresh];
      this.#next = result.value.next;
      if (fresh.length > 0 || this.#next === null) break;
      cursor = this.#next;
    }
    this.rows = rows;
    return null;
  }

  /** Drafts are not searched by the server: those whose title has the words are added. */
  async #search(round: number): Promise<ApiError | null> {
    const { spec } = this;
    const now = this.#deps.now?.() ?? new Date();
    const wantsPublished = spec.shelf === 'all' || spec.shelf === 'published';
    const shelves =
      spec.shelf === 'all' ? (['draft', 'review'] as const) : wantsPublished ? [] : [spec.shelf];
    const query = { q: spec.words.trim(), limit: HITS, ...pick(spec) };
    const [found, ...drafts] = await Promise.all([
      wantsPublished ? this.#deps.api.searchArticles(query) : null,
      ...shelves.map((shelf) =>
        this.#deps.api.listArticles({ ...queryOf({ ...spec, shelf }, now), limit: PAGE_MAX }),
      ),
    ]);
    if (round !== this.#round || this.#isDisposed) return null;
    for (const result of [found, ...drafts]) if (result && !result.ok) return result.error;
    const hits = found?.ok ? found.value.items : [];
    const seen = new Set(hits.map((hit) => hit.id));
    const rows = drafts.flatMap((result) => (result.ok ? result.value.items : []));
    this.hits = hits.filter((hit, i) => hits.findIndex((one) => one.id === hit.id) === i);
    this.rows = rows.filter((row) => {
      if (seen.has(row.id) || !fits(row, spec)) return false;
      seen.add(row.id);
      return true;
    });
    this.#next = null;
    return null;
  }

  async loadMore(): Promise<void> {
    if (this.#next === null || this.state !== 'ready') return;
    const round = this.#round;
    this.state = 'more';
    const failed = await this.#fetch(round, this.rows, PAGE, this.#next);
    if (round !== this.#round || this.#isDisposed) return;
    if (failed) this.#deps.fail(failed);
    this.state = 'ready';
  }

  /** Called while scrolling with the last row on the screen. */
  onSeenUpTo(index: number): void {
    if (this.hasMore && index >= this.rows.length - NEAR_END_ROWS) void this.loadMore();
  }

  move(step: 1 | -1): void {
    const { ids } = this;
    const at = this.activeIndex;
    const next = at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + step));
    this.activeId = ids[next] ?? null;
    this.onSeenUpTo(next);
  }

  openActive(): void {
    if (this.activeId) this.#deps.open(this.activeId);
  }

  /** Colleagues write, too: what they change shows once it rests. */
  onEvent(event: EventFrame): void {
    if (!isKnowledge(event, 'article')) return;
    const timers = this.#deps.timers ?? browserTimers;
    if (this.#timer !== null) timers.clear(this.#timer);
    this.#timer = timers.set(() => {
      this.#timer = null;
      void this.load();
    }, AFTER_MS);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer !== null) (this.#deps.timers ?? browserTimers).clear(this.#timer);
  }
}

const pick = ({ locale, audience }: ArticleSpec) => ({
  ...(locale ? { locale } : {}),
  ...(audience ? { audience } : {}),
});

const browserTimers = {
  set: (run: () => void, ms: number): number => Number(setTimeout(run, ms)),
  clear: (handle: number): void => clearTimeout(handle),
};
