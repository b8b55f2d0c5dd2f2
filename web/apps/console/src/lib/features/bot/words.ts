/** How steps, their ways and what is wrong with them read. Pure. */
import type { Locale } from '@zhiyin/api';
import type { PlainKey, T } from '@zhiyin/i18n';
import { localized } from '$lib/shared/names.ts';
import { placeOf, stepAt, type Way } from './document.ts';
import type { FlowDocument, FlowProblem, FlowStep, FlowTest } from './types.ts';

export interface Says {
  t: T;
  locale: Locale;
}

const CHARS_MAX = 60;

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return [...line].length > CHARS_MAX ? `${[...line].slice(0, CHARS_MAX).join('')}…` : line;
};

/** What a step does in its own words; its kind where it has none. */
export function stepName(says: Says, step: FlowStep): string {
  return short(ownWords(says, step)) || says.t(`flow.kind.${step.kind}`);
}

/** With its kind before, unless that is all there is to say. */
export function kindAndName(says: Says, step: FlowStep): string {
  const [kind, name] = [says.t(`flow.kind.${step.kind}`), stepName(says, step)];
  return kind === name ? kind : `${kind}: ${name}`;
}

function ownWords(says: Says, step: FlowStep): string {
  const { locale } = says;
  switch (step.kind) {
    case 'message':
    case 'buttons':
      return localized(step.text, locale);
    case 'form':
      return step.fields[0] ? localized(step.fields[0].question, locale) : '';
    case 'http':
      return step.url.replace(/^https?:\/\//, '');
    case 'set_attribute':
      return step.key;
    case 'hand_over':
    case 'end':
    case 'verify':
      return step.text ? localized(step.text, locale) : '';
    case 'answer':
      return step.question ?? '';
    case 'condition':
      return (step.branches[0]?.all ?? []).map((test) => testText(says, test)).join(', ');
    case 'hours':
      return '';
  }
}

export const nameOf = (says: Says, document: FlowDocument, id: string): string => {
  const step = stepAt(document, id);
  if (step) return stepName(says, step);
  return id === '' ? says.t('flow.nowhere') : says.t('flow.missing', { id });
};

export function testText({ t }: Says, test: FlowTest): string {
  const operator = t(`flow.operator.${test.operator}`);
  const isBare = test.operator === 'is_empty' || test.operator === 'is_present';
  return `${test.field} ${operator}${isBare ? '' : ` ${test.value}`}`.trim();
}

export function wayName(says: Says, step: FlowStep, way: Pick<Way, 'key'>): string {
  const { t, locale } = says;
  const [list, number] = way.key.split('.');
  const at = Number(number);
  if (list === 'button' && step.kind === 'buttons') {
    const button = step.buttons[at];
    return (button && localized(button.label, locale)) || t('flow.way.button', { number: at + 1 });
  }
  if (list === 'branch' && step.kind === 'condition') {
    const tests = step.branches[at]?.all.map((test) => testText(says, test)) ?? [];
    return short(tests.join(', ')) || t('flow.branch', { number: at + 1 });
  }
  if (step.kind === 'buttons' && way.key === 'otherwise') return t('flow.way.typed');
  return t(`flow.way.${way.key}` as PlainKey);
}

const PROBLEMS: ReadonlySet<string> = new Set([
  'unknown-step',
  'duplicate-step',
  'no-start',
  'unreachable',
  'endless',
  'too-deep',
  'empty-text',
  'too-long',
  'unknown-format',
  'invalid-name',
  'invalid-time',
  'invalid-url',
  'too-many',
  'needs-identity',
]);

/** A problem without the name of its step. */
export function problemText(t: T, { code, detail, path }: FlowProblem): string {
  if (PROBLEMS.has(code)) return t(`flow.problem.${code}` as PlainKey);
  return t('flow.problem.other', { detail: detail || path || code });
}

export function problemAt(says: Says, document: FlowDocument, problem: FlowProblem): string {
  const { step } = placeOf(document, problem);
  const text = problemText(says.t, problem);
  return step === null
    ? text
    : says.t('flow.problemAt', { name: nameOf(says, document, step), text });
}
