/**
 * The figures on the wall. Asked for every five seconds; after a failure less and less often,
 * so that a hundred walls do not stand in the way of a server that comes back. It holds one
 * answer and nothing else, and so runs for weeks.
 */
import type { ApiError, RoutingApi, Wallboard } from '@zhiyin/api';

export interface WallDeps {
  api: Pick<RoutingApi, 'getWallboard'>;
  now: () => number;
  timers: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
  random: () => number;
}

export const EVERY_MS = 5_000;
const WAIT_MS_MAX = 60_000;
/** Figures older than this are marked as old. */
export const STALE_MS = 15_000;

export class WallboardModel {
  board: Wallboard | null = $state.raw(null);
  /** When the figures came, by the clock of this machine. */
  receivedAt = $state(0);
  error: ApiError | null = $state.raw(null);
  #deps: WallDeps;
  #failures = 0;
  #timer: number | null = null;
  #asking: AbortController | null = null;
  #isStopped = true;

  constructor(deps: WallDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#isStopped = false;
    void this.#ask();
  }

  /** The network is back, or somebody wants to see it now. */
  hurry(): void {
    if (this.#isStopped) return;
    this.#failures = 0;
    this.#clear();
    void this.#ask();
  }

  stop(): void {
    this.#isStopped = true;
    this.#clear();
    this.#asking?.abort();
    this.#asking = null;
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#isStopped) return;
    const asking = new AbortController();
    this.#asking = asking;
    const result = await this.#deps.api.getWallboard(asking.signal);
    if (this.#asking !== asking) return;
    this.#asking = null;
    if (result.ok) {
      this.board = result.value;
      this.receivedAt = this.#deps.now();
      this.error = null;
      this.#failures = 0;
    } else {
      this.error = result.error;
      this.#failures += 1;
    }
    this.#clear();
    this.#timer = this.#deps.timers.set(() => {
      this.#timer = null;
      void this.#ask();
    }, this.#wait());
  }

  #wait(): number {
    if (this.#failures === 0) return EVERY_MS;
    const ceiling = Math.min(EVERY_MS * 2 ** this.#failures, WAIT_MS_MAX);
    return ceiling * (0.5 + 0.5 * this.#deps.random());
  }

  #clear(): void {
    if (this.#timer !== null) this.#deps.timers.clear(this.#timer);
    this.#timer = null;
  }
}

export type Urgency = 'calm' | 'soon' | 'late';

/** How a wait stands against the target of the first response. */
export function waitUrgency(seconds: number | null, targetS: number): Urgency {
  if (seconds === null || targetS <= 0) return 'calm';
  if (seconds > targetS) return 'late';
  return seconds > targetS * 0.6 ? 'soon' : 'calm';
}

/** How far below the goal a share may lie before it counts as far below. */
const FAR_BELOW = 20;

/** A share against the goal, in percent. Below it is soon, far below late. */
export function levelUrgency(share: number | null, goalPercent: number): Urgency {
  if (share === null) return 'calm';
  // As it is read: 79.6 % is shown as 80 %, and must not be called behind.
  const percent = Math.round(share * 100);
  if (percent >= goalPercent) return 'calm';
  return percent >= goalPercent - FAR_BELOW ? 'soon' : 'late';
}

/** The part of a long list that is shown now; a wall cannot be scrolled. */
export function pageOf<Row>(rows: readonly Row[], size: number, turn: number): Row[] {
  if (rows.length <= size) return [...rows];
  const pages = Math.ceil(rows.length / size);
  const at = turn % pages;
  return rows.slice(at * size, (at + 1) * size);
}
