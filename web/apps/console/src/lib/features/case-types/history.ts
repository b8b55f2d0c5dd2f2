/** Undo and redo over values that are never changed in place. Pure. */

const STEPS_MAX = 200;

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Changes with the same name, one after the other, are undone together. */
  readonly tag: string | null;
}

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], tag: null };
}

/** The next state; the same history if nothing changed. */
export function record<T>(history: History<T>, next: T, tag: string | null = null): History<T> {
  if (next === history.present) return history;
  const isSame = tag !== null && tag === history.tag;
  const past = isSame ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present: next, future: [], tag };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    tag: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [after, ...rest] = history.future;
  if (after === undefined) return history;
  return {
    past: [...history.past, history.present],
    present: after,
    future: rest,
    tag: null,
  };
}
