/**
 * The picture of a procedure: boxes in rows, lines between them, and a name on each line. Ways
 * that go back are drawn upwards. Between two rows of steps lies a row of names, so that no
 * name lies on another or on a line. Pure.
 */
import { graphOf, type Drawn, type Way } from './graph.ts';
import { arrange, type Item, type Link } from './place.ts';

export interface Box {
  kind: 'step' | 'end';
  /** The step; of an end, the step that ends there. */
  step: string;
  /** Upper left corner. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  id: string;
  from: string;
  to: string | null;
  outcomes: string[];
  isBack: boolean;
  /** As the `d` of a path. */
  path: string;
  /** The tip of the arrow, and where it points. */
  tip: { x: number; y: number; isUp: boolean };
  /** Centre of its name. */
  label: { x: number; y: number; width: number };
}

export interface Flow {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
  unreached: Set<string>;
  /** Keys of the steps as they are read. */
  order: string[];
}

export interface Sizes {
  step: { width: number; height: number };
  end: { width: number; height: number };
  /** The height of a name, and how wide one may be. */
  label: { height: number; widthMax: number };
  /** Between things side by side, and between rows. */
  gap: { x: number; y: number };
  /** Around the picture. */
  edge: number;
}

export const SIZES: Sizes = {
  step: { width: 196, height: 68 },
  end: { width: 56, height: 24 },
  label: { height: 20, widthMax: 132 },
  gap: { x: 20, y: 22 },
  edge: 16,
};

/** How wide a name is, about: an estimate is enough where what is longer is cut. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += char.codePointAt(0)! > 0x2e7f ? 12 : 6.4;
  return width;
}

interface Route {
  way: Way;
  id: string;
  /** From the upper box to the lower one. */
  items: Item[];
  label: Item;
}

const stepItem = (key: string) => `s ${key}`;
const endItem = (key: string) => `e ${key}`;

/** Lays a procedure out; `nameOf` gives what is written on a way. */
export function layoutFlow(
  procedure: Drawn,
  nameOf: (step: string, outcomes: string[]) => string,
  sizes: Sizes = SIZES,
): Flow {
  const graph = graphOf(procedure);
  const items = new Map<string, Item>();
  const add = (id: string, row: number, width: number, weight: number): Item => {
    const item = { id, row, width, weight, x: 0 };
    items.set(id, item);
    return item;
  };
  // Steps stand in even rows, names in odd ones.
  for (const key of graph.order)
    add(stepItem(key), 2 * (graph.row.get(key) ?? 0), sizes.step.width, 2);
  const routes: Route[] = [];
  const links: Link[] = [];
  for (const way of graph.ways) {
    const from = items.get(stepItem(way.from));
    if (!from) continue;
    const to =
      way.to === null
        ? add(endItem(way.from), from.row + 2, sizes.end.width, 2)
        : items.get(stepItem(way.to));
    if (!to) continue;
    const route = routeOf(way, from, to, nameOf, sizes, add);
    routes.push(route);
    for (let at = 0; at + 1 < route.items.length; at++) {
      const [above, below] = [route.items[at], route.items[at + 1]];
      if (above && below) links.push({ above: above.id, below: below.id });
    }
  }
  const width = arrange([...items.values()], links, sizes.gap.x);
  const rows = rowsAt([...items.values()], sizes);
  return {
    boxes: boxesOf(graph.order, items, rows, sizes),
    lines: routes.map((route) => lineOf(route, routes, rows, sizes)),
    width: width + 2 * sizes.edge,
    height: rows.end + sizes.edge,
    unreached: graph.unreached,
    order: graph.order,
  };
}

function routeOf(
  way: Way,
  from: Item,
  to: Item,
  nameOf: (step: string, outcomes: string[]) => string,
  sizes: Sizes,
  add: (id: string, row: number, width: number, weight: number) => Item,
): Route {
  const id = `${way.from}→${way.to ?? ''}`;
  const wide = Math.min(sizes.label.widthMax, textWidth(nameOf(way.from, way.outcomes)) + 16);
  // A step that leads to itself, or to one beside it, goes round underneath.
  if (way.isBack && to.row === from.row) {
    const label = add(`l ${id}`, from.row + 1, wide, 1);
    return { way, id, items: [from, label], label };
  }
  const [upper, lower] = way.isBack ? [to, from] : [from, to];
  const labelRow = way.isBack ? lower.row - 1 : upper.row + 1;
  const passed: Item[] = [];
  let label = upper;
  for (let row = upper.row + 1; row < lower.row; row++) {
    const isLabel = row === labelRow;
    const item = add(
      `${isLabel ? 'l' : 'p'} ${id} ${row}`,
      row,
      isLabel ? wide : 8,
      isLabel ? 1 : 4,
    );
    if (isLabel) label = item;
    passed.push(item);
  }
  return { way, id, items: [upper, ...passed, lower], label };
}

interface Rows {
  top: number[];
  height: number[];
  end: number;
}

function rowsAt(items: readonly Item[], sizes: Sizes): Rows {
  const count = items.reduce((most, item) => Math.max(most, item.row + 1), 0);
  const height: number[] = Array.from({ length: count }, () => sizes.label.height);
  for (const item of items) {
    if (item.row % 2 === 1) continue;
    const own = item.id.startsWith('s ')
      ? sizes.step.height
      : item.id.startsWith('e ')
        ? sizes.end.height
        : 0;
    height[item.row] = Math.max(height[item.row] ?? 0, own);
  }
  const top: number[] = [];
  let y = sizes.edge;
  height.forEach((one, at) => {
    top[at] = y;
    y += one + (at + 1 < count ? sizes.gap.y : 0);
  });
  return { top, height, end: y };
}

function boxesOf(
  order: readonly string[],
  items: ReadonlyMap<string, Item>,
  rows: Rows,
  sizes: Sizes,
): Box[] {
  const boxes: Box[] = [];
  for (const key of order)
    for (const kind of ['step', 'end'] as const) {
      const item = items.get(kind === 'step' ? stepItem(key) : endItem(key));
      if (!item) continue;
      const { width, height } = sizes[kind];
      const x = item.x - width / 2 + sizes.edge;
      boxes.push({ kind, step: key, x, y: rows.top[item.row] ?? 0, width, height });
    }
  return boxes;
}

interface Point {
  x: number;
  y: number;
}

function lineOf(route: Route, all: readonly Route[], rows: Rows, sizes: Sizes): Line {
  const { way, items, label } = route;
  const edge = sizes.edge;
  const top = (item: Item) => rows.top[item.row] ?? 0;
  const bottom = (item: Item) => top(item) + heightOf(item, rows, sizes);
  const base = {
    id: route.id,
    from: way.from,
    to: way.to,
    outcomes: way.outcomes,
    isBack: way.isBack,
    label: {
      x: label.x + edge,
      y: top(label) + sizes.label.height / 2,
      width: label.width,
    },
  };
  const first = items[0] ?? label;
  const last = items.at(-1) ?? label;
  if (items.length === 2 && last === label) {
    const start = { x: portOf(first, 'bottom', route, all) + edge, y: bottom(first) };
    const side = first.x + sizes.step.width / 2 + edge;
    const end = { x: Math.min(start.x + 24, side - 8), y: start.y };
    const low = base.label.y;
    const path =
      `M${at(start)}C${at({ x: start.x, y: low })} ${at({ x: base.label.x, y: low })} ` +
      `${at(base.label)}S${at({ x: end.x, y: low })} ${at(end)}`;
    return { ...base, path, tip: { ...end, isUp: true } };
  }
  const points: [Point, Point][] = items.map((item, i) => {
    if (i === 0) {
      const x = portOf(item, 'bottom', route, all) + edge;
      return [
        { x, y: bottom(item) },
        { x, y: bottom(item) },
      ];
    }
    if (i === items.length - 1) {
      const x = portOf(item, 'top', route, all) + edge;
      return [
        { x, y: top(item) },
        { x, y: top(item) },
      ];
    }
    const x = item.x + edge;
    return [
      { x, y: top(item) },
      { x, y: top(item) + (rows.height[item.row] ?? 0) },
    ];
  });
  const down = curve(points);
  const start = points[0]?.[0] ?? { x: 0, y: 0 };
  const end = points.at(-1)?.[1] ?? start;
  const tip = way.isBack ? { ...start, isUp: true } : { ...end, isUp: false };
  return { ...base, path: down, tip };
}

function heightOf(item: Item, rows: Rows, sizes: Sizes): number {
  if (item.id.startsWith('s ')) return sizes.step.height;
  if (item.id.startsWith('e ')) return sizes.end.height;
  return rows.height[item.row] ?? 0;
}

/** Lines that meet a box on one side share it out, in the order in which they come. */
function portOf(box: Item, side: 'top' | 'bottom', route: Route, all: readonly Route[]): number {
  const near = (one: Route): Item | undefined => {
    if (side === 'bottom') return one.items[0] === box ? one.items[1] : undefined;
    return one.items.at(-1) === box && one.items.length > 2 ? one.items.at(-2) : undefined;
  };
  const meeting = all.filter((one) => near(one)).sort((a, b) => near(a)!.x - near(b)!.x);
  const step = Math.min(28, (box.width - 32) / Math.max(1, meeting.length - 1));
  return box.x + (meeting.indexOf(route) - (meeting.length - 1) / 2) * step;
}

const round = (value: number) => Math.round(value * 10) / 10;
const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;

function curve(points: readonly [Point, Point][]): string {
  let path = '';
  points.forEach(([enter, leave], i) => {
    const before = points[i - 1]?.[1];
    if (!before) path += `M${at(enter)}`;
    else {
      const middle = (before.y + enter.y) / 2;
      path += `C${at({ x: before.x, y: middle })} ${at({ x: enter.x, y: middle })} ${at(enter)}`;
    }
    if (leave.y !== enter.y) path += `L${at(leave)}`;
  });
  return path;
}
