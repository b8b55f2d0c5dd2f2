/**
 * Puts things that stand in rows side by side: first the order in each row, so that few lines
 * cross, then the place, so that lines are straight. Pure.
 */

/** Something in a row: a step, an end, the name of a way, or a line passing through. */
export interface Item {
  id: string;
  row: number;
  width: number;
  /** Centre; filled by {@link arrange}. */
  x: number;
  /** How much its own place counts against that of its neighbours. */
  weight: number;
}

/** A line between neighbouring rows, from above to below. */
export interface Link {
  above: string;
  below: string;
}

const SWEEPS = 16;

/** Fills `x` of each item; the leftmost edge is at 0. Gives the whole width. */
export function arrange(items: Item[], links: readonly Link[], gap: number): number {
  if (items.length === 0) return 0;
  const byId = new Map(items.map((item) => [item.id, item]));
  const up = new Map<string, string[]>();
  const down = new Map<string, string[]>();
  for (const { above, below } of links) {
    down.set(above, [...(down.get(above) ?? []), below]);
    up.set(below, [...(up.get(below) ?? []), above]);
  }
  const rows = inRows(items);
  orderRows(rows, up, down);
  for (const row of rows) {
    let at = 0;
    for (const item of row) {
      item.x = at + item.width / 2;
      at += item.width + gap;
    }
  }
  const centre = (ids: readonly string[] | undefined): number | null => {
    if (!ids || ids.length === 0) return null;
    return ids.reduce((sum, id) => sum + (byId.get(id)?.x ?? 0), 0) / ids.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const wanted = row.map((item) => {
        const [a, b] = [centre(up.get(item.id)), centre(down.get(item.id))];
        // The last sweeps look both ways, so that nothing stands aslant.
        if (sweep >= SWEEPS - 4 && a !== null && b !== null) return (a + b) / 2;
        return (isDown ? (a ?? b) : (b ?? a)) ?? item.x;
      });
      settle(row, wanted, gap);
    }
  }
  const left = Math.min(...items.map((item) => item.x - item.width / 2));
  for (const item of items) item.x -= left;
  return Math.max(...items.map((item) => item.x + item.width / 2));
}

function inRows(items: Item[]): Item[][] {
  const rows: Item[][] = [];
  for (const item of items) (rows[item.row] ??= []).push(item);
  return Array.from(rows, (row) => row ?? []);
}

type Neighbours = Map<string, string[]>;

function orderRows(rows: Item[][], up: Neighbours, down: Neighbours): void {
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows, down);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const place = new Map(rows.flatMap((row) => row.map((item, at) => [item.id, at] as const)));
    const order = isDown ? rows : rows.toReversed();
    for (const row of order) {
      const mean = new Map(
        row.map((item, at) => {
          const near = (isDown ? up : down).get(item.id) ?? [];
          const sum = near.reduce((all, id) => all + (place.get(id) ?? 0), 0);
          return [item.id, near.length > 0 ? sum / near.length : at];
        }),
      );
      row.sort((a, b) => (mean.get(a.id) ?? 0) - (mean.get(b.id) ?? 0));
      row.forEach((item, at) => place.set(item.id, at));
    }
    const now = crossings(rows, down);
    if (now < fewest) {
      fewest = now;
      best = rows.map((row) => [...row]);
    }
  }
  best.forEach((row, at) => rows.splice(at, 1, row));
}

/** How many pairs of lines cross. */
function crossings(rows: readonly Item[][], down: Neighbours): number {
  let count = 0;
  for (let at = 0; at + 1 < rows.length; at++) {
    const place = new Map((rows[at + 1] ?? []).map((item, x) => [item.id, x]));
    const ends: number[] = [];
    for (const item of rows[at] ?? []) {
      const own = (down.get(item.id) ?? []).map((id) => place.get(id) ?? 0);
      for (const end of own) count += ends.filter((before) => before > end).length;
      ends.push(...own);
    }
  }
  return count;
}

/**
 * Moves a row to where its items want to be, keeping their order and the gaps: the places with
 * the smallest sum of weighted squares (pooling of adjacent violators).
 */
function settle(row: Item[], wanted: readonly number[], gap: number): void {
  let offset = 0;
  const offsets = row.map((item, at) => {
    const before = row[at - 1];
    if (before) offset += (before.width + item.width) / 2 + gap;
    return offset;
  });
  const pools: { sum: number; weight: number; count: number }[] = [];
  row.forEach((item, at) => {
    const goal = (wanted[at] ?? item.x) - (offsets[at] ?? 0);
    let pool = { sum: goal * item.weight, weight: item.weight, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.weight > pool.sum / pool.weight;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  });
  let at = 0;
  for (const pool of pools)
    for (let i = 0; i < pool.count; i++, at++) {
      const item = row[at];
      if (item) item.x = pool.sum / pool.weight + (offsets[at] ?? 0);
    }
}
