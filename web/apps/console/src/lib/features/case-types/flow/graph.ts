/**
 * The steps of a procedure as a graph: which way leads where, which ways go back, and on which
 * row each step stands. Pure; knows nothing of pictures.
 */

/** As much of steps as a picture needs. */
export interface Drawn {
  first: string;
  steps: readonly {
    key: string;
    outcomes: readonly { key: string; next: { kind: 'end' } | { kind: 'step'; step: string } }[];
  }[];
}

/** One way from a step; outcomes that lead to the same step are one way. */
export interface Way {
  from: string;
  /** Null: the procedure ends. */
  to: string | null;
  outcomes: string[];
  /** Leads to a row above, or to the step itself. */
  isBack: boolean;
}

export interface Graph {
  /** Keys of the steps that are there, in the order in which they are come to. */
  order: string[];
  /** From 0; nothing leads to the steps on the last rows. */
  row: Map<string, number>;
  unreached: Set<string>;
  ways: Way[];
}

export function graphOf(procedure: Drawn): Graph {
  const ways = waysOf(procedure);
  const next = new Map<string, string[]>();
  for (const way of ways)
    if (way.to !== null) next.set(way.from, [...(next.get(way.from) ?? []), way.to]);
  const keys = [...new Set(procedure.steps.map((step) => step.key))];
  const reached = visit(keys.includes(procedure.first) ? [procedure.first] : [], next);
  const seen = new Set(reached.order);
  const others = keys.filter((key) => !seen.has(key));
  // What nothing at all leads to comes before what only unreached steps lead to.
  const entered = new Set(others.flatMap((key) => next.get(key) ?? []));
  const rest = visit(
    others.toSorted((a, b) => Number(entered.has(a)) - Number(entered.has(b))),
    next,
    seen,
  );
  const row = rowsOf(reached, next, 0);
  const below = reached.order.length === 0 ? 0 : Math.max(...row.values()) + 1;
  for (const [key, at] of rowsOf(rest, next, below)) row.set(key, at);
  for (const way of ways) {
    const [from = 0, to] = [row.get(way.from), way.to === null ? undefined : row.get(way.to)];
    way.isBack = to !== undefined && to <= from;
  }
  return {
    order: [...reached.order, ...rest.order],
    row,
    unreached: new Set(rest.order),
    ways,
  };
}

function waysOf(procedure: Drawn): Way[] {
  const there = new Set(procedure.steps.map((step) => step.key));
  const done = new Set<string>();
  const ways: Way[] = [];
  for (const step of procedure.steps) {
    if (done.has(step.key)) continue;
    done.add(step.key);
    for (const outcome of step.outcomes) {
      const to = outcome.next.kind === 'end' ? null : outcome.next.step;
      // A way to a step that is not there cannot be drawn; the findings name it.
      if (to !== null && !there.has(to)) continue;
      const same = ways.find((way) => way.from === step.key && way.to === to);
      if (same) same.outcomes.push(outcome.key);
      else ways.push({ from: step.key, to, outcomes: [outcome.key], isBack: false });
    }
  }
  return ways;
}

interface Visit {
  /** As they are come to. */
  order: string[];
  /** Each before everything it leads to, if ways back are left out. */
  sorted: string[];
  back: Set<string>;
}

const arrow = (from: string, to: string) => `${from} ${to}`;

function visit(roots: string[], next: Map<string, string[]>, known = new Set<string>()): Visit {
  const order: string[] = [];
  const left: string[] = [];
  const back = new Set<string>();
  const state = new Map<string, 'open' | 'done'>();
  for (const root of roots) {
    if (state.has(root) || known.has(root)) continue;
    const path: { key: string; at: number }[] = [{ key: root, at: 0 }];
    state.set(root, 'open');
    order.push(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const to = (next.get(top.key) ?? [])[top.at++];
      if (to === undefined) {
        state.set(top.key, 'done');
        left.push(top.key);
        path.pop();
      } else if (state.get(to) === 'open') {
        back.add(arrow(top.key, to));
      } else if (!state.has(to) && !known.has(to)) {
        state.set(to, 'open');
        order.push(to);
        path.push({ key: to, at: 0 });
      }
    }
  }
  return { order, sorted: left.reverse(), back };
}

/** Each step stands below every step that leads to it, as near as can be. */
function rowsOf(visited: Visit, next: Map<string, string[]>, first: number): Map<string, number> {
  const row = new Map(visited.sorted.map((key) => [key, first]));
  for (const key of visited.sorted)
    for (const to of next.get(key) ?? []) {
      const at = row.get(to);
      if (at === undefined || visited.back.has(arrow(key, to))) continue;
      row.set(to, Math.max(at, (row.get(key) ?? first) + 1));
    }
  return row;
}
