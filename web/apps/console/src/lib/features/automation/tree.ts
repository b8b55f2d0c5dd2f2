/** Conditions while they are edited: groups of groups and single ones, each with a key. Pure. */
import type { ConditionValue, RuleLeaf, RuleNode, RuleOperator } from '@zhiyin/api';

export interface LeafItem {
  kind: 'leaf';
  key: number;
  field: string;
  operator: RuleOperator;
  value: ConditionValue;
}

export interface GroupItem {
  kind: 'group';
  key: number;
  match: 'all' | 'any';
  isNegated: boolean;
  items: Item[];
}

export type Item = LeafItem | GroupItem;

export const LEAVES_MAX = 30;
/** Groups in groups, each negation counted, too. */
export const DEPTH_MAX = 4;

/** Numbers for the parts of one tree. */
export type Keys = () => number;

export function keysFrom(start = 0): Keys {
  let next = start;
  return () => next++;
}

const isLeaf = (node: RuleNode): node is RuleLeaf => 'field' in node;

/** What was saved, as groups: the outermost part is always one. */
export function toTree(node: RuleNode | null | undefined, keys: Keys): GroupItem {
  if (!node) return { kind: 'group', key: keys(), match: 'all', isNegated: false, items: [] };
  const item = toItem(node, keys);
  if (item.kind === 'group') return item;
  return { kind: 'group', key: keys(), match: 'all', isNegated: false, items: [item] };
}

function toItem(node: RuleNode, keys: Keys): Item {
  if (isLeaf(node)) {
    const { field, operator, value = null } = node;
    return { kind: 'leaf', key: keys(), field, operator, value };
  }
  if ('not' in node) {
    const inner = toItem(node.not, keys);
    if (inner.kind === 'group' && !inner.isNegated) return { ...inner, isNegated: true };
    return { kind: 'group', key: keys(), match: 'all', isNegated: true, items: [inner] };
  }
  const match = 'all' in node ? 'all' : 'any';
  const nodes = 'all' in node ? node.all : node.any;
  const items = nodes.map((one) => toItem(one, keys));
  return { kind: 'group', key: keys(), match, isNegated: false, items };
}

export function fromTree(item: Item): RuleNode {
  if (item.kind === 'leaf') {
    const { field, operator, value } = item;
    return { field, operator, ...(value === null ? {} : { value }) };
  }
  const nodes = item.items.map(fromTree);
  const group = item.match === 'all' ? { all: nodes } : { any: nodes };
  return item.isNegated ? { not: group } : group;
}

/** Where each part stands in what `fromTree` makes, as the server names it. */
export function pathsOf(item: Item, at = '/conditions'): Map<number, string> {
  const paths = new Map([[item.key, at]]);
  if (item.kind === 'leaf') return paths;
  const inside = `${at}${item.isNegated ? '/not' : ''}/${item.match}`;
  item.items.forEach((one, i) => {
    for (const [key, path] of pathsOf(one, `${inside}/${i}`)) paths.set(key, path);
  });
  return paths;
}

/** The single conditions of what was saved, with their places. */
export function leavesOf(
  node: RuleNode | null | undefined,
  at = '/conditions',
): { path: string; leaf: RuleLeaf }[] {
  if (!node) return [];
  if (isLeaf(node)) return [{ path: at, leaf: node }];
  if ('not' in node) return leavesOf(node.not, `${at}/not`);
  const [name, nodes] = 'all' in node ? ['all', node.all] : ['any', node.any];
  return nodes.flatMap((one, i) => leavesOf(one, `${at}/${name}/${i}`));
}

export function countLeaves(item: Item): number {
  return item.kind === 'leaf' ? 1 : item.items.reduce((sum, one) => sum + countLeaves(one), 0);
}

export function depthOf(item: Item): number {
  if (item.kind === 'leaf') return 0;
  const inside = Math.max(0, ...item.items.map(depthOf));
  return inside + 1 + (item.isNegated ? 1 : 0);
}
