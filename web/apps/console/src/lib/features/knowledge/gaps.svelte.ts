/** Questions that articles leave open, asked most often first, and what is done about each. */
import type { ApiError, Result } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { GapState, KnowledgeGap } from './types.ts';

export const GAP_STATES = ['open', 'answered', 'ignored'] as const satisfies readonly GapState[];

type Calls = Pick<KnowledgeApi, 'listGaps' | 'linkGap' | 'ignoreGap' | 'reopenGap'>;

export class GapsModel {
  readonly shelf: GapState;
  state: 'loading' | 'ready' | 'more' | { failed: ApiError } = $state.raw('loading');
  items: readonly KnowledgeGap[] = $state.raw([]);
  next: string | null = $state.raw(null);
  /** The gap something is being done about. */
  busy: string | null = $state(null);
  #api: Calls;
  #fail: (error: ApiError) => void;
  #round = 0;

  constructor(shelf: GapState, api: Calls, fail: (error: ApiError) => void) {
    this.shelf = shelf;
    this.#api = api;
    this.#fail = fail;
    void this.load();
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    const result = await this.#api.listGaps(this.shelf);
    if (round !== this.#round) return;
    if (result.ok) {
      this.items = result.value.items;
      this.next = result.value.next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  async loadMore(): Promise<void> {
    if (this.next === null || this.state === 'more') return;
    const round = this.#round;
    this.state = 'more';
    const result = await this.#api.listGaps(this.shelf, this.next);
    if (round !== this.#round) return;
    if (result.ok) {
      const held = new Set(this.items.map((one) => one.id));
      this.items = [...this.items, ...result.value.items.filter((one) => !held.has(one.id))];
      this.next = result.value.next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  link = (gap: KnowledgeGap, article: string) =>
    this.#settle(gap, () => this.#api.linkGap(gap.id, article));
  ignore = (gap: KnowledgeGap) => this.#settle(gap, () => this.#api.ignoreGap(gap.id));
  reopen = (gap: KnowledgeGap) => this.#settle(gap, () => this.#api.reopenGap(gap.id));

  async #settle(gap: KnowledgeGap, call: () => Promise<Result<KnowledgeGap>>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = gap.id;
    const result = await call();
    this.busy = null;
    if (!result.ok) {
      this.#fail(result.error);
      return false;
    }
    const now = result.value;
    this.items =
      now.state === this.shelf
        ? this.items.map((one) => (one.id === gap.id ? now : one))
        : this.items.filter((one) => one.id !== gap.id);
    return true;
  }
}

export const GAP_COUNTS = ['unfound', 'unhelpful', 'contacts', 'rated'] as const;

/** Why it counts as open: each reason that happened at all. */
export const reasonsOf = (gap: KnowledgeGap) => GAP_COUNTS.filter((one) => gap[one] > 0);
