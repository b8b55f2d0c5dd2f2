/** The conditions of a saved view: which there are, how they are edited, and how they read. Pure. */
import {
  STAGES,
  type Condition,
  type ConditionValue,
  type Filter,
  type Operator,
} from '@zhiyin/api';
import type { PlainKey, T } from '@zhiyin/i18n';

/** What a value is chosen or typed with. */
export type Editor =
  'choices' | 'flag' | 'minutes' | 'days' | 'day' | 'score' | 'words' | 'nothing';

export interface Field {
  id: string;
  group: 'conversation' | 'customer' | 'attributes';
  label: string;
  operators: Operator[];
  /** What can be chosen; asked for only where values are chosen. */
  choices?: () => Choice[];
}

export interface Choice {
  value: string;
  label: string;
}

/** Names of everything a condition can refer to. */
export interface Names {
  inboxes: Choice[];
  teams: Choice[];
  agents: Choice[];
  tags: Choice[];
  attributes: { key: string; label: string; choices: Choice[] | null }[];
  languages: Choice[];
}

const MINUTE_S = 60;
export const CONDITIONS_MAX = 12;

const labels = {
  status: 'view.field.status',
  inbox: 'view.field.inbox',
  team: 'view.field.team',
  assignee: 'view.field.assignee',
  tag: 'view.field.tag',
  priority: 'view.field.priority',
  channel: 'view.field.channel',
  handler: 'view.field.handler',
  unread: 'view.field.unread',
  waiting: 'view.field.waiting',
  is_breached: 'view.field.breached',
  stage: 'view.field.stage',
  created: 'view.field.created',
  activity: 'view.field.activity',
  'contact.locale': 'view.field.locale',
  'contact.verified': 'view.field.verified',
  rating: 'view.field.rating',
} as const satisfies Record<string, PlainKey>;
type Known = keyof typeof labels;

/** What is or is not so. */
const FLAGS = new Set(['unread', 'is_breached', 'contact.verified']);
const IS: Operator[] = ['is', 'is_not'];
const operators: Record<Known, Operator[]> = {
  status: IS,
  inbox: IS,
  team: IS,
  assignee: IS,
  tag: ['has_any', 'has_all', 'has_none'],
  priority: IS,
  channel: IS,
  handler: IS,
  unread: ['is'],
  waiting: ['longer_than'],
  is_breached: ['is'],
  stage: IS,
  created: ['within_days', 'after', 'before'],
  activity: ['within_days', 'older_than_days'],
  'contact.locale': IS,
  'contact.verified': ['is'],
  rating: ['at_most', 'at_least'],
};

/** Everything that can be asked, in the order people think of it. */
export function fieldsOf(t: T, names: Names): Field[] {
  const words = <Id extends string>(ids: readonly Id[], label: (id: Id) => string): Choice[] =>
    ids.map((value) => ({ value, label: label(value) }));
  const choices: Partial<Record<Known, () => Choice[]>> = {
    status: () => words(['open', 'snoozed', 'resolved'] as const, (status) => t(`list.${status}`)),
    inbox: () => names.inboxes,
    team: () => [...names.teams, { value: 'none', label: t('view.noTeam') }],
    assignee: () => [
      { value: 'me', label: t('view.me') },
      { value: 'nobody', label: t('view.nobody') },
      ...names.agents,
    ],
    tag: () => names.tags,
    priority: () =>
      words(['urgent', 'high', 'normal', 'low'] as const, (one) =>
        t(`conversation.priority.${one}`),
      ),
    channel: () => words(['web', 'api'] as const, (one) => t(`channel.${one}`)),
    handler: () =>
      words(['none', 'bot', 'queued', 'offered', 'human'] as const, (one) => t(`handler.${one}`)),
    stage: () => words(STAGES, (one) => t(`stage.${one}`)),
    'contact.locale': () => names.languages,
  };
  const known = (Object.keys(labels) as Known[]).map((id): Field => {
    const options = choices[id];
    return {
      id,
      group: id.startsWith('contact.') ? 'customer' : 'conversation',
      label: t(labels[id]),
      operators: operators[id],
      ...(options ? { choices: options } : {}),
    };
  });
  const attributes = names.attributes.map(({ key, label, choices: options }): Field => ({
    id: `attribute.${key}`,
    group: 'attributes',
    label,
    operators: ['is', 'is_not', 'is_set', 'is_not_set'],
    ...(options ? { choices: () => options } : {}),
  }));
  return [...known, ...attributes];
}

/** What the value of a condition is edited with. */
export function editorOf(field: Field, operator: Operator): Editor {
  switch (operator) {
    case 'is_set':
    case 'is_not_set':
      return 'nothing';
    case 'longer_than':
      return 'minutes';
    case 'within_days':
    case 'older_than_days':
      return 'days';
    case 'before':
    case 'after':
      return 'day';
    case 'at_most':
    case 'at_least':
      return 'score';
    case 'has_any':
    case 'has_all':
    case 'has_none':
      return 'choices';
    case 'is':
    case 'is_not':
      if (FLAGS.has(field.id)) return 'flag';
      return field.choices ? 'choices' : 'words';
  }
}

/** A value to begin with; conditions that need a choice begin without one. */
export function startValue(editor: Editor): ConditionValue {
  switch (editor) {
    case 'choices':
    case 'words':
      return [];
    case 'flag':
      return true;
    case 'minutes':
      return 10 * MINUTE_S;
    case 'days':
      return 7;
    case 'score':
      return 2;
    case 'day':
      return '';
    case 'nothing':
      return null;
  }
}

/** Whether a condition says something; what was begun and left empty does not. */
export function isComplete(field: Field | undefined, condition: Condition): boolean {
  if (!field) return false;
  const { value } = condition;
  switch (editorOf(field, condition.operator)) {
    case 'nothing':
    case 'flag':
      return true;
    case 'choices':
    case 'words':
      return Array.isArray(value) && value.length > 0;
    case 'minutes':
    case 'days':
    case 'score':
      return typeof value === 'number' && value > 0;
    case 'day':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  }
}

/** How the conditions read, as one sentence without its full stop. */
export function sentence(
  t: T,
  filter: Filter,
  fields: readonly Field[],
  day: (at: Date) => string,
  locale: string,
): string {
  const clauses = filter.conditions.flatMap((condition) => {
    const field = fields.find((one) => one.id === condition.field);
    return field && isComplete(field, condition) ? [clause(t, field, condition, day, locale)] : [];
  });
  const [first = '', ...rest] = clauses;
  return rest.reduce(
    (left, right) =>
      filter.match === 'all' ? t('view.and', { left, right }) : t('view.or', { left, right }),
    first,
  );
}

export function clause(
  t: T,
  field: Field,
  { operator, value }: Condition,
  day: (at: Date) => string,
  locale: string,
): string {
  const name = field.label;
  switch (editorOf(field, operator)) {
    case 'nothing':
      return operator === 'is_set'
        ? t('view.reads.isSet', { field: name })
        : t('view.reads.isNotSet', { field: name });
    case 'flag':
      if (field.id === 'is_breached')
        return value ? t('view.reads.breached') : t('view.reads.notBreached');
      if (field.id === 'unread') return value ? t('view.reads.unread') : t('view.reads.read');
      return value ? t('view.reads.verified') : t('view.reads.notVerified');
    case 'minutes':
      return t('view.reads.longer_than', { count: Number(value) / MINUTE_S });
    case 'days': {
      const count = Number(value);
      if (field.id === 'created') return t('view.reads.createdWithin', { count });
      return operator === 'within_days'
        ? t('view.reads.activeWithin', { count })
        : t('view.reads.quietFor', { count });
    }
    case 'day': {
      const date = day(new Date(String(value)));
      return operator === 'before'
        ? t('view.reads.createdBefore', { date })
        : t('view.reads.createdAfter', { date });
    }
    case 'score':
      return operator === 'at_most'
        ? t('view.reads.at_most', { score: Number(value) })
        : t('view.reads.at_least', { score: Number(value) });
    case 'choices':
    case 'words': {
      const type = operator === 'has_all' ? 'conjunction' : 'disjunction';
      const list = new Intl.ListFormat(locale, { type });
      const known = new Map(field.choices?.().map((one) => [one.value, one.label]));
      const values = list.format(
        (Array.isArray(value) ? value : []).map((one) => known.get(one) ?? one),
      );
      const keys = {
        is: 'view.reads.is',
        is_not: 'view.reads.isNot',
        has_any: 'view.reads.hasAny',
        has_all: 'view.reads.hasAll',
        has_none: 'view.reads.hasNone',
      } as const;
      return t(keys[operator as keyof typeof keys], { field: name, values });
    }
  }
}
