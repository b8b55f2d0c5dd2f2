/** A list of cases by its address: rows page by page, kept fresh by frames, walked by keys. */
import type { ApiError, Case, CaseCounts, CaseId, CasesApi, Me } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { queryOf, stillFits, type CaseSpec } from './spec.ts';

export type CasesState = 'loading' | 'ready' | 'more' | { failed: ApiError };

export interface CaseListDeps {
  api: Pick<CasesApi, 'listCases' | 'countCases'>;
  me: Pick<Me, 'teams'> & { agent: Pick<Me['agent'], 'id'> };
  open: (id: CaseId) => void;
  fail: (error: ApiError) => void;
  timers?: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
}

const PAGE = 50;
const PAGE_MAX = 100;
const NEAR_END_ROWS = 20;
/** What changes is asked for again once it rests this long, and at least this often. */
const AFTER_MS = 800;
const AT_MOST_MS = 4_000;

/** The row an event brought, if it is about a case. */
export function caseOf(event: EventFrame): Case | null {
  if (!event.type.startsWith('case.')) return null;
  const row = event.data?.['case'];
  return typeof row === 'object' && row !== null ? (row as Case) : null;
}

export class CaseListModel {
  readonly spec: CaseSpec;
  state: CasesState = $state.raw('loading');
  rows: readonly Case[] = $state.raw([]);
  counts: { mine: CaseCounts; all: CaseCounts | null; asked: number } | null = $state.raw(null);
  activeId: CaseId | null = $state(null);
  #next: string | null = $state.raw(null);
  #deps: CaseListDeps;
  #round = 0;
  #timer: number | null = null;
  #since = 0;
  #isDisposed = false;

  constructor(spec: CaseSpec, deps: CaseListDeps) {
    this.spec = spec;
    this.#deps = deps;
    void this.load();
    void this.#count();
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get activeIndex(): number {
    return this.rows.findIndex((row) => row.id === this.activeId);
  }

  #ask(more: { limit: number; cursor?: string }) {
    return this.#deps.api.listCases({ ...queryOf(this.spec, this.#deps.me), ...more });
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    const held = this.rows.length;
    if (held === 0) this.state = 'loading';
    const limit = Math.min(PAGE_MAX, Math.max(PAGE, held));
    const result = await this.#ask({ limit });
    if (round !== this.#round || this.#isDisposed) return;
    if (result.ok) {
      const { items, next } = result.value;
      // Who has scrolled far keeps what lies below; the head is fresh.
      const isWhole = held <= items.length || next === null;
      const below = isWhole ? [] : this.#below(items);
      this.rows = [...items, ...below];
      if (isWhole) this.#next = next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  /** What was held below the fresh head: after the last row that both have. */
  #below(head: readonly Case[]): readonly Case[] {
    const fresh = new Set(head.map((row) => row.id));
    const last = this.rows.findLastIndex((row) => fresh.has(row.id));
    const from = last < 0 ? head.length : last + 1;
    return this.rows.slice(from).filter((row) => !fresh.has(row.id));
  }

  async loadMore(): Promise<void> {
    if (this.#next === null || this.state !== 'ready') return;
    const round = this.#round;
    this.state = 'more';
    const result = await this.#ask({ limit: PAGE, cursor: this.#next });
    if (round !== this.#round || this.#isDisposed) return;
    if (result.ok) {
      const held = new Set(this.rows.map((row) => row.id));
      this.rows = [...this.rows, ...result.value.items.filter((row) => !held.has(row.id))];
      this.#next = result.value.next;
    } else this.#deps.fail(result.error);
    this.state = 'ready';
  }

  async #count(): Promise<void> {
    const result = await this.#deps.api.countCases();
    // Counts help, and are not worth a word when they fail.
    if (result.ok) this.counts = result.value;
  }

  /** Called while scrolling with the last row on the screen. */
  onSeenUpTo(index: number): void {
    if (this.hasMore && index >= this.rows.length - NEAR_END_ROWS) void this.loadMore();
  }

  move(step: 1 | -1): void {
    const at = this.activeIndex;
    const next = at < 0 ? 0 : Math.max(0, Math.min(this.rows.length - 1, at + step));
    const row = this.rows[next];
    if (!row) return;
    this.activeId = row.id;
    this.onSeenUpTo(next);
  }

  openActive(): void {
    const row = this.rows[this.activeIndex];
    if (row) this.#deps.open(row.id);
  }

  onEvent(event: EventFrame): void {
    if (!event.type.startsWith('case.')) return;
    const row = caseOf(event);
    if (row) this.#take(row);
    this.#refreshSoon();
  }

  #take(row: Case): void {
    const held = this.rows.find((one) => one.id === row.id);
    if (!held || held.version > row.version) return;
    this.rows = stillFits(row, this.spec, this.#deps.me.agent.id)
      ? this.rows.map((one) => (one.id === row.id ? row : one))
      : this.rows.filter((one) => one.id !== row.id);
  }

  #refreshSoon(): void {
    const timers = this.#deps.timers ?? browserTimers;
    const now = Date.now();
    if (this.#timer === null) this.#since = now;
    else timers.clear(this.#timer);
    const left = Math.max(0, this.#since + AT_MOST_MS - now);
    this.#timer = timers.set(
      () => {
        this.#timer = null;
        void this.load();
        void this.#count();
      },
      Math.min(AFTER_MS, left),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer !== null) (this.#deps.timers ?? browserTimers).clear(this.#timer);
  }
}

const browserTimers = {
  set: (run: () => void, ms: number): number => Number(setTimeout(run, ms)),
  clear: (handle: number): void => clearTimeout(handle),
};
