/**
 * What is wrong with a case type, found while it is edited. The rules are those of the server,
 * which has the last word before anything is published. Pure.
 */
import type { AnswerCondition, Answers, ClosingPolicy, Ladder, Localized } from '@zhiyin/api';
import { branchFinding } from './branches.ts';
import { depthOf, valuesOf } from './conditions.ts';
import { graphOf } from './flow/graph.ts';
import * as limits from './limits.ts';
import { isKey, type Field, type Step, type Terms } from './terms.ts';

export const FINDING_CODES = [
  'type.name',
  'type.closing',
  'type.complaint_closing',
  'type.reopen',
  'form.count',
  'form.key',
  'form.label',
  'form.kind',
  'form.condition',
  'procedure.count',
  'procedure.first',
  'procedure.key',
  'procedure.name',
  'procedure.guidance',
  'procedure.limit',
  'procedure.ladder',
  'procedure.checklist',
  'procedure.approvers',
  'procedure.outcomes',
  'procedure.outcome',
  'procedure.target',
  'procedure.condition',
  'procedure.branch',
  'procedure.unreachable',
  'procedure.no_way_out',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** What the server calls what is said here in more detail. */
const AT_SERVER: Record<string, string> = {
  'type.name': 'name',
  'type.closing': 'closing',
  'type.complaint_closing': 'complaint_closing',
  'type.reopen': 'reopen',
};

/** Our code for a finding of the server; null where it does not say enough. */
export function codeOf(server: string): FindingCode | null {
  return FINDING_CODES.find((code) => (AT_SERVER[code] ?? code) === server) ?? null;
}

/** Whether the server means what was found here, too. */
export function isSame(own: Finding, server: { code: string; step: string | null }): boolean {
  if (server.step !== null && server.step !== own.step) return false;
  if (server.code === 'form') return own.step === null && own.code.startsWith('form.');
  if (server.code === 'procedure.form') return own.step !== null && own.code.startsWith('form.');
  return codeOf(server.code) === own.code;
}

export interface Finding {
  code: FindingCode;
  /** A hint does not stop anybody. */
  isBlocking: boolean;
  /** The key of the step it is about. */
  step: string | null;
  /** The place of the field in its form. */
  field: number | null;
  /** The place of the outcome in its step. */
  outcome: number | null;
  /** Combinations of answers nobody thought of. */
  answers: Answers[];
}

type At = Partial<Pick<Finding, 'step' | 'field' | 'outcome' | 'answers'>>;

export function finding(code: FindingCode, at: At = {}): Finding {
  return {
    code,
    isBlocking: code !== 'procedure.guidance',
    step: null,
    field: null,
    outcome: null,
    answers: [],
    ...at,
  };
}

const MEANS_MAX = 7;
const ATTEMPTS_MAX = 10;

export function findingsOf(terms: Terms): Finding[] {
  const found: Finding[] = [];
  if (!isLabel(terms.name) || !(isEmpty(terms.description) || isLabel(terms.description)))
    found.push(finding('type.name'));
  found.push(...formFindings(terms.form));
  found.push(...procedureFindings(terms));
  const { closing } = terms;
  if (!isClosing(closing)) found.push(finding('type.closing'));
  else if (terms.is_complaint && (closing.attempts_min < 2 || closing.means_min < 2))
    found.push(finding('type.complaint_closing'));
  if (!isLength(terms.reopen_within_s)) found.push(finding('type.reopen'));
  return found;
}

// Single values

const isEmpty = (text: Localized) => Object.keys(text).length === 0;

/** A text of one line in at least one language. */
export function isLabel(text: Localized): boolean {
  const all = Object.values(text);
  return (
    all.length > 0 &&
    all.every(
      (one) =>
        one.trim() !== '' &&
        [...one].length <= limits.NAME_CHARS_MAX &&
        // eslint-disable-next-line no-control-regex -- what the server refuses
        !/[\u0000-\u001f\u007f-\u009f]/.test(one),
    )
  );
}

export const isLength = (seconds: number): boolean =>
  Number.isInteger(seconds) && seconds >= limits.LIMIT_S_MIN && seconds <= limits.LIMIT_S_MAX;

const within = (value: number, low: number, high: number) =>
  Number.isInteger(value) && value >= low && value <= high;

export function isClosing(closing: ClosingPolicy): boolean {
  return (
    within(closing.attempts_min, 1, ATTEMPTS_MAX) &&
    within(closing.days_min, 1, closing.attempts_min) &&
    within(closing.means_min, 1, Math.min(closing.attempts_min, MEANS_MAX)) &&
    isLength(closing.answer_wait_s)
  );
}

const areRising = (numbers: readonly number[]) =>
  numbers.every((one, at) => at === 0 || one > (numbers[at - 1] ?? 0));

export function isLadder(ladder: Ladder): boolean {
  const { remind_percent: shares, rungs } = ladder;
  return (
    within(shares.length, 1, limits.REMINDERS_MAX) &&
    shares.every((share) => within(share, 1, 99)) &&
    areRising(shares) &&
    within(rungs.length, 1, limits.RUNGS_MAX) &&
    rungs.every(
      (rung) => isLength(rung.after_s) && (rung.to.kind !== 'line' || rung.to.level >= 1),
    ) &&
    areRising(rungs.map((rung) => rung.after_s))
  );
}

// Forms

export function formFindings(fields: readonly Field[], step: string | null = null): Finding[] {
  const found: Finding[] = [];
  if (fields.length > limits.FIELDS_MAX) found.push(finding('form.count', { step }));
  fields.forEach((field, at) => {
    const above = fields.slice(0, at);
    const here = { step, field: at };
    if (!isKey(field.key) || above.some((one) => one.key === field.key))
      found.push(finding('form.key', here));
    if (!isLabel(field.label) || !(isEmpty(field.help) || isLabel(field.help)))
      found.push(finding('form.label', here));
    if (!isKind(field)) found.push(finding('form.kind', here));
    const conditions = [field.shown_if, field.required_if].filter((one) => one !== null);
    if (!conditions.every((one) => isCondition(one, above)))
      found.push(finding('form.condition', here));
  });
  return found;
}

function isKind({ kind }: Field): boolean {
  if (kind.type === 'number') return kind.min == null || kind.max == null || kind.min <= kind.max;
  if (kind.type === 'money') return /^[A-Z]{3}$/.test(kind.currency);
  if (!('options' in kind)) return true;
  const values = kind.options.map((option) => option.value);
  return (
    within(values.length, 1, limits.OPTIONS_MAX) &&
    new Set(values).size === values.length &&
    values.every((value) => value.trim() === value && isLabel({ en: value })) &&
    kind.options.every((option) => isLabel(option.label))
  );
}

/** Whether a condition looks at fields that are there, and at answers they can have. */
export function isCondition(condition: AnswerCondition, known: readonly Field[]): boolean {
  if (depthOf(condition) > limits.CONDITION_DEPTH_MAX) return false;
  const check = (one: AnswerCondition): boolean => {
    if (one.test === 'not') return check(one.of);
    if (one.test === 'all' || one.test === 'any') return one.of.length > 0 && one.of.every(check);
    // Of fields with one key, the one further down counts, as at the server.
    const field = known.findLast((it) => it.key === one.field);
    if (!field) return false;
    if (one.test === 'at_least') return field.kind.type === 'number' || field.kind.type === 'money';
    if (one.test === 'is_set') return true;
    const values = valuesOf(field.kind);
    return (
      one.one_of.length > 0 &&
      one.one_of.every((value) => (values.length > 0 ? values.includes(value) : value !== ''))
    );
  };
  return check(condition);
}

// Procedures

function procedureFindings(terms: Terms): Finding[] {
  const { procedure } = terms;
  const found: Finding[] = [];
  if (!within(procedure.steps.length, 1, limits.STEPS_MAX)) found.push(finding('procedure.count'));
  const seen = new Set<string>();
  for (const step of procedure.steps) {
    if (!isKey(step.key) || seen.has(step.key))
      found.push(finding('procedure.key', { step: step.key }));
    seen.add(step.key);
    found.push(...stepFindings(step), ...outcomeFindings(step, terms));
  }
  if (!seen.has(procedure.first)) return [...found, finding('procedure.first')];
  return [...found, ...wayFindings(terms)];
}

function stepFindings(step: Step): Finding[] {
  const found: Finding[] = [];
  const at = { step: step.key };
  const say = (code: FindingCode, isRight: boolean) => {
    if (!isRight) found.push(finding(code, at));
  };
  say('procedure.name', isLabel(step.name));
  say('procedure.guidance', !isEmpty(step.guidance));
  say('procedure.limit', isLength(step.limit.within_s));
  say('procedure.ladder', isLadder(step.ladder));
  const keys = step.checklist.map((item) => item.key);
  say(
    'procedure.checklist',
    step.checklist.length <= limits.CHECKLIST_MAX &&
      new Set(keys).size === keys.length &&
      step.checklist.every((item) => isKey(item.key) && isLabel(item.text)),
  );
  found.push(...formFindings(step.form, step.key));
  const isAsked = step.outcomes.some((outcome) => outcome.needs_approval);
  say(
    'procedure.approvers',
    step.approvers.length <= limits.APPROVERS_MAX && (!isAsked || step.approvers.length > 0),
  );
  say('procedure.outcomes', within(step.outcomes.length, 1, limits.OUTCOMES_MAX));
  return found;
}

function outcomeFindings(step: Step, terms: Terms): Finding[] {
  const found: Finding[] = [];
  const known = [...terms.form, ...step.form];
  const steps = new Set(terms.procedure.steps.map((one) => one.key));
  const seen = new Set<string>();
  step.outcomes.forEach((outcome, at) => {
    const here = { step: step.key, outcome: at };
    if (!isKey(outcome.key) || !isLabel(outcome.name) || seen.has(outcome.key))
      found.push(finding('procedure.outcome', here));
    seen.add(outcome.key);
    if (outcome.next.kind === 'step' && !steps.has(outcome.next.step))
      found.push(finding('procedure.target', here));
    if (outcome.when && !isCondition(outcome.when, known))
      found.push(finding('procedure.condition', here));
  });
  const answers = branchFinding(step.outcomes, known);
  if (answers) found.push(finding('procedure.branch', { step: step.key, answers }));
  return found;
}

function wayFindings(terms: Terms): Finding[] {
  const { unreached, ways } = graphOf(terms.procedure);
  const ending = new Set(ways.filter((way) => way.to === null).map((way) => way.from));
  for (let before = -1; before !== ending.size;) {
    before = ending.size;
    for (const way of ways) if (way.to !== null && ending.has(way.to)) ending.add(way.from);
  }
  const found: Finding[] = [];
  for (const { key } of terms.procedure.steps) {
    if (unreached.has(key)) found.push(finding('procedure.unreachable', { step: key }));
    else if (!ending.has(key)) found.push(finding('procedure.no_way_out', { step: key }));
  }
  return found;
}
