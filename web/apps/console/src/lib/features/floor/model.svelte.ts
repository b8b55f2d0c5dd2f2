/** The floor: who is there with what, which lines wait; what a supervisor does about it. */
import {
  BREAK_REASONS,
  type AgentId,
  type ApiError,
  type BreakReason,
  type ConversationId,
  type Floor,
  type FloorAgent,
  type FloorConversation,
  type FloorQueue,
  type Presence,
  type QueueId,
  type QueueItem,
  type ReassignResult,
  type Result,
  type RoutingApi,
  type Target,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type FloorState = 'loading' | 'ready' | { failed: ApiError };

export interface FloorDeps {
  api: Pick<RoutingApi, 'getFloor' | 'listQueueItems' | 'reassign'>;
  timers: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
  fail: (error: ApiError) => void;
}

/** After a change the floor is fetched once the changes rest, and at least so often. */
const AFTER_MS = 600;
const AT_MOST_MS = 3_000;
/** Without any word, as what counts down changes by itself. */
const EVERY_MS = 15_000;
const MOVES = /^(queue_item|conversation|session|agent)\.|^message\.created$/;
export const REASSIGN_MAX = 100;

export const STATES: readonly Presence[] = ['online', 'busy', 'break', 'away', 'offline'];

/** What a supervisor can set somebody to. */
export interface PresenceChoice {
  id: string;
  presence: Presence;
  reason?: BreakReason;
  isChosen: boolean;
}

/** The states, then the breaks by what they are for: nobody is sent on one without a word. */
export function presenceChoices(agent: Pick<FloorAgent, 'chosen' | 'reason'>): PresenceChoice[] {
  const states = STATES.filter((one) => one !== 'break').map((presence) => ({
    id: presence,
    presence,
    isChosen: agent.chosen === presence,
  }));
  const breaks = BREAK_REASONS.map((reason) => ({
    id: `break-${reason}`,
    presence: 'break' as const,
    reason,
    isChosen: agent.chosen === 'break' && (agent.reason ?? 'other') === reason,
  }));
  return [...states, ...breaks];
}

export interface Group {
  presence: Presence;
  agents: FloorAgent[];
}

export class FloorModel {
  state: FloorState = $state.raw('loading');
  floor: Floor | null = $state.raw(null);
  /** The line of a queue that was opened. */
  lines: Record<QueueId, QueueItem[]> = $state.raw({});
  openQueue: QueueId | null = $state(null);
  selected: ReadonlySet<ConversationId> = $state.raw(new Set());
  isReassigning = $state(false);
  failed: ReassignResult['failed'] = $state.raw([]);
  #deps: FloorDeps;
  #soon: number | null = null;
  #later: number | null = null;
  #since: number | null = null;
  #isLoading = false;
  #isStale = false;

  constructor(deps: FloorDeps) {
    this.#deps = deps;
  }

  /** By state, and who has most to do first. */
  groups: Group[] = $derived.by(() => {
    const agents = this.floor?.agents ?? [];
    return STATES.map((presence) => ({
      presence,
      agents: agents.filter((agent) => agent.effective === presence).toSorted(byWork),
    })).filter((group) => group.agents.length > 0);
  });

  conversations: FloorConversation[] = $derived(
    (this.floor?.agents ?? []).flatMap((agent) => agent.conversations),
  );

  /** Where somebody waits the longest first; empty ones as they are set up. */
  queues: FloorQueue[] = $derived(
    (this.floor?.queues ?? []).toSorted(
      (a, b) => (b.longest_waiting_s ?? -1) - (a.longest_waiting_s ?? -1),
    ),
  );

  waiting: number = $derived((this.floor?.queues ?? []).reduce((sum, one) => sum + one.waiting, 0));

  async load(): Promise<void> {
    if (this.#isLoading) {
      this.#isStale = true;
      return;
    }
    this.#isLoading = true;
    this.#clear();
    const result = await this.#deps.api.getFloor();
    if (result.ok) this.#take(result.value);
    // What is shown stays, with the word that it is old.
    this.state = result.ok ? 'ready' : { failed: result.error };
    if (this.openQueue) await this.#loadLine(this.openQueue);
    this.#isLoading = false;
    this.#later = this.#deps.timers.set(() => void this.load(), EVERY_MS);
    if (this.#isStale) this.#soonAgain();
  }

  #take(floor: Floor): void {
    this.floor = floor;
    const there = new Set(floor.agents.flatMap((one) => one.conversations.map(({ id }) => id)));
    const kept = [...this.selected].filter((id) => there.has(id));
    if (kept.length !== this.selected.size) this.selected = new Set(kept);
  }

  onEvent(event: EventFrame): void {
    if (MOVES.test(event.type)) this.#soonAgain();
  }

  #soonAgain(): void {
    this.#isStale = false;
    if (this.#soon !== null) {
      // Put off while changes come, but not for ever.
      if (this.#since !== null && Date.now() - this.#since > AT_MOST_MS) return;
      this.#deps.timers.clear(this.#soon);
    } else this.#since = Date.now();
    this.#soon = this.#deps.timers.set(() => {
      this.#soon = null;
      void this.load();
    }, AFTER_MS);
  }

  #clear(): void {
    for (const handle of [this.#soon, this.#later]) {
      if (handle !== null) this.#deps.timers.clear(handle);
    }
    this.#soon = null;
    this.#later = null;
  }

  async toggleQueue(id: QueueId): Promise<void> {
    this.openQueue = this.openQueue === id ? null : id;
    if (this.openQueue) await this.#loadLine(id);
  }

  async #loadLine(id: QueueId): Promise<void> {
    const result = await this.#deps.api.listQueueItems(id);
    if (result.ok) this.lines = { ...this.lines, [id]: result.value.items };
    else this.#deps.fail(result.error);
  }

  toggle(id: ConversationId): void {
    const next = new Set(this.selected);
    if (!next.delete(id) && next.size < REASSIGN_MAX) next.add(id);
    this.selected = next;
  }

  /** All that somebody has, or none of it when all was selected. */
  toggleAgent(id: AgentId): void {
    const own = this.floor?.agents.find((one) => one.agent_id === id)?.conversations ?? [];
    const isAll = own.every((one) => this.selected.has(one.id));
    const next = new Set(this.selected);
    for (const one of own) {
      if (isAll) next.delete(one.id);
      else if (next.size < REASSIGN_MAX) next.add(one.id);
    }
    this.selected = next;
  }

  clearSelection(): void {
    this.selected = new Set();
    this.failed = [];
  }

  async reassign(to: Target): Promise<Result<ReassignResult>> {
    this.isReassigning = true;
    const result = await this.#deps.api.reassign([...this.selected], to);
    this.isReassigning = false;
    if (!result.ok) return result;
    this.failed = result.value.failed;
    // What did not work stays selected, so that something else can be tried.
    this.selected = new Set(result.value.failed.map((one) => one.id));
    await this.load();
    return result;
  }

  dispose(): void {
    this.#clear();
  }
}

function byWork(a: FloorAgent, b: FloorAgent): number {
  const share = (one: FloorAgent) => (one.units_total > 0 ? one.units_used / one.units_total : 1);
  return share(b) - share(a) || Date.parse(a.since) - Date.parse(b.since);
}
