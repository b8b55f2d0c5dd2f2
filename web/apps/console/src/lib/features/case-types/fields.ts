/** Changes of a form, each a new list of fields. Pure. */
import type { AnswerCondition, CaseFieldKind } from '@zhiyin/api';
import { moveItem } from './edits.ts';
import { FIELDS_MAX, OPTIONS_MAX } from './limits.ts';
import { freeKey, startField, type Field } from './terms.ts';

export function addField(fields: readonly Field[]): Field[] {
  if (fields.length >= FIELDS_MAX) return [...fields];
  return [
    ...fields,
    startField(
      freeKey(
        '',
        'field',
        fields.map((one) => one.key),
      ),
    ),
  ];
}

export function patchField(fields: readonly Field[], at: number, patch: Partial<Field>): Field[] {
  return fields.map((one, i) => (i === at ? { ...one, ...patch } : one));
}

export const removeField = (fields: readonly Field[], at: number): Field[] =>
  fields.filter((_, i) => i !== at);

export const moveField = (fields: readonly Field[], at: number, step: 1 | -1): Field[] =>
  moveItem(fields, at, step);

export function copyField(fields: readonly Field[], at: number): Field[] {
  const field = fields[at];
  if (!field || fields.length >= FIELDS_MAX) return [...fields];
  const key = freeKey(
    field.key,
    'field',
    fields.map((one) => one.key),
  );
  return [...fields.slice(0, at + 1), { ...field, key }, ...fields.slice(at + 1)];
}

/** Another key, also where conditions of the form look at it. */
export function renameField(fields: readonly Field[], at: number, key: string): Field[] {
  const old = fields[at]?.key;
  if (old === undefined || old === key) return [...fields];
  const isOnly = fields.filter((one) => one.key === old).length === 1;
  const turn = (condition: AnswerCondition | null) =>
    isOnly && condition ? renamed(condition, old, key) : condition;
  return fields.map((field, i) => ({
    ...field,
    key: i === at ? key : field.key,
    shown_if: turn(field.shown_if),
    required_if: turn(field.required_if),
  }));
}

/** The condition with one field by another key. */
export function renamed(condition: AnswerCondition, old: string, key: string): AnswerCondition {
  switch (condition.test) {
    case 'all':
    case 'any':
      return { test: condition.test, of: condition.of.map((one) => renamed(one, old, key)) };
    case 'not':
      return { test: 'not', of: renamed(condition.of, old, key) };
    default:
      return condition.field === old ? { ...condition, field: key } : condition;
  }
}

type Chosen = Extract<CaseFieldKind, { options: unknown }>;

export function addOption(kind: Chosen): Chosen {
  if (kind.options.length >= OPTIONS_MAX) return kind;
  const value = freeKey(
    '',
    'option',
    kind.options.map((one) => one.value),
  );
  return { ...kind, options: [...kind.options, { value, label: {} }] };
}

export type FieldType = CaseFieldKind['type'];
/** In the order in which they are offered. */
export const FIELD_TYPES = [
  'text',
  'long_text',
  'number',
  'money',
  'boolean',
  'date',
  'select',
  'multi_select',
  'link',
] as const satisfies readonly FieldType[];
