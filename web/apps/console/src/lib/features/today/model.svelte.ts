/** What somebody has to see to today: one list, fetched as a whole and kept fresh by frames. */
import type { ApiError, CaseHandlingApi, CasesApi, FollowUp, Today } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type TodayState = 'loading' | 'ready' | { failed: ApiError };

export interface TodayDeps {
  api: Pick<CasesApi, 'getToday'>;
  handling: Pick<CaseHandlingApi, 'listMyFollowUps'>;
  /** Whether call backs may be asked for. */
  canWork: boolean;
  timers?: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
}

const AFTER_MS = 600;
const AT_MOST_MS = 3_000;
/** What is due changes by the clock alone. */
const EVERY_MS = 60_000;
const browserTimers = {
  set: (run: () => void, ms: number): number => Number(setTimeout(run, ms)),
  clear: (handle: number): void => clearTimeout(handle),
};

export class TodayModel {
  state: TodayState = $state.raw('loading');
  value: Today | null = $state.raw(null);
  followUps: readonly FollowUp[] = $state.raw([]);
  #deps: TodayDeps;
  #soon: number | null = null;
  #later: number | null = null;
  #since = 0;
  #round = 0;
  #isDisposed = false;

  constructor(deps: TodayDeps) {
    this.#deps = deps;
    void this.load();
  }

  get #timers() {
    return this.#deps.timers ?? browserTimers;
  }

  /** Whether there is nothing to see to at all. */
  get isEmpty(): boolean {
    const { value } = this;
    if (!value) return false;
    const { asked, overdue, due, waiting, promises, tasks, approvals } = value;
    const lists = [asked, overdue, due, waiting, promises, tasks, approvals, this.followUps];
    return lists.every((list) => list.length === 0);
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    const [today, followUps] = await Promise.all([
      this.#deps.api.getToday(),
      this.#deps.canWork ? this.#deps.handling.listMyFollowUps() : null,
    ]);
    if (round !== this.#round || this.#isDisposed) return;
    if (today.ok) this.value = today.value;
    if (followUps?.ok) this.followUps = followUps.value.items;
    this.state = today.ok ? 'ready' : { failed: today.error };
    if (this.#later !== null) this.#timers.clear(this.#later);
    this.#later = this.#timers.set(() => void this.load(), EVERY_MS);
  }

  onEvent(event: EventFrame): void {
    if (!event.type.startsWith('case.') && !event.type.startsWith('promise.')) return;
    const now = Date.now();
    if (this.#soon === null) this.#since = now;
    else this.#timers.clear(this.#soon);
    const left = Math.max(0, this.#since + AT_MOST_MS - now);
    this.#soon = this.#timers.set(
      () => {
        this.#soon = null;
        void this.load();
      },
      Math.min(AFTER_MS, left),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const handle of [this.#soon, this.#later]) if (handle !== null) this.#timers.clear(handle);
  }
}
