/** Short messages that leave by themselves, with at most one action (undo). */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'failed';
  action: { label: string; run: () => void } | null;
}

const SHOWN_MS = 6_000;
/** What can be done about it needs time to be read, found and reached. */
const WITH_ACTION_MS = 12_000;
const SHOWN_MAX = 3;

interface Countdown {
  timer: ReturnType<typeof setTimeout> | undefined;
  leftMs: number;
  since: number;
}

export class Toasts {
  items: Toast[] = $state([]);
  #next = 1;
  #isHeld = false;
  #countdowns = new Map<number, Countdown>();

  show(
    text: string,
    options: Partial<Pick<Toast, 'tone' | 'action'>> & { ms?: number } = {},
  ): number {
    const id = this.#next++;
    const toast = { id, text, tone: options.tone ?? 'plain', action: options.action ?? null };
    const overflow = this.items.slice(0, Math.max(0, this.items.length + 1 - SHOWN_MAX));
    for (const old of overflow) this.close(old.id);
    this.items.push(toast);
    const leftMs = options.ms ?? (toast.action ? WITH_ACTION_MS : SHOWN_MS);
    this.#countdowns.set(id, { timer: undefined, leftMs, since: 0 });
    if (!this.#isHeld) this.#run(id);
    return id;
  }

  /** Nothing leaves while somebody is at it: the pointer or the focus is there. */
  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    for (const countdown of this.#countdowns.values()) {
      clearTimeout(countdown.timer);
      countdown.leftMs -= Date.now() - countdown.since;
    }
  }

  /** The time goes on where it stood. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    for (const id of this.#countdowns.keys()) this.#run(id);
  }

  #run(id: number): void {
    const countdown = this.#countdowns.get(id);
    if (!countdown) return;
    countdown.since = Date.now();
    countdown.timer = setTimeout(() => this.close(id), Math.max(0, countdown.leftMs));
  }

  /** The newest one that offers something. */
  get actionable(): Toast | undefined {
    return this.items.findLast((toast) => toast.action !== null);
  }

  /** Does what the toast offers, once. */
  act(id: number): void {
    const action = this.items.find((toast) => toast.id === id)?.action;
    this.close(id);
    action?.run();
  }

  close(id: number): void {
    clearTimeout(this.#countdowns.get(id)?.timer);
    this.#countdowns.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
    if (this.items.length === 0) this.#isHeld = false;
  }
}
