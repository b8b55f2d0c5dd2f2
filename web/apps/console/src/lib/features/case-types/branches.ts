/** Answers after which a step has no outcome: looked for by trying all that matter. Pure. */
import type { AnswerCondition, Answers } from '@zhiyin/api';
import { holds } from '$lib/features/cases/forms.ts';
import { valuesOf } from './conditions.ts';
import type { Field, Outcome } from './terms.ts';

const COMBINATIONS_MAX = 4096;
const SHOWN_MAX = 5;

function fieldsOf(condition: AnswerCondition): string[] {
  if (condition.test === 'all' || condition.test === 'any') return condition.of.flatMap(fieldsOf);
  return condition.test === 'not' ? fieldsOf(condition.of) : [condition.field];
}

/**
 * Some of the answers nobody thought of; empty if only an outcome without a condition would
 * help; null if the step cannot get stuck.
 */
export function branchFinding(
  outcomes: readonly Outcome[],
  known: readonly Field[],
): Answers[] | null {
  if (outcomes.length === 0 || outcomes.some((outcome) => outcome.when === null)) return null;
  const certain = new Map<string, string[]>();
  for (const field of known) {
    const isFew = field.kind.type === 'boolean' || field.kind.type === 'select';
    if (isFew && field.is_required && field.shown_if === null)
      certain.set(field.key, valuesOf(field.kind));
    else certain.delete(field.key);
  }
  const deciding = outcomes
    .map((outcome) => outcome.when)
    .filter((when) => when !== null)
    .filter((when) => fieldsOf(when).every((field) => certain.has(field)));
  if (deciding.length === 0) return [];
  let cases: Answers[] = [{}];
  for (const field of new Set(deciding.flatMap(fieldsOf))) {
    const values = certain.get(field) ?? [];
    if (cases.length * values.length > COMBINATIONS_MAX) return [];
    cases = cases.flatMap((one) => values.map((value) => ({ ...one, [field]: value })));
  }
  const missing = cases.filter((one) => !deciding.some((when) => holds(when, one)));
  return missing.length > 0 ? missing.slice(0, SHOWN_MAX) : null;
}
