/** A flow while it is edited: each change is a new value. Pure. */
import type { Localized } from '@zhiyin/api';
import type { Drawn } from '$lib/features/case-types/flow/graph.ts';
import type {
  FlowDocument,
  FlowField,
  FlowProblem,
  FlowStep,
  FlowTest,
  StepKind,
  StepStatistics,
} from './types.ts';

export const STEPS_MAX = 100;
export const BUTTONS_MAX = 10;
export const FIELDS_MAX = 20;
export const BRANCHES_MAX = 10;
export const TESTS_MAX = 10;
export const OPTIONS_MAX = 10;
export const MAPPING_MAX = 20;
export const TEXT_CHARS_MAX = 2000;
export const LABEL_CHARS_MAX = 80;

/** The kinds in the order in which they are offered. */
export const STEP_KINDS = [
  'message',
  'buttons',
  'form',
  'answer',
  'condition',
  'http',
  'verify',
  'set_attribute',
  'hours',
  'hand_over',
  'end',
] as const satisfies readonly StepKind[];

/** A way out of a step. What it is called depends on the language, so it is said elsewhere. */
export interface Way {
  /** `next`, `otherwise` …, or `button.0`, `branch.0`. */
  key: string;
  /** Empty: it leads nowhere yet. */
  to: string;
  /** A button's own words. */
  label?: Localized;
}

export function waysOf(step: FlowStep): Way[] {
  switch (step.kind) {
    case 'buttons':
      return [
        ...step.buttons.map((one, at) => ({
          key: `button.${at}`,
          to: one.next,
          label: one.label,
        })),
        ...(step.otherwise === null ? [] : [{ key: 'otherwise', to: step.otherwise }]),
      ];
    case 'condition':
      return [
        ...step.branches.map((one, at) => ({ key: `branch.${at}`, to: one.next })),
        { key: 'otherwise', to: step.otherwise },
      ];
    case 'message':
    case 'form':
    case 'set_attribute':
      return [{ key: 'next', to: step.next }];
    case 'http':
      return [
        { key: 'next', to: step.next },
        { key: 'on_error', to: step.on_error },
      ];
    case 'verify':
      return [
        { key: 'next', to: step.next },
        { key: 'on_failure', to: step.on_failure },
      ];
    case 'answer':
      return [
        { key: 'answered', to: step.answered },
        { key: 'unanswered', to: step.unanswered },
      ];
    case 'hours':
      return [
        { key: 'open', to: step.open },
        { key: 'closed', to: step.closed },
      ];
    case 'hand_over':
    case 'end':
      return [];
  }
}

/** The same step with one way leading elsewhere. */
export function lead(step: FlowStep, key: string, to: string): FlowStep {
  const [list, number] = key.split('.');
  const at = Number(number);
  if (list === 'button' && step.kind === 'buttons')
    return {
      ...step,
      buttons: step.buttons.map((one, i) => (i === at ? { ...one, next: to } : one)),
    };
  if (list === 'branch' && step.kind === 'condition')
    return {
      ...step,
      branches: step.branches.map((one, i) => (i === at ? { ...one, next: to } : one)),
    };
  return waysOf(step).some((way) => way.key === key) ? { ...step, [key]: to } : step;
}

/** What the picture draws: ways that lead nowhere are left out, the problems name them. */
export function drawn(document: FlowDocument): Drawn {
  return {
    first: document.start,
    steps: document.steps.map((step) => ({
      key: step.id,
      outcomes: waysOf(step)
        .filter((way) => way.to !== '')
        .map((way) => ({ key: way.key, next: { kind: 'step' as const, step: way.to } })),
    })),
  };
}

// Beginnings

export function startField(taken: Iterable<string>): FlowField {
  return {
    key: freeId('field', taken),
    question: {},
    kind: 'text',
    is_required: true,
    pattern: null,
    options: [],
    error: null,
  };
}

export const startTest = (): FlowTest => ({ field: 'message', operator: 'contains', value: '' });

export function startStep(id: string, kind: StepKind, next = ''): FlowStep {
  switch (kind) {
    case 'message':
      return { id, kind, text: {}, next };
    case 'buttons':
      return { id, kind, text: {}, buttons: [{ label: {}, next }], otherwise: null };
    case 'form':
      return { id, kind, text: null, fields: [startField([])], next };
    case 'answer':
      return { id, kind, question: null, answered: next, unanswered: '' };
    case 'condition':
      return {
        id,
        kind,
        branches: [{ all: [startTest()], next }],
        otherwise: '',
      };
    case 'http':
      return {
        id,
        kind,
        method: 'get',
        url: '',
        body: null,
        secret: null,
        mapping: [],
        time_limit_ms: 5000,
        needs_identity: true,
        next,
        on_error: '',
      };
    case 'verify':
      return { id, kind, text: null, next, on_failure: '' };
    case 'set_attribute':
      return { id, kind, target: 'contact', key: '', value: '', next };
    case 'hours':
      return { id, kind, open: next, closed: '' };
    case 'hand_over':
      return { id, kind, text: null, queue_id: null };
    case 'end':
      return { id, kind, text: null, resolves: false };
  }
}

/** Asks, tries to answer, and hands over otherwise: something to begin with that works. */
export function startDocument(): FlowDocument {
  return {
    format: 1,
    start: 'answer_1',
    triggers: [],
    layout: {},
    steps: [
      { id: 'answer_1', kind: 'answer', question: null, answered: 'end_1', unanswered: 'person_1' },
      { id: 'end_1', kind: 'end', text: null, resolves: false },
      { id: 'person_1', kind: 'hand_over', text: null, queue_id: null },
    ],
  };
}

export const isId = (text: string): boolean => /^[a-z][a-z0-9_]{0,39}$/.test(text);

export function freeId(stem: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  for (let number = 1; ; number++) if (!used.has(`${stem}_${number}`)) return `${stem}_${number}`;
}

// Changes

const withSteps = (document: FlowDocument, steps: FlowStep[]): FlowDocument => ({
  ...document,
  steps,
});
const idsOf = (document: FlowDocument) => document.steps.map((step) => step.id);
export const stepAt = (document: FlowDocument, id: string): FlowStep | undefined =>
  document.steps.find((step) => step.id === id);

export function putStep(document: FlowDocument, step: FlowStep): FlowDocument {
  return withSteps(
    document,
    document.steps.map((one) => (one.id === step.id ? step : one)),
  );
}

/** Into a way of a step, or, without one, beside everything. Null if there is no room. */
export function addStep(
  document: FlowDocument,
  kind: StepKind,
  place: { step: string; way: string } | null,
): { document: FlowDocument; id: string } | null {
  if (document.steps.length >= STEPS_MAX) return null;
  const id = freeId(kind, idsOf(document));
  const before = place ? stepAt(document, place.step) : undefined;
  const way = before && waysOf(before).find((one) => one.key === place?.way);
  const step = startStep(id, kind, way?.to ?? '');
  if (!before || !way) {
    const start = document.steps.length === 0 ? id : document.start;
    return { document: { ...document, start, steps: [...document.steps, step] }, id };
  }
  const steps = document.steps.map((one) => (one === before ? lead(one, way.key, id) : one));
  steps.splice(document.steps.indexOf(before) + 1, 0, step);
  return { document: withSteps(document, steps), id };
}

/** Ways that led to the step lead on to where it led first. */
export function removeStep(document: FlowDocument, id: string): FlowDocument {
  const gone = stepAt(document, id);
  if (!gone) return document;
  const on = waysOf(gone).find((way) => way.to !== '' && way.to !== id)?.to ?? '';
  const steps = document.steps
    .filter((step) => step !== gone)
    .map((step) => redirect(step, id, on));
  const start = document.start === id ? on || (steps[0]?.id ?? '') : document.start;
  return { ...document, start, steps };
}

function redirect(step: FlowStep, from: string, to: string): FlowStep {
  return waysOf(step)
    .filter((way) => way.to === from)
    .reduce((done, way) => lead(done, way.key, to), step);
}

export function renameStep(document: FlowDocument, id: string, to: string): FlowDocument {
  if (id === to || stepAt(document, to)) return document;
  return {
    ...document,
    start: document.start === id ? to : document.start,
    steps: document.steps
      .map((step) => (step.id === id ? { ...step, id: to } : step))
      .map((step) => redirect(step, id, to)),
  };
}

export function copyStep(
  document: FlowDocument,
  id: string,
): { document: FlowDocument; id: string } | null {
  const step = stepAt(document, id);
  if (!step || document.steps.length >= STEPS_MAX) return null;
  const copy = freeId(step.kind, idsOf(document));
  const steps = [...document.steps];
  steps.splice(steps.indexOf(step) + 1, 0, { ...step, id: copy });
  return { document: withSteps(document, steps), id: copy };
}

/** A draft as it is sent: lines that were begun and left empty are no triggers. */
export const tidy = (document: FlowDocument): FlowDocument => ({
  ...document,
  triggers: document.triggers.map((one) => one.trim()).filter((one) => one !== ''),
});

// What is known where

const ALWAYS = ['message', 'name', 'email', 'phone', 'verified_email', 'locale'];

/** Fields that texts and conditions can name. */
export function fieldsOf(document: FlowDocument): string[] {
  const made = document.steps.flatMap((step) =>
    step.kind === 'form'
      ? step.fields.map((one) => one.key)
      : step.kind === 'http'
        ? step.mapping.map((one) => one.field)
        : step.kind === 'set_attribute' && step.target === 'field'
          ? [step.key]
          : [],
  );
  return [...new Set([...made.filter((key) => key !== ''), ...ALWAYS])];
}

// Problems

/** The step a problem is about, and where in it; without a step it is about the flow. */
export function placeOf(
  document: FlowDocument,
  problem: FlowProblem,
): { step: string | null; rest: string } {
  const [, at, rest] = /^\/steps\/(\d+)(.*)$/.exec(problem.path) ?? [];
  const step = at === undefined ? undefined : document.steps[Number(at)];
  return { step: step?.id ?? null, rest: step ? (rest ?? '') : problem.path };
}

// Figures

/** Who came and neither went on nor to anybody: still there, or gone. */
export const gaveUp = (row: StepStatistics): number =>
  Math.max(0, row.entered - row.left - row.to_person - row.ended);

/** In the order of the draft; steps that are no longer in it come last. */
export function inOrder(document: FlowDocument, rows: readonly StepStatistics[]): StepStatistics[] {
  const place = (row: StepStatistics) => {
    const at = document.steps.findIndex((step) => step.id === row.step);
    return at < 0 ? document.steps.length : at;
  };
  return rows.toSorted((a, b) => place(a) - place(b));
}

// Files

export type ReadFile = { document: FlowDocument; name: string | null } | { isWrong: true };

const FORMAT = 'zhiyin-bot-flow';

export const toFile = (name: string, document: FlowDocument): string =>
  `${JSON.stringify({ format: FORMAT, name, document: tidy(document) }, null, 2)}\n`;

/** Only as much as the page relies on; the server looks at all of it. */
export function readFile(text: string): ReadFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { isWrong: true };
  }
  if (!isRecord(value)) return { isWrong: true };
  const isWhole = value['format'] === FORMAT;
  const document = isWhole ? value['document'] : value;
  const name = isWhole && typeof value['name'] === 'string' ? value['name'] : null;
  if (!isRecord(document) || document['format'] !== 1 || !Array.isArray(document['steps']))
    return { isWrong: true };
  const steps = document['steps'].map(fullStep);
  if (steps.some((step) => step === null)) return { isWrong: true };
  const { start, triggers, layout } = document;
  return {
    name,
    document: {
      format: 1,
      start: typeof start === 'string' ? start : '',
      triggers: Array.isArray(triggers) ? triggers.map(String) : [],
      layout: placesOf(layout),
      steps: steps.filter((step) => step !== null),
    },
  };
}

/** Places as the server takes them; others are of no use to anybody. */
function placesOf(layout: unknown): FlowDocument['layout'] {
  const isPlace = (value: unknown): value is [number, number] =>
    Array.isArray(value) && value.length === 2 && value.every(Number.isInteger);
  const all = isRecord(layout) ? Object.entries(layout) : [];
  return Object.fromEntries(
    all.flatMap(([id, place]) => (isPlace(place) ? [[id, place] as const] : [])),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): StepKind | null => STEP_KINDS.find((one) => one === value) ?? null;

/** Fills up what may be left out, and refuses what has another shape than its kind. */
function fullStep(value: unknown): FlowStep | null {
  if (!isRecord(value) || typeof value['id'] !== 'string') return null;
  const kind = kindOf(value['kind']);
  if (!kind) return null;
  const start: Record<string, unknown> = { ...startStep(value['id'], kind) };
  for (const [name, usual] of Object.entries(start)) {
    const given = value[name];
    if (given === undefined) continue;
    const isSame = usual === null || given === null || shapeOf(usual) === shapeOf(given);
    if (!isSame) return null;
    start[name] = given;
  }
  const lists = ['buttons', 'fields', 'branches', 'mapping'].map((name) => start[name] ?? []);
  if (!lists.every((list) => Array.isArray(list) && list.every(isRecord))) return null;
  if (kind === 'form')
    start['fields'] = (start['fields'] as Partial<FlowField>[]).map((one) => ({
      ...startField([]),
      ...one,
    }));
  return start as unknown as FlowStep;
}

const shapeOf = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);

/** What the server sent, with all that it may leave out. */
export function fullDocument(document: FlowDocument): FlowDocument {
  const read = readFile(JSON.stringify(document));
  return 'document' in read ? read.document : document;
}
