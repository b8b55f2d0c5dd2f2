/** A service standard as its form sees it, and back; and how it reads. Pure. */
import {
  JOURNEY_STEPS,
  METRICS,
  type JourneyStep,
  type Locale,
  type Metric,
  type OnMoment,
  type Pause,
  type Priority,
  type QueueId,
  type StandardAction,
  type StandardConditions,
  type StandardTarget,
  type StandardTerms,
  type TagId,
} from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import { durationText, metricName } from '$lib/features/journey/clock.ts';

// Lengths of time

export const UNITS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
export type Unit = keyof typeof UNITS;
export const WITHIN_S_MAX = 366 * 86_400;

/** The largest unit that says it in whole numbers: 90 minutes are not 1.5 hours. */
export function splitSeconds(seconds: number): { amount: number; unit: Unit } {
  for (const unit of ['d', 'h', 'min'] as const)
    if (seconds >= UNITS[unit] && seconds % UNITS[unit] === 0)
      return { amount: seconds / UNITS[unit], unit };
  return { amount: seconds, unit: 's' };
}

/** Null if it is no length a target can have. */
export function joinSeconds(amount: number, unit: Unit): number | null {
  const seconds = Math.round(amount * UNITS[unit]);
  return Number.isFinite(seconds) && seconds >= 1 && seconds <= WITHIN_S_MAX ? seconds : null;
}

const WARNINGS_MAX = 3;

/** "50, 80" as numbers; null if they are not up to three rising percentages. */
export function parseWarnings(text: string): number[] | null {
  const parts = text.split(/[\s,，、;；%]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  const areWhole = numbers.every((one) => Number.isInteger(one) && one >= 1 && one <= 99);
  const areRising = numbers.every((one, i) => i === 0 || one > (numbers[i - 1] ?? 0));
  return areWhole && areRising && numbers.length <= WARNINGS_MAX ? numbers : null;
}

// Conditions

export const FIELDS = [
  'inboxes',
  'channels',
  'tier',
  'languages',
  'priorities',
  'stages',
  'teams',
] as const;
export type FieldId = (typeof FIELDS)[number];
export type ListField = Exclude<FieldId, 'tier'>;
export const TIER_MAX = 9;

export interface ConditionRow {
  field: FieldId;
  values: string[];
  tierFrom: number;
  tierTo: number;
}

export function startCondition(field: FieldId): ConditionRow {
  return { field, values: [], tierFrom: 1, tierTo: TIER_MAX };
}

export function toConditionRows(conditions: StandardConditions): ConditionRow[] {
  const rows: ConditionRow[] = [];
  for (const field of FIELDS) {
    const row = startCondition(field);
    if (field === 'tier') {
      const { tier_from: from, tier_to: to } = conditions;
      if (from === null && to === null) continue;
      rows.push({ ...row, tierFrom: from ?? 0, tierTo: to ?? TIER_MAX });
    } else if ((conditions[field] ?? []).length > 0) {
      rows.push({ ...row, values: [...conditions[field]] });
    }
  }
  return rows;
}

export function fromConditionRows(
  rows: readonly ConditionRow[],
  /** Conditions the form does not know are kept as they are. */
  kept: Pick<StandardConditions, 'topics'>,
): StandardConditions {
  const values = <Value extends string>(field: ListField) =>
    [...(rows.find((row) => row.field === field)?.values ?? [])] as Value[];
  const tier = rows.find((row) => row.field === 'tier');
  return {
    inboxes: values('inboxes'),
    channels: values('channels'),
    topics: [...kept.topics],
    tier_from: tier && tier.tierFrom > 0 ? tier.tierFrom : null,
    tier_to: tier && tier.tierTo < TIER_MAX ? tier.tierTo : null,
    languages: values('languages'),
    priorities: values<Priority>('priorities'),
    stages: values('stages'),
    teams: values('teams'),
  };
}

/** A condition that was begun and left empty says nothing. */
export function isWhole(row: ConditionRow): boolean {
  return row.field === 'tier' ? row.tierFrom <= row.tierTo : row.values.length > 0;
}

// Targets

export interface TargetRow {
  metric: Metric;
  amount: number;
  unit: Unit;
  basis: StandardTarget['basis'];
  warn: string;
  pauses: Pause[];
  isRestarted: boolean;
}

export const PAUSES: Pause[] = ['customer', 'third_party', 'snoozed'];

const starts: Partial<Record<Metric, [seconds: number, warn: string]>> = {
  first_response: [30, '66'],
  next_response: [120, '75'],
  resolution: [8 * 3600, '80'],
};

/** A target to begin with, as the built-in standard has it. */
export function startTarget(metric: Metric): TargetRow {
  const [seconds, warn] = starts[metric] ?? [600, '80'];
  return {
    metric,
    ...splitSeconds(seconds),
    basis: 'business',
    warn,
    pauses: metric === 'resolution' ? [...PAUSES] : [],
    isRestarted: false,
  };
}

export function toTargetRow(target: StandardTarget): TargetRow {
  return {
    metric: target.metric,
    ...splitSeconds(target.within_s),
    basis: target.basis,
    warn: target.warn_percent.join(', '),
    pauses: PAUSES.filter((pause) => target.pauses.includes(pause)),
    isRestarted: target.is_restarted_on_reopen,
  };
}

export function fromTargetRow(row: TargetRow): StandardTarget | null {
  const within = joinSeconds(row.amount, row.unit);
  const warnings = parseWarnings(row.warn);
  if (within === null || warnings === null) return null;
  return {
    metric: row.metric,
    within_s: within,
    basis: row.basis,
    warn_percent: warnings,
    pauses: PAUSES.filter((pause) => row.pauses.includes(pause)),
    is_restarted_on_reopen: row.isRestarted,
  };
}

export const byMetric = (a: { metric: Metric }, b: { metric: Metric }): number =>
  METRICS.indexOf(a.metric) - METRICS.indexOf(b.metric);

// Actions

export type ActionKind = StandardAction['kind'];

export interface ActionRow {
  key: number;
  metric: Metric | 'any';
  when: OnMoment['when'];
  kind: ActionKind;
  assignee: boolean;
  supervisors: boolean;
  agents: string[];
  priority: Priority;
  queue: QueueId | '';
  tag: TagId | '';
}

export function startAction(key: number): ActionRow {
  return {
    key,
    metric: 'any',
    when: 'breach',
    kind: 'notify',
    assignee: true,
    supervisors: true,
    agents: [],
    priority: 'high',
    queue: '',
    tag: '',
  };
}

export function toActionRow(on: OnMoment, key: number): ActionRow {
  const row = { ...startAction(key), metric: on.metric ?? 'any', when: on.when } as ActionRow;
  const { action } = on;
  switch (action.kind) {
    case 'notify':
      return {
        ...row,
        kind: 'notify',
        assignee: action.assignee,
        supervisors: action.supervisors,
        agents: [...action.agents],
      };
    case 'raise_priority':
      return { ...row, kind: action.kind, priority: action.to };
    case 'reassign':
      return { ...row, kind: action.kind };
    case 'move_to_queue':
      return { ...row, kind: action.kind, queue: action.queue_id };
    case 'tag':
      return { ...row, kind: action.kind, tag: action.tag_id };
  }
}

/** Null while it does not say whom, where or which. */
export function fromActionRow(row: ActionRow): OnMoment | null {
  const action = actionOf(row);
  return action && { metric: row.metric === 'any' ? null : row.metric, when: row.when, action };
}

function actionOf(row: ActionRow): StandardAction | null {
  const { kind, assignee, supervisors } = row;
  switch (kind) {
    case 'notify':
      return assignee || supervisors || row.agents.length > 0
        ? { kind, assignee, supervisors, agents: [...row.agents] }
        : null;
    case 'raise_priority':
      return { kind, to: row.priority };
    case 'reassign':
      return { kind };
    case 'move_to_queue':
      return row.queue === '' ? null : { kind, queue_id: row.queue };
    case 'tag':
      return row.tag === '' ? null : { kind, tag_id: row.tag };
  }
}

// Guidance

export type GuidanceForm = Record<JourneyStep, Record<Locale, string>>;

export function toGuidance(guidance: StandardTerms['guidance']): GuidanceForm {
  const of = (step: JourneyStep) => ({
    'zh-CN': guidance[step]?.['zh-CN'] ?? '',
    en: guidance[step]?.en ?? '',
  });
  return Object.fromEntries(JOURNEY_STEPS.map((step) => [step, of(step)])) as GuidanceForm;
}

/** What is empty is left out: there the usual text stays. */
export function fromGuidance(form: GuidanceForm): StandardTerms['guidance'] {
  const guidance: StandardTerms['guidance'] = {};
  for (const step of JOURNEY_STEPS) {
    const texts = Object.entries(form[step])
      .map(([locale, text]) => [locale, text.trim()] as const)
      .filter(([, text]) => text !== '');
    if (texts.length > 0) guidance[step] = Object.fromEntries(texts);
  }
  return guidance;
}

// How it reads

export type ValueName = (field: ListField, value: string) => string;

/** Which conversations it holds for, in one line. */
export function conditionsText(
  t: T,
  rows: readonly ConditionRow[],
  nameOf: ValueName,
  locale: string,
): string {
  const list = new Intl.ListFormat(locale, { type: 'disjunction' });
  const clauses = rows.filter(isWhole).map((row) => {
    if (row.field === 'tier')
      return row.tierFrom === row.tierTo
        ? t('standard.tier', { tier: row.tierFrom })
        : t('standard.tierRange', { from: row.tierFrom, to: row.tierTo });
    const { field } = row;
    return t('standard.clause', {
      field: t(`standard.field.${field}`).toLocaleLowerCase(locale),
      values: list.format(row.values.map((value) => nameOf(field, value))),
    });
  });
  if (clauses.length === 0) return t('standard.everyone');
  return clauses.reduce((left, right) => t('standard.and', { left, right }));
}

export function targetText(t: T, target: Pick<StandardTarget, 'metric' | 'within_s'>): string {
  return t('standard.reads.target', {
    metric: metricName(t, target.metric),
    time: durationText(t, target.within_s),
  });
}
