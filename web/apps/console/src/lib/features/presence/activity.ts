/**
 * Tells the server that somebody is at the desk: after input, at most once a minute, and once
 * for all tabs of the browser together.
 */
export interface ActivityDeps {
  report: () => Promise<{ ok: boolean }>;
  now: () => number;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
}

export const EVERY_MS = 60_000;
const KEY = 'zhiyin.activity';
const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

export class Activity {
  #deps: ActivityDeps;
  #last = 0;

  constructor(deps: ActivityDeps) {
    this.#deps = deps;
  }

  /** Something was typed, clicked or moved. */
  seen = (): void => {
    const now = this.#deps.now();
    if (now - this.#last < EVERY_MS) return;
    const other = Number(this.#deps.storage.getItem(KEY) ?? 0);
    // A clock that was set back must not silence us.
    const isRecent = other <= now && now - other < EVERY_MS;
    this.#last = isRecent ? other : now;
    if (isRecent) return;
    this.#deps.storage.setItem(KEY, String(now));
    // A report that fails is made up for by the next one; the server waits minutes.
    void this.#deps.report();
  };

  /** Listens to the page; gives back how to stop. */
  watch(page: Pick<Window, 'addEventListener' | 'removeEventListener'>): () => void {
    for (const name of INPUT)
      page.addEventListener(name, this.seen, { passive: true, capture: true });
    return () => {
      for (const name of INPUT) page.removeEventListener(name, this.seen, { capture: true });
    };
  }
}
