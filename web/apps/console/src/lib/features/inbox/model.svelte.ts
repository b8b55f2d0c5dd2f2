/** The list of one view: which rows, which is open, which are selected, and what is done to them. */
import type {
  Api,
  ApiError,
  BulkAction,
  BulkResult,
  Conversation,
  ConversationId,
} from '@zhiyin/api';
import { viewKey, type ViewSpec } from '@zhiyin/realtime';
import type { Live } from '$lib/shared/live.svelte.ts';

export type InboxState =
  { kind: 'loading' } | { kind: 'failed'; error: ApiError } | { kind: 'empty' } | { kind: 'rows' };

export interface InboxDeps {
  api: Pick<Api, 'bulkConversations'>;
  live: Live;
  open: (id: ConversationId) => void;
  fail: (error: ApiError) => void;
}

const NEAR_END_ROWS = 15;
/** As many as the server takes at once. */
const BULK_MAX = 200;

export class InboxModel {
  readonly spec: ViewSpec;
  /** The row the keys act on; the open conversation unless the keys moved on. */
  activeId: ConversationId | null = $state(null);
  selected: ReadonlySet<ConversationId> = $state.raw(new Set());
  isBulkRunning = $state(false);
  #deps: InboxDeps;

  constructor(spec: ViewSpec, deps: InboxDeps) {
    this.spec = spec;
    this.#deps = deps;
    void deps.live.openList(spec);
  }

  rows: Conversation[] = $derived.by(() => this.#deps.live.rows(this.spec));

  get hasMore(): boolean {
    return (this.#deps.live.list(this.spec)?.next ?? null) !== null;
  }

  get state(): InboxState {
    const list = this.#deps.live.list(this.spec);
    const load = this.#load();
    if (this.rows.length > 0) return { kind: 'rows' };
    if (typeof load === 'object') return { kind: 'failed', error: load.failed };
    if (!list || load === 'loading') return { kind: 'loading' };
    return { kind: 'empty' };
  }

  get isLoadingMore(): boolean {
    return this.#load() === 'more';
  }

  #load() {
    return this.#deps.live.load(viewKey(this.spec));
  }

  retry(): void {
    this.#deps.live.retryList(this.spec);
  }

  /** Called while scrolling with the last row on the screen. */
  onSeenUpTo(index: number): void {
    if (this.hasMore && index >= this.rows.length - NEAR_END_ROWS) {
      void this.#deps.live.loadMore(this.spec);
    }
  }

  get activeIndex(): number {
    return this.rows.findIndex((row) => row.id === this.activeId);
  }

  /** Moves by rows and opens what is reached. */
  move(step: 1 | -1): void {
    const at = this.activeIndex;
    const next = at < 0 ? 0 : Math.max(0, Math.min(this.rows.length - 1, at + step));
    const row = this.rows[next];
    if (!row) return;
    this.onSeenUpTo(next);
    if (row.id !== this.activeId || at < 0) this.#deps.open(row.id);
    this.activeId = row.id;
  }

  /** The row to open when the present one is done and leaves the list. */
  after(id: ConversationId): ConversationId | null {
    const at = this.rows.findIndex((row) => row.id === id);
    return (this.rows[at + 1] ?? this.rows[at - 1])?.id ?? null;
  }

  toggle(id: ConversationId): void {
    const selected = new Set(this.selected);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
  }

  /** Selects everything between the last selected row and this one. */
  extendTo(id: ConversationId): void {
    const last = [...this.selected].at(-1);
    const [a, b] = [last, id].map((one) => this.rows.findIndex((row) => row.id === one));
    if (a === undefined || b === undefined || a < 0 || b < 0) return this.toggle(id);
    const span = this.rows.slice(Math.min(a, b), Math.max(a, b) + 1).map((row) => row.id);
    this.selected = new Set([...this.selected, ...span]);
  }

  /** Selects what is loaded, up to what one action may take. */
  selectLoaded(): void {
    this.selected = new Set(this.rows.slice(0, BULK_MAX).map((row) => row.id));
  }

  clearSelection(): void {
    this.selected = new Set();
  }

  /** Runs an action on the selected rows; answers what came of it, or null if it failed. */
  async bulk(action: BulkAction): Promise<BulkResult | null> {
    const ids = [...this.selected];
    if (ids.length === 0 || this.isBulkRunning) return null;
    this.isBulkRunning = true;
    const result = await this.#deps.api.bulkConversations(ids, action);
    this.isBulkRunning = false;
    if (!result.ok) {
      this.#deps.fail(result.error);
      return null;
    }
    this.clearSelection();
    return result.value;
  }
}
