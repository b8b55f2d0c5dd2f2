/** What a case type says while it is edited: nothing is left out. Pure. */
import type {
  CaseField,
  CaseFieldKind,
  CaseTerms,
  CheckItem,
  Ladder,
  Localized,
  ProcedureStep,
  StepOutcome,
  TimeLimit,
} from '@zhiyin/api';
import { KEY_CHARS_MAX } from './limits.ts';

export type Field = Required<CaseField>;
export type Check = Required<CheckItem>;
export type Outcome = Required<StepOutcome>;

export interface Step extends Required<ProcedureStep> {
  checklist: Check[];
  form: Field[];
  outcomes: Outcome[];
}

export interface Terms extends Required<CaseTerms> {
  form: Field[];
  procedure: { first: string; steps: Step[] };
}

const HOUR_S = 3600;
const DAY_S = 86_400;

const ladder = (...after: number[]): Ladder => ({
  remind_percent: [50, 80],
  rungs: after.map((after_s, at) => ({ after_s, to: { kind: 'line', level: at + 1 } })),
});
/** The same two as the server has them. */
export const LADDERS: Record<'usual' | 'urgent', Ladder> = {
  usual: ladder(HOUR_S, 4 * HOUR_S, 8 * HOUR_S),
  urgent: ladder(HOUR_S / 4, HOUR_S, 2 * HOUR_S),
};

export const CLOSING = {
  light: { attempts_min: 1, days_min: 1, means_min: 1, answer_wait_s: DAY_S },
  usual: { attempts_min: 2, days_min: 2, means_min: 1, answer_wait_s: DAY_S },
  thorough: { attempts_min: 3, days_min: 2, means_min: 2, answer_wait_s: 2 * DAY_S },
} as const;

// Filling up what may be left out

export function fullField(field: CaseField): Field {
  return {
    key: field.key,
    label: field.label,
    help: field.help ?? {},
    kind: field.kind,
    is_required: field.is_required ?? false,
    required_if: field.required_if ?? null,
    shown_if: field.shown_if ?? null,
    is_personal: field.is_personal ?? false,
    is_public: field.is_public ?? false,
  };
}

export function fullStep(step: ProcedureStep): Step {
  return {
    key: step.key,
    name: step.name,
    guidance: step.guidance ?? {},
    customer_text: step.customer_text ?? {},
    doer: step.doer,
    checklist: (step.checklist ?? []).map((item) => ({
      key: item.key,
      text: item.text,
      is_required: item.is_required ?? false,
    })),
    form: (step.form ?? []).map(fullField),
    limit: step.limit,
    ladder: step.ladder ?? LADDERS.usual,
    approvers: step.approvers ?? [],
    outcomes: step.outcomes.map((outcome) => ({
      key: outcome.key,
      name: outcome.name,
      when: outcome.when ?? null,
      needs_approval: outcome.needs_approval ?? false,
      next: outcome.next,
    })),
  };
}

export function fullTerms(terms: CaseTerms): Terms {
  return {
    name: terms.name,
    description: terms.description ?? {},
    is_complaint: terms.is_complaint ?? false,
    priority: terms.priority,
    form: terms.form.map(fullField),
    procedure: {
      first: terms.procedure.first,
      steps: terms.procedure.steps.map(fullStep),
    },
    closing: terms.closing,
    reopen_within_s: terms.reopen_within_s,
    is_public: terms.is_public ?? false,
  };
}

// Beginnings

export const business = (hours: number): TimeLimit => ({
  within_s: hours * HOUR_S,
  basis: 'business',
});

/** Text in both languages; what is empty is left out. */
export function label(zh: string, en: string): Localized {
  return { ...(zh === '' ? {} : { 'zh-CN': zh }), ...(en === '' ? {} : { en }) };
}

export function startOutcome(key: string, name: Localized, next: Outcome['next']): Outcome {
  return { key, name, when: null, needs_approval: false, next };
}

export function startStep(key: string, name: Localized, next: Outcome['next']): Step {
  return {
    key,
    name,
    guidance: {},
    customer_text: {},
    doer: { kind: 'owner' },
    checklist: [],
    form: [],
    limit: business(8),
    ladder: LADDERS.usual,
    approvers: [],
    outcomes: [startOutcome('done', label('完成', 'Done'), next)],
  };
}

export function startField(key: string, kind: CaseFieldKind = { type: 'text' }): Field {
  return fullField({ key, label: {}, kind });
}

export function startTerms(name: Localized): Terms {
  return {
    name,
    description: {},
    is_complaint: false,
    priority: 'normal',
    form: [],
    procedure: {
      first: 'handle',
      steps: [startStep('handle', label('处理', 'Handle'), { kind: 'end' })],
    },
    closing: CLOSING.usual,
    reopen_within_s: 14 * DAY_S,
    is_public: true,
  };
}

/** A kind of field to begin with; what was set and still fits is kept. */
export function startKind(type: CaseFieldKind['type'], before?: CaseFieldKind): CaseFieldKind {
  switch (type) {
    case 'number':
      return { type, min: null, max: null };
    case 'money':
      return { type, currency: 'CNY' };
    case 'select':
    case 'multi_select':
      return {
        type,
        options:
          before && 'options' in before
            ? before.options
            : [
                { value: 'option_1', label: {} },
                { value: 'option_2', label: {} },
              ],
      };
    default:
      return { type };
  }
}

// Keys

/** What the server takes for a key. */
export const isKey = (text: string): boolean =>
  text.length <= KEY_CHARS_MAX && /^[a-z][a-z0-9_]*$/.test(text);

/** A key made from an English name, or else from `fallback`; not one of those taken. */
export function freeKey(name: string, fallback: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);
  const base = plain === '' ? fallback : plain;
  if (plain !== '' && !used.has(base)) return base;
  for (let number = plain === '' ? 1 : 2; ; number++) {
    const key = `${base}_${number}`;
    if (!used.has(key)) return key;
  }
}
