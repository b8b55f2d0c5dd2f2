/** What a condition of a rule compares: all that views compare, and what only a rule can ask. Pure. */
import type { ConditionValue, RuleOperator } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import {
  clause as viewClause,
  editorOf as viewEditorOf,
  fieldsOf,
  isComplete as isViewComplete,
  startValue as viewStartValue,
  type Choice,
  type Editor,
  type Field,
  type Names,
} from '$lib/features/views/filter.ts';
import type { LeafItem } from './tree.ts';

export type RuleEditor = Editor | 'spans' | 'one';

export interface RuleField {
  id: string;
  group: 'message' | 'time' | Field['group'];
  label: string;
  operators: RuleOperator[];
  choices?: () => Choice[];
  /** As views have it. */
  inViews?: Field;
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const WORDS_MAX = 30;
export const SPANS_MAX = 10;

export interface RuleNames extends Names {
  calendars: Choice[];
}

/** Everything a rule can ask, in the order people think of it. */
export function ruleFields(t: T, names: RuleNames): RuleField[] {
  const weekdays = () =>
    WEEKDAYS.map((value) => ({ value, label: t(`automation.weekday.${value}`) }));
  const own: RuleField[] = [
    {
      id: 'message',
      group: 'message',
      label: t('automation.field.message'),
      operators: ['contains_any', 'contains_none'],
    },
    {
      id: 'calendar',
      group: 'time',
      label: t('automation.field.calendar'),
      operators: ['is_open', 'is_closed'],
      choices: () => names.calendars,
    },
    {
      id: 'time_of_day',
      group: 'time',
      label: t('automation.field.time_of_day'),
      operators: ['within', 'outside'],
    },
    {
      id: 'weekday',
      group: 'time',
      label: t('automation.field.weekday'),
      operators: ['is', 'is_not'],
      choices: weekdays,
    },
  ];
  const shared = fieldsOf(t, names).map((field): RuleField => {
    const { choices } = field;
    // Nobody looks at a rule, so there is no "me".
    const offered = choices && (() => choices().filter((one) => one.value !== 'me'));
    return { ...field, inViews: field, ...(offered ? { choices: offered } : {}) };
  });
  return [...own, ...shared];
}

export function editorOf(field: RuleField, operator: RuleOperator): RuleEditor {
  switch (operator) {
    case 'contains_any':
    case 'contains_none':
      return 'words';
    case 'within':
    case 'outside':
      return 'spans';
    case 'is_open':
    case 'is_closed':
      return 'one';
    default:
      return field.inViews ? viewEditorOf(field.inViews, operator) : 'choices';
  }
}

export function startValue(editor: RuleEditor): ConditionValue {
  if (editor === 'spans') return ['09:00-18:00'];
  return editor === 'one' ? '' : viewStartValue(editor);
}

/** Spans of a day, as people write them: `9:00-12:00, 22:00–6:00`; null where one is none. */
export function readSpans(text: string): string[] | null {
  const parts = text.split(/[,，、;；]/).map((one) => one.trim());
  const spans = parts
    .filter((one) => one !== '')
    .map((one) => {
      const found = /^(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})$/.exec(one);
      if (!found) return null;
      const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = found.slice(1).map(Number);
      if (h1 > 23 || h2 > 24 || m1 > 59 || m2 > 59 || (h2 === 24 && m2 > 0)) return null;
      const two = (number: number) => String(number).padStart(2, '0');
      return `${two(h1)}:${two(m1)}-${two(h2)}:${two(m2)}`;
    });
  return spans.length > 0 && spans.every((one) => one !== null) ? spans : null;
}

/** Words as people write them, each once. */
export function readWords(text: string): string[] {
  return [...new Set(text.split(/[,，、\n]/).map((one) => one.trim()))].filter((one) => one !== '');
}

export function isComplete(field: RuleField | undefined, leaf: LeafItem): boolean {
  if (!field) return false;
  const { value } = leaf;
  const editor = editorOf(field, leaf.operator);
  if (editor === 'one') return typeof value === 'string' && value !== '';
  if (editor === 'spans') {
    return Array.isArray(value) && value.length <= SPANS_MAX && readSpans(value.join()) !== null;
  }
  if (!field.inViews) return Array.isArray(value) && value.length > 0 && value.length <= WORDS_MAX;
  return isViewComplete(field.inViews, { ...leaf, operator: leaf.operator as never });
}

/** One condition in words, to stand within a sentence. */
export function clause(
  t: T,
  field: RuleField,
  leaf: Pick<LeafItem, 'operator' | 'value'>,
  day: (at: Date) => string,
  locale: string,
): string {
  const { operator, value } = leaf;
  if (field.inViews) {
    const condition = { field: field.id, operator: operator as never, value };
    return viewClause(t, field.inViews, condition, day, locale);
  }
  const known = new Map(field.choices?.().map((one) => [one.value, one.label]));
  const list = Array.isArray(value) ? value : [String(value ?? '')];
  const values = new Intl.ListFormat(locale, { type: 'disjunction' }).format(
    list.map((one) => known.get(one) ?? one),
  );
  switch (operator) {
    case 'contains_any':
    case 'contains_none':
    case 'within':
    case 'outside':
    case 'is_open':
    case 'is_closed':
      return t(`automation.reads.${operator}`, { values });
    default:
      return t(operator === 'is_not' ? 'automation.reads.notOn' : 'automation.reads.on', {
        values,
      });
  }
}
