import type { Procedure } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { business, LADDERS } from '../terms.ts';
import { graphOf } from './graph.ts';
import { layoutFlow, SIZES, type Flow } from './layout.ts';
import { neighbour } from './walk.ts';

/** `{ a: ['b', null] }`: from a to b, or to the end. */
function procedure(ways: Record<string, (string | null)[]>): Procedure {
  const steps = Object.entries(ways).map(([key, targets]) => ({
    key,
    name: { en: key },
    doer: { kind: 'owner' as const },
    limit: business(1),
    ladder: LADDERS.usual,
    outcomes: targets.map((to, at) => ({
      key: `o${at}`,
      name: { en: `outcome ${at}` },
      next: to === null ? { kind: 'end' as const } : { kind: 'step' as const, step: to },
    })),
  }));
  return { first: Object.keys(ways)[0] ?? '', steps };
}

const layout = (given: Procedure) => layoutFlow(given, (_, outcomes) => outcomes.join(' / '));
const box = (flow: Flow, key: string) => {
  const found = flow.boxes.find((one) => one.kind === 'step' && one.step === key);
  if (!found) throw new Error(`${key} is not in the picture`);
  return found;
};

/** Boxes and names, each with what it takes. */
function areas(flow: Flow) {
  const half = SIZES.label.height / 2;
  return [
    ...flow.boxes.map(({ x, y, width, height, step, kind }) => ({
      id: `${kind} ${step}`,
      left: x,
      right: x + width,
      top: y,
      bottom: y + height,
    })),
    ...flow.lines.map(({ id, label: { x, y, width } }) => ({
      id,
      left: x - width / 2,
      right: x + width / 2,
      top: y - half,
      bottom: y + half,
    })),
  ];
}

function expectNoOverlap(flow: Flow): void {
  const all = areas(flow);
  for (const [at, one] of all.entries()) {
    expect(one.left, one.id).toBeGreaterThanOrEqual(0);
    expect(one.top, one.id).toBeGreaterThanOrEqual(0);
    expect(one.right, one.id).toBeLessThanOrEqual(flow.width);
    expect(one.bottom, one.id).toBeLessThanOrEqual(flow.height);
    for (const other of all.slice(at + 1)) {
      const isApart =
        one.right <= other.left + 0.01 ||
        other.right <= one.left + 0.01 ||
        one.bottom <= other.top ||
        other.bottom <= one.top;
      expect(isApart, `${one.id} and ${other.id}`).toBe(true);
    }
  }
}

const goodsBack = procedure({
  check: ['send_back', 'refund', 'decline'],
  send_back: ['inspect', null],
  inspect: ['refund', 'exchange', 'talk'],
  refund: [null],
  exchange: [null, 'refund'],
  talk: [null, 'refund', 'inspect'],
  decline: [null],
});

describe('the rows', () => {
  it('have each step below all that lead to it', () => {
    const { row, ways } = graphOf(goodsBack);
    for (const way of ways)
      if (way.to !== null && !way.isBack)
        expect(row.get(way.to)).toBeGreaterThan(row.get(way.from) ?? 99);
    expect(ways.filter((way) => way.isBack).map((way) => `${way.from} ${way.to}`)).toEqual([
      'talk inspect',
    ]);
  });

  it('have what nothing leads to at the end', () => {
    const { unreached, row, order } = graphOf(
      procedure({ a: ['b'], b: [null], lost: ['kept'], kept: ['b', 'lost'] }),
    );
    expect([...unreached]).toEqual(['lost', 'kept']);
    expect(row.get('lost')).toBe(2);
    expect(row.get('kept')).toBe(3);
    expect(order).toEqual(['a', 'b', 'lost', 'kept']);
  });

  it('leave out a way to a step that is not there', () => {
    const { ways } = graphOf(procedure({ a: ['gone', null] }));
    expect(ways.map((way) => way.to)).toEqual([null]);
  });
});

describe('the picture', () => {
  it('has every step, end and way once, and nothing on top of anything', () => {
    const flow = layout(goodsBack);
    expect(flow.boxes.filter((one) => one.kind === 'step')).toHaveLength(7);
    expect(flow.boxes.filter((one) => one.kind === 'end')).toHaveLength(5);
    expect(flow.lines).toHaveLength(15);
    expectNoOverlap(flow);
  });

  it('joins outcomes that lead to the same step', () => {
    const flow = layout(procedure({ a: ['b', 'b', null, null], b: [null] }));
    expect(flow.lines.map((line) => line.outcomes)).toEqual([['o0', 'o1'], ['o2', 'o3'], ['o0']]);
  });

  it('draws ways back upwards, and a step that leads to itself underneath', () => {
    const flow = layout(procedure({ a: ['b'], b: ['a', 'b', null] }));
    const back = flow.lines.find((line) => line.id === 'b→a');
    expect(back?.isBack).toBe(true);
    expect(back?.tip).toMatchObject({ isUp: true, y: box(flow, 'a').y + SIZES.step.height });
    const self = flow.lines.find((line) => line.id === 'b→b');
    expect(self?.label.y).toBeGreaterThan(box(flow, 'b').y + SIZES.step.height);
    expectNoOverlap(flow);
  });

  it('keeps a chain straight', () => {
    const flow = layout(procedure({ a: ['b'], b: ['c'], c: [null] }));
    const xs = ['a', 'b', 'c'].map((key) => box(flow, key).x);
    expect(new Set(xs.map(Math.round)).size).toBe(1);
  });

  it('takes nothing, one step, and sixty with branches and ways back', () => {
    expect(layout({ first: '', steps: [] }).boxes).toEqual([]);
    expectNoOverlap(layout(procedure({ a: [] })));
    const many: Record<string, (string | null)[]> = {};
    for (let i = 0; i < 60; i++) {
      const to = [i + 1, i + 2 + (i % 3), i % 7 === 6 ? i - 5 : i + 1];
      many[`s${i}`] = [...new Set(to)].map((one) => (one < 60 ? `s${one}` : null));
    }
    const flow = layout(procedure(many));
    expect(flow.boxes.filter((one) => one.kind === 'step')).toHaveLength(60);
    expectNoOverlap(flow);
  });
});

describe('arrow keys', () => {
  const flow = layout(goodsBack);
  it('follow the lines, and go along a row', () => {
    expect(neighbour(flow, 'send_back', 'down')).toBe('inspect');
    expect(neighbour(flow, 'inspect', 'up')).toBe('send_back');
    expect(neighbour(flow, 'check', 'up')).toBeNull();
    const row = flow.boxes.filter(
      (one) => one.kind === 'step' && one.y === box(flow, 'send_back').y,
    );
    const sorted = row.toSorted((a, b) => a.x - b.x).map((one) => one.step);
    expect(sorted.length).toBeGreaterThan(1);
    const [first = '', second = ''] = sorted;
    expect(neighbour(flow, first, 'right')).toBe(second);
    expect(neighbour(flow, second, 'left')).toBe(first);
    expect(neighbour(flow, first, 'left')).toBeNull();
  });

  it('reach every step', () => {
    const seen = new Set(['check']);
    const todo = ['check'];
    for (let key = todo.pop(); key !== undefined; key = todo.pop())
      for (const direction of ['up', 'down', 'left', 'right'] as const) {
        const next = neighbour(flow, key, direction);
        if (next !== null && !seen.has(next)) {
          seen.add(next);
          todo.push(next);
        }
      }
    expect(seen.size).toBe(7);
  });
});
