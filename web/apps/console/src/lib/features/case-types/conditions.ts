/**
 * A condition as its form sees it, and back: tests joined by "all of" or "any of", groups in
 * groups as far as the server takes them. Nothing a condition can say is lost. Pure.
 */
import type { AnswerCondition, CaseFieldKind } from '@zhiyin/api';
import type { Field } from './terms.ts';

export type Operator = 'is' | 'is_not' | 'set' | 'not_set' | 'at_least' | 'below';

export interface TestNode {
  kind: 'test';
  field: string;
  operator: Operator;
  values: string[];
  number: number;
}

export interface GroupNode {
  kind: 'group';
  match: 'all' | 'any';
  /** None of it holds, or not all of it. */
  isNegated: boolean;
  items: ConditionNode[];
}

export type ConditionNode = TestNode | GroupNode;

export function toNode(condition: AnswerCondition): ConditionNode {
  const { of, isNegated } = peel(condition);
  const test = { kind: 'test' as const, values: [] as string[], number: 0 };
  switch (of.test) {
    case 'is':
      return {
        ...test,
        field: of.field,
        operator: isNegated ? 'is_not' : 'is',
        values: [...of.one_of],
      };
    case 'is_set':
      return { ...test, field: of.field, operator: isNegated ? 'not_set' : 'set' };
    case 'at_least':
      return {
        ...test,
        field: of.field,
        operator: isNegated ? 'below' : 'at_least',
        number: of.number,
      };
    case 'all':
    case 'any':
      return { kind: 'group', match: of.test, isNegated, items: of.of.map(toNode) };
  }
}

type Plain = Exclude<AnswerCondition, { test: 'not' }>;

/** Two negations are none. */
function peel(condition: AnswerCondition): { of: Plain; isNegated: boolean } {
  if (condition.test !== 'not') return { of: condition, isNegated: false };
  const inner = peel(condition.of);
  return { of: inner.of, isNegated: !inner.isNegated };
}

export function fromNode(node: ConditionNode): AnswerCondition {
  if (node.kind === 'group') {
    const group: AnswerCondition = { test: node.match, of: node.items.map(fromNode) };
    return node.isNegated ? { test: 'not', of: group } : group;
  }
  const { field } = node;
  const not = (of: AnswerCondition): AnswerCondition => ({ test: 'not', of });
  const is: AnswerCondition = { test: 'is', field, one_of: [...node.values].sort() };
  const least: AnswerCondition = { test: 'at_least', field, number: node.number };
  switch (node.operator) {
    case 'is':
      return is;
    case 'is_not':
      return not(is);
    case 'set':
      return { test: 'is_set', field };
    case 'not_set':
      return not({ test: 'is_set', field });
    case 'at_least':
      return least;
    case 'below':
      return not(least);
  }
}

/** The form always shows a group; of one test, a group of one. */
export function toGroup(condition: AnswerCondition | null): GroupNode {
  if (!condition) return { kind: 'group', match: 'all', isNegated: false, items: [] };
  const node = toNode(condition);
  if (node.kind === 'group') return node;
  return { kind: 'group', match: 'all', isNegated: false, items: [node] };
}

/** Null when nothing is asked. */
export function fromGroup(group: GroupNode): AnswerCondition | null {
  const [only, ...more] = group.items;
  if (!only) return null;
  return more.length === 0 && !group.isNegated ? fromNode(only) : fromNode(group);
}

export function operatorsOf(kind: CaseFieldKind): Operator[] {
  switch (kind.type) {
    case 'select':
    case 'multi_select':
    case 'boolean':
      return ['is', 'is_not', 'set', 'not_set'];
    case 'number':
    case 'money':
      return ['at_least', 'below', 'set', 'not_set'];
    default:
      return ['set', 'not_set'];
  }
}

/** The answers to choose from; empty where anything can be answered. */
export function valuesOf(kind: CaseFieldKind): string[] {
  if (kind.type === 'boolean') return ['true', 'false'];
  return 'options' in kind ? kind.options.map((option) => option.value) : [];
}

/** A test to begin with; null if there is nothing to look at. */
export function startTest(fields: readonly Field[]): TestNode | null {
  const field =
    fields.find((one) => valuesOf(one.kind).length > 0) ??
    fields.find((one) => one.kind.type === 'number' || one.kind.type === 'money') ??
    fields[0];
  return field ? testOf(field) : null;
}

export function testOf(field: Field): TestNode {
  const operator = operatorsOf(field.kind)[0] ?? 'set';
  return {
    kind: 'test',
    field: field.key,
    operator,
    values: operator === 'is' ? valuesOf(field.kind).slice(0, 1) : [],
    number: 0,
  };
}

/** How deep it lies in itself, as the server counts. */
export function depthOf(condition: AnswerCondition): number {
  switch (condition.test) {
    case 'all':
    case 'any':
      return 1 + Math.max(0, ...condition.of.map(depthOf));
    case 'not':
      return 1 + depthOf(condition.of);
    default:
      return 1;
  }
}
