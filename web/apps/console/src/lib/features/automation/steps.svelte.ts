/** The steps of a rule or a macro, in their order. */
import type { ActionKind, AutomationAction } from '@zhiyin/api';
import { ACTIONS_MAX, startAction, type Step } from './actions.ts';
import type { Keys } from './tree.ts';

export class StepList {
  items: Step[] = $state.raw([]);
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  get actions(): AutomationAction[] {
    return this.items.map((step) => step.action);
  }

  get canAdd(): boolean {
    return this.items.length < ACTIONS_MAX;
  }

  take(actions: readonly AutomationAction[]): void {
    this.items = actions.map((action) => ({ key: this.#keys(), action }));
  }

  add(kind: ActionKind): void {
    if (!this.canAdd) return;
    this.items = [...this.items, { key: this.#keys(), action: startAction(kind) }];
  }

  set(key: number, action: AutomationAction): void {
    this.items = this.items.map((step) => (step.key === key ? { key, action } : step));
  }

  remove(key: number): void {
    this.items = this.items.filter((step) => step.key !== key);
  }

  move(key: number, by: -1 | 1): void {
    const from = this.items.findIndex((step) => step.key === key);
    const to = from + by;
    const step = this.items[from];
    if (!step || to < 0 || to >= this.items.length) return;
    const others = this.items.filter((one) => one.key !== key);
    this.items = [...others.slice(0, to), step, ...others.slice(to)];
  }
}
