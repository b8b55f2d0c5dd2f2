/** Changes of a procedure, each a new value. What is not touched stays the same object. Pure. */
import type { Localized, Locale } from '@zhiyin/api';
import { CHECKLIST_MAX, OUTCOMES_MAX, STEPS_MAX } from './limits.ts';
import {
  freeKey,
  label,
  startOutcome,
  startStep,
  type Check,
  type Outcome,
  type Step,
  type Terms,
} from './terms.ts';

export type Edit = (terms: Terms) => Terms;

/** A text in one language; what is empty is left out. */
export function withText(text: Localized, locale: Locale, value: string): Localized {
  const others = Object.entries(text).filter(([key]) => key !== locale);
  if (value.trim() !== '') others.push([locale, value]);
  return Object.fromEntries(others);
}

export function moveItem<T>(items: readonly T[], at: number, step: 1 | -1): T[] {
  const list = [...items];
  const [item] = list.splice(at, 1);
  const to = at + step;
  if (item === undefined || to < 0 || to > list.length) return [...items];
  list.splice(to, 0, item);
  return list;
}

const replaceAt = <T>(items: readonly T[], at: number, item: T): T[] =>
  items.map((one, i) => (i === at ? item : one));
const without = <T>(items: readonly T[], at: number): T[] => items.filter((_, i) => i !== at);

const withSteps = (terms: Terms, steps: Step[], first = terms.procedure.first): Terms => ({
  ...terms,
  procedure: { first, steps },
});

export const stepAt = (terms: Terms, key: string): Step | undefined =>
  terms.procedure.steps.find((step) => step.key === key);
const keysOf = (terms: Terms) => terms.procedure.steps.map((step) => step.key);

// Steps

export function patchStep(key: string, patch: Partial<Omit<Step, 'key'>>): Edit {
  return (terms) =>
    withSteps(
      terms,
      terms.procedure.steps.map((step) => (step.key === key ? { ...step, ...patch } : step)),
    );
}

const NEW_NAME = label('新步骤', 'New step');

/** Where a new step is put: into the way of an outcome, as a further outcome, or beside all. */
export type Place =
  | { kind: 'way'; step: string; outcome: number }
  | { kind: 'branch'; step: string }
  | { kind: 'beside' };

/** The key is that of the new step; null if there is no room. */
export function addStep(terms: Terms, place: Place): { terms: Terms; key: string } | null {
  if (terms.procedure.steps.length >= STEPS_MAX) return null;
  const key = freeKey('', 'step', keysOf(terms));
  const target = { kind: 'step', step: key } as const;
  if (place.kind === 'beside') {
    const step = startStep(key, NEW_NAME, { kind: 'end' });
    const isFirst = terms.procedure.steps.length === 0;
    const next = withSteps(
      terms,
      [...terms.procedure.steps, step],
      isFirst ? key : terms.procedure.first,
    );
    return { terms: next, key };
  }
  const before = stepAt(terms, place.step);
  if (!before) return null;
  const steps = [...terms.procedure.steps];
  const at = steps.indexOf(before);
  if (place.kind === 'branch') {
    if (before.outcomes.length >= OUTCOMES_MAX) return null;
    const outcome = startOutcome(
      freeKey(
        '',
        'outcome',
        before.outcomes.map((one) => one.key),
      ),
      label('新结果', 'New outcome'),
      target,
    );
    steps[at] = { ...before, outcomes: [...before.outcomes, outcome] };
    steps.splice(at + 1, 0, startStep(key, NEW_NAME, { kind: 'end' }));
    return { terms: withSteps(terms, steps), key };
  }
  const way = before.outcomes[place.outcome];
  if (!way) return null;
  steps[at] = {
    ...before,
    outcomes: replaceAt(before.outcomes, place.outcome, { ...way, next: target }),
  };
  steps.splice(at + 1, 0, startStep(key, NEW_NAME, way.next));
  return { terms: withSteps(terms, steps), key };
}

/** Ways that led to the step lead on to where it led first. */
export function removeStep(terms: Terms, key: string): Terms {
  const gone = stepAt(terms, key);
  if (!gone) return terms;
  const on = gone.outcomes.find(({ next }) => next.kind === 'end' || next.step !== key);
  const next: Outcome['next'] = on?.next ?? { kind: 'end' };
  const steps = terms.procedure.steps
    .filter((step) => step.key !== key)
    .map((step) => {
      const leads = step.outcomes.some((one) => one.next.kind === 'step' && one.next.step === key);
      if (!leads) return step;
      const outcomes = step.outcomes.map((one) =>
        one.next.kind === 'step' && one.next.step === key ? { ...one, next } : one,
      );
      return { ...step, outcomes };
    });
  const { first } = terms.procedure;
  if (first !== key) return withSteps(terms, steps);
  return withSteps(terms, steps, next.kind === 'step' ? next.step : (steps[0]?.key ?? ''));
}

/** A copy beside the step; nothing leads to it yet. */
export function copyStep(terms: Terms, key: string): { terms: Terms; key: string } | null {
  const step = stepAt(terms, key);
  if (!step || terms.procedure.steps.length >= STEPS_MAX) return null;
  const copy = freeKey(key, 'step', keysOf(terms));
  const steps = [...terms.procedure.steps];
  steps.splice(steps.indexOf(step) + 1, 0, { ...step, key: copy });
  return { terms: withSteps(terms, steps), key: copy };
}

export function beginWith(key: string): Edit {
  return (terms) => withSteps(terms, terms.procedure.steps, key);
}

/** A step by another key, with everything that leads to it. The first of several that have it. */
export function renameStep(terms: Terms, at: number, key: string): Terms {
  const old = terms.procedure.steps[at]?.key;
  if (old === undefined || old === key) return terms;
  const isOnly = terms.procedure.steps.filter((step) => step.key === old).length === 1;
  const steps = terms.procedure.steps.map((step, i) => {
    const own = i === at ? { ...step, key } : step;
    if (!isOnly) return own;
    return {
      ...own,
      outcomes: own.outcomes.map((one) =>
        one.next.kind === 'step' && one.next.step === old
          ? { ...one, next: { kind: 'step' as const, step: key } }
          : one,
      ),
    };
  });
  const { first } = terms.procedure;
  return withSteps(terms, steps, isOnly && first === old ? key : first);
}

// Outcomes

function onOutcomes(key: string, change: (outcomes: Outcome[]) => Outcome[]): Edit {
  return (terms) => {
    const step = stepAt(terms, key);
    return step ? patchStep(key, { outcomes: change(step.outcomes) })(terms) : terms;
  };
}

export const patchOutcome = (key: string, at: number, patch: Partial<Outcome>): Edit =>
  onOutcomes(key, (all) => {
    const one = all[at];
    return one ? replaceAt(all, at, { ...one, ...patch }) : all;
  });

export const addOutcome = (key: string): Edit =>
  onOutcomes(key, (all) => {
    if (all.length >= OUTCOMES_MAX) return all;
    const taken = all.map((one) => one.key);
    return [...all, startOutcome(freeKey('', 'outcome', taken), {}, { kind: 'end' })];
  });

export const removeOutcome = (key: string, at: number): Edit =>
  onOutcomes(key, (all) => without(all, at));

export const moveOutcome = (key: string, at: number, step: 1 | -1): Edit =>
  onOutcomes(key, (all) => moveItem(all, at, step));

// Checklists

function onChecks(key: string, change: (items: Check[]) => Check[]): Edit {
  return (terms) => {
    const step = stepAt(terms, key);
    return step ? patchStep(key, { checklist: change(step.checklist) })(terms) : terms;
  };
}

export const addCheck = (key: string): Edit =>
  onChecks(key, (all) => {
    if (all.length >= CHECKLIST_MAX) return all;
    const taken = all.map((one) => one.key);
    return [...all, { key: freeKey('', 'check', taken), text: {}, is_required: true }];
  });

export const patchCheck = (key: string, at: number, patch: Partial<Check>): Edit =>
  onChecks(key, (all) => {
    const one = all[at];
    return one ? replaceAt(all, at, { ...one, ...patch }) : all;
  });

export const removeCheck = (key: string, at: number): Edit =>
  onChecks(key, (all) => without(all, at));

export const moveCheck = (key: string, at: number, step: 1 | -1): Edit =>
  onChecks(key, (all) => moveItem(all, at, step));
