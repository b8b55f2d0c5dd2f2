/** Short messages that leave by themselves, with at most one action (undo). */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'failed';
  action: { label: string; run: () => void } | null;
}

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

export class Toasts {
  items: Toast[] = $state([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(
    text: string,
    options: Partial<Pick<Toast, 'tone' | 'action'>> & { ms?: number } = {},
  ): number {
    const id = this.#next++;
    const toast = { id, text, tone: options.tone ?? 'plain', action: options.action ?? null };
    const overflow = this.items.slice(0, Math.max(0, this.items.length + 1 - SHOWN_MAX));
    for (const old of overflow) this.close(old.id);
    this.items.push(toast);
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), options.ms ?? SHOWN_MS),
    );
    return id;
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}
