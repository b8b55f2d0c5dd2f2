import { describe, expect, it } from 'vitest';
import { movedBy, optionsOf, pathOfCategory, slugOf, treeOf } from './categories.ts';
import { someCategory } from './fixtures.ts';
import { piecesOf } from './highlights.ts';
import { split, wordsOf } from './words.ts';

const all = [
  someCategory({ id: 'b', position: 2, slug: 'b', name: { en: 'B' } }),
  someCategory({ id: 'a', position: 1, slug: 'a', name: { en: 'A', 'zh-CN': '甲' } }),
  someCategory({ id: 'a2', parent_id: 'a', position: 5, slug: 'a2', name: { en: 'A2' } }),
  someCategory({ id: 'a1', parent_id: 'a', position: 4, slug: 'a1', name: { en: 'A1' } }),
  someCategory({ id: 'lost', parent_id: 'gone', position: 9, slug: 'lost', name: {} }),
];

describe('categories', () => {
  it('stand as a tree in their order, and none is lost', () => {
    const tree = treeOf(all);
    expect(tree.map((one) => one.category.id)).toEqual(['a', 'b', 'lost']);
    expect(tree[0]?.children.map((one) => one.id)).toEqual(['a1', 'a2']);
    expect(optionsOf(all, 'zh-CN').map((one) => one.label)).toEqual([
      '甲',
      '甲 / A1',
      '甲 / A2',
      'B',
      'lost',
    ]);
    expect(pathOfCategory(all, 'a2', 'en')).toBe('A / A2');
    expect(pathOfCategory(all, null, 'en')).toBe('');
  });

  it('move among their siblings, and only what moved is saved', () => {
    expect(movedBy(all, 'a1', 1).map((one) => [one.category.id, one.position])).toEqual([
      ['a2', 0],
      ['a1', 1],
    ]);
    expect(movedBy(all, 'a1', -1)).toEqual([]);
    const settled = [
      someCategory({ id: 'x', position: 0 }),
      someCategory({ id: 'y', position: 1 }),
    ];
    expect(movedBy(settled, 'y', 1)).toEqual([]);
  });

  it('get a name for addresses where letters allow it', () => {
    expect(slugOf('  Café & Orders! ')).toBe('cafe-orders');
    expect(slugOf('退货')).toBe('');
  });
});

describe('a text that was searched', () => {
  const joined = (spans: [number, number][]) =>
    piecesOf('return it', spans).map((one) => (one.isMatch ? `[${one.text}]` : one.text));

  it('is cut at the places that were found', () => {
    expect(joined([])).toEqual(['return it']);
    expect(
      joined([
        [7, 2],
        [0, 6],
      ]),
    ).toEqual(['[return]', ' ', '[it]']);
  });

  it('loses nothing where spans overlap or lie outside', () => {
    expect(
      joined([
        [0, 6],
        [3, 6],
      ]).join(''),
    ).toBe('[return][ it]');
    expect(
      joined([
        [8, 40],
        [99, 2],
      ]).join(''),
    ).toBe('return i[t]');
  });
});

describe('words written below each other', () => {
  it('are each taken once', () => {
    expect(split('refund\n money  back,Refund、退款；退钱\n\n')).toEqual([
      'refund',
      'money back',
      '退款',
      '退钱',
    ]);
  });

  it('make a group of two to twenty', () => {
    expect(wordsOf('refund').problem).toBe('few');
    expect(wordsOf('refund, 退款').problem).toBeNull();
    expect(wordsOf(`${'x'.repeat(41)}, y`).problem).toBe('long');
    expect(wordsOf(Array.from({ length: 21 }, (_, i) => `w${i}`).join(',')).problem).toBe('many');
  });
});
