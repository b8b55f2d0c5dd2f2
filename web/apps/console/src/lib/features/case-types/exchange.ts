/**
 * A case type as a file. What is read in is looked through, so that a page never meets a shape
 * it does not know; whether it makes sense, the findings tell. Pure.
 */
import {
  DESKS,
  type AnswerCondition,
  type CaseFieldKind,
  type CaseTerms,
  type Ladder,
  type Localized,
  type TimeLimit,
} from '@zhiyin/api';
import { fullTerms, type Terms } from './terms.ts';

const FORMAT = 'zhiyin-case-type';

export function toFile(key: string, terms: Terms): string {
  return `${JSON.stringify({ format: FORMAT, key, terms }, null, 2)}\n`;
}

export type ReadFile = { terms: Terms; key: string | null } | { wrongAt: string };

class Wrong extends Error {}

/** Where it is wrong is said as a path, such as `terms.procedure.steps.2.limit`. */
export function readFile(text: string): ReadFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { wrongAt: '' };
  }
  try {
    const file = record(value, '');
    // The terms alone will do as well.
    const isWhole = file['format'] === FORMAT;
    const at = isWhole ? 'terms' : '';
    const key = isWhole && typeof file['key'] === 'string' ? file['key'] : null;
    return { terms: fullTerms(terms(isWhole ? file['terms'] : file, at)), key };
  } catch (error) {
    if (error instanceof Wrong) return { wrongAt: error.message };
    throw error;
  }
}

type Raw = Record<string, unknown>;

function fail(at: string): never {
  throw new Wrong(at);
}
const under = (at: string, name: string | number) => (at === '' ? `${name}` : `${at}.${name}`);

function record(value: unknown, at: string): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Raw)
    : fail(at);
}
function text(value: unknown, at: string): string {
  return typeof value === 'string' ? value : fail(at);
}
function number(value: unknown, at: string): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : fail(at);
}
function flag(value: unknown, at: string): boolean {
  if (value === undefined) return false;
  return typeof value === 'boolean' ? value : fail(at);
}
function list<T>(value: unknown, at: string, one: (value: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) return fail(at);
  return value.map((item, i) => one(item, under(at, i)));
}
function localized(value: unknown, at: string): Localized {
  if (value === undefined) return {};
  const texts = Object.entries(record(value, at));
  for (const [locale, one] of texts) {
    if (locale !== 'zh-CN' && locale !== 'en') fail(under(at, locale));
    text(one, under(at, locale));
  }
  return Object.fromEntries(texts) as Localized;
}
function oneOf<T extends string>(value: unknown, at: string, known: readonly T[]): T {
  return known.find((one) => one === value) ?? fail(at);
}

function terms(value: unknown, at: string): CaseTerms {
  const raw = record(value, at);
  const on = (name: string) => under(at, name);
  const procedure = record(raw['procedure'], on('procedure'));
  const closing = record(raw['closing'], on('closing'));
  const steps = list(procedure['steps'], on('procedure.steps'), step);
  const keys = steps.map((one) => one.key);
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (twice >= 0) fail(on(`procedure.steps.${twice}.key`));
  const count = (name: string) => number(closing[name], on(`closing.${name}`));
  return {
    name: localized(raw['name'], on('name')),
    description: localized(raw['description'], on('description')),
    is_complaint: flag(raw['is_complaint'], on('is_complaint')),
    priority: oneOf(raw['priority'], on('priority'), ['low', 'normal', 'high', 'urgent']),
    form: list(raw['form'], on('form'), field),
    procedure: { first: text(procedure['first'], on('procedure.first')), steps },
    closing: {
      attempts_min: count('attempts_min'),
      days_min: count('days_min'),
      means_min: count('means_min'),
      answer_wait_s: count('answer_wait_s'),
      // Types of before do not say.
      ...('closes_when_confirmed' in closing
        ? {
            closes_when_confirmed: flag(
              closing['closes_when_confirmed'],
              on('closing.closes_when_confirmed'),
            ),
          }
        : {}),
    },
    reopen_within_s: number(raw['reopen_within_s'], on('reopen_within_s')),
    is_public: flag(raw['is_public'], on('is_public')),
  };
}

function field(value: unknown, at: string): CaseTerms['form'][number] {
  const raw = record(value, at);
  const on = (name: string) => under(at, name);
  return {
    key: text(raw['key'], on('key')),
    label: localized(raw['label'], on('label')),
    help: localized(raw['help'], on('help')),
    kind: kind(raw['kind'], on('kind')),
    is_required: flag(raw['is_required'], on('is_required')),
    required_if: condition(raw['required_if'], on('required_if')),
    shown_if: condition(raw['shown_if'], on('shown_if')),
    is_personal: flag(raw['is_personal'], on('is_personal')),
    is_public: flag(raw['is_public'], on('is_public')),
  };
}

function kind(value: unknown, at: string): CaseFieldKind {
  const raw = record(value, at);
  const type = text(raw['type'], under(at, 'type'));
  const bound = (name: string) => (raw[name] == null ? null : number(raw[name], under(at, name)));
  switch (type) {
    case 'text':
    case 'long_text':
    case 'boolean':
    case 'date':
    case 'link':
      return { type };
    case 'number':
      return { type, min: bound('min'), max: bound('max') };
    case 'money':
      return { type, currency: text(raw['currency'], under(at, 'currency')) };
    case 'select':
    case 'multi_select': {
      const options = list(raw['options'], under(at, 'options'), (option, place) => {
        const { value: chosen, label } = record(option, place);
        return {
          value: text(chosen, under(place, 'value')),
          label: localized(label, under(place, 'label')),
        };
      });
      return { type, options };
    }
    default:
      return fail(under(at, 'type'));
  }
}

function condition(value: unknown, at: string): AnswerCondition | null {
  return value == null ? null : test(value, at);
}

function test(value: unknown, at: string): AnswerCondition {
  const raw = record(value, at);
  const on = (name: string) => under(at, name);
  const name = text(raw['test'], on('test'));
  const of = () => text(raw['field'], on('field'));
  switch (name) {
    case 'is':
      return { test: name, field: of(), one_of: list(raw['one_of'], on('one_of'), text) };
    case 'is_set':
      return { test: name, field: of() };
    case 'at_least':
      return { test: name, field: of(), number: number(raw['number'], on('number')) };
    case 'all':
    case 'any':
      return { test: name, of: list(raw['of'], on('of'), test) };
    case 'not':
      return { test: name, of: test(raw['of'], on('of')) };
    default:
      return fail(on('test'));
  }
}

type RawStep = CaseTerms['procedure']['steps'][number];

function step(value: unknown, at: string): RawStep {
  const raw = record(value, at);
  const on = (name: string) => under(at, name);
  const items = (name: string) => raw[name] ?? [];
  return {
    key: text(raw['key'], on('key')),
    name: localized(raw['name'], on('name')),
    guidance: localized(raw['guidance'], on('guidance')),
    customer_text: localized(raw['customer_text'], on('customer_text')),
    doer: doer(raw['doer'], on('doer')),
    checklist: list(items('checklist'), on('checklist'), (item, place) => {
      const one = record(item, place);
      return {
        key: text(one['key'], under(place, 'key')),
        text: localized(one['text'], under(place, 'text')),
        is_required: flag(one['is_required'], under(place, 'is_required')),
      };
    }),
    form: list(items('form'), on('form'), field),
    limit: limit(raw['limit'], on('limit')),
    ...(raw['ladder'] === undefined ? {} : { ladder: ladder(raw['ladder'], on('ladder')) }),
    approvers: list(items('approvers'), on('approvers'), approver),
    outcomes: list(raw['outcomes'], on('outcomes'), outcome),
  };
}

function limit(value: unknown, at: string): TimeLimit {
  const raw = record(value, at);
  const basis = raw['basis'] ?? 'business';
  return {
    within_s: number(raw['within_s'], under(at, 'within_s')),
    basis: oneOf(basis, under(at, 'basis'), ['business', 'wall']),
  };
}

function ladder(value: unknown, at: string): Ladder {
  const raw = record(value, at);
  return {
    remind_percent: list(raw['remind_percent'], under(at, 'remind_percent'), number),
    rungs: list(raw['rungs'], under(at, 'rungs'), (rung, place) => {
      const one = record(rung, place);
      const to = record(one['to'], under(place, 'to'));
      const who = oneOf(to['kind'], under(place, 'to.kind'), ['doer', 'owner', 'line']);
      return {
        after_s: number(one['after_s'], under(place, 'after_s')),
        to:
          who === 'line'
            ? { kind: who, level: number(to['level'], under(place, 'to.level')) }
            : { kind: who },
      };
    }),
  };
}

function doer(value: unknown, at: string): RawStep['doer'] {
  const raw = record(value, at);
  const who = text(raw['kind'], under(at, 'kind'));
  switch (who) {
    case 'owner':
    case 'supervisor':
    case 'customer':
      return { kind: who };
    case 'desk':
      return { kind: who, desk: oneOf(raw['desk'], under(at, 'desk'), DESKS) };
    case 'team':
      return { kind: who, team_id: text(raw['team_id'], under(at, 'team_id')) };
    case 'role':
      return { kind: who, role_id: text(raw['role_id'], under(at, 'role_id')) };
    default:
      return fail(under(at, 'kind'));
  }
}

function approver(value: unknown, at: string): NonNullable<RawStep['approvers']>[number] {
  const raw = record(value, at);
  const who = text(raw['kind'], under(at, 'kind'));
  switch (who) {
    case 'line':
      return { kind: who, level: number(raw['level'], under(at, 'level')) };
    case 'desk':
      return { kind: who, desk: oneOf(raw['desk'], under(at, 'desk'), DESKS) };
    case 'role':
      return { kind: who, role_id: text(raw['role_id'], under(at, 'role_id')) };
    case 'agent':
      return { kind: who, agent_id: text(raw['agent_id'], under(at, 'agent_id')) };
    default:
      return fail(under(at, 'kind'));
  }
}

function outcome(value: unknown, at: string): RawStep['outcomes'][number] {
  const raw = record(value, at);
  const on = (name: string) => under(at, name);
  const next = record(raw['next'], on('next'));
  const leads = oneOf(next['kind'], on('next.kind'), ['step', 'end']);
  return {
    key: text(raw['key'], on('key')),
    name: localized(raw['name'], on('name')),
    when: condition(raw['when'], on('when')),
    needs_approval: flag(raw['needs_approval'], on('needs_approval')),
    next:
      leads === 'end'
        ? { kind: leads }
        : { kind: leads, step: text(next['step'], on('next.step')) },
  };
}
