/**
 * Forms of case types and steps: which fields are asked after what was answered so far, and
 * which answers do not fit yet. The server decides the same way and has the last word. Pure.
 */
import type {
  AnswerCondition,
  Answers,
  CaseField,
  CaseFieldKind,
  CaseFormFields,
  Locale,
  StepOutcome,
} from '@zhiyin/api';
import type { PlainKey, T, TimeFormat } from '@zhiyin/i18n';
import { localized } from '$lib/shared/names.ts';
import { minorDigits, moneyText } from './money.ts';

/** Whether a condition holds of answers. What has no answer meets no test but `not`. */
export function holds(condition: AnswerCondition, answers: Answers): boolean {
  switch (condition.test) {
    case 'is':
      return (answers[condition.field] ?? '')
        .split('\n')
        .some((line) => line !== '' && condition.one_of.includes(line));
    case 'is_set':
      return (answers[condition.field] ?? '') !== '';
    case 'at_least': {
      const value = answers[condition.field] ?? '';
      return value !== '' && Number(value) >= condition.number;
    }
    case 'all':
      return condition.of.every((one) => holds(one, answers));
    case 'any':
      return condition.of.some((one) => holds(one, answers));
    case 'not':
      return !holds(condition.of, answers);
  }
}

export interface AskedField {
  field: CaseField;
  isRequired: boolean;
}

/** The fields that are asked, from top to bottom: what is hidden counts as not answered. */
export function askedFields(form: CaseFormFields, answers: Answers): AskedField[] {
  const seen: Answers = {};
  const asked: AskedField[] = [];
  for (const field of form) {
    if (field.shown_if && !holds(field.shown_if, seen)) continue;
    const isRequired =
      field.is_required === true || (field.required_if ? holds(field.required_if, seen) : false);
    asked.push({ field, isRequired });
    const value = answers[field.key]?.trim() ?? '';
    if (value !== '') seen[field.key] = value;
  }
  return asked;
}

/** The answers that are kept: of fields that are asked, without blanks around them. */
export function keptAnswers(form: CaseFormFields, answers: Answers): Answers {
  const kept: Answers = {};
  for (const { field } of askedFields(form, answers)) {
    const value = answers[field.key]?.trim() ?? '';
    if (value !== '') kept[field.key] = value;
  }
  return kept;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** What is wrong with an answer, as a key of its words; null when it fits. */
export function unfit(kind: CaseFieldKind, value: string): PlainKey | null {
  switch (kind.type) {
    case 'text':
    case 'long_text':
      return null;
    case 'number':
      if (!NUMBER.test(value)) return 'case.form.number';
      if (kind.min != null && Number(value) < kind.min) return 'case.form.range';
      return kind.max != null && Number(value) > kind.max ? 'case.form.range' : null;
    case 'money': {
      const decimals = value.split('.')[1]?.length ?? 0;
      const isSum = NUMBER.test(value) && !value.startsWith('-');
      return isSum && decimals <= minorDigits(kind.currency) ? null : 'case.form.money';
    }
    case 'boolean':
      return value === 'true' || value === 'false' ? null : 'field.wrong';
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
        ? null
        : 'case.form.date';
    case 'select':
      return kind.options.some((option) => option.value === value) ? null : 'field.wrong';
    case 'multi_select':
      return value.split('\n').every((line) => kind.options.some((option) => option.value === line))
        ? null
        : 'field.wrong';
    case 'link':
      return /^https?:\/\/\S+$/i.test(value) ? null : 'case.form.link';
  }
}

/** What keeps a form from being sent, by field. */
export function findings(form: CaseFormFields, answers: Answers): Map<string, PlainKey> {
  const found = new Map<string, PlainKey>();
  for (const { field, isRequired } of askedFields(form, answers)) {
    const value = answers[field.key]?.trim() ?? '';
    if (value === '') {
      if (isRequired) found.set(field.key, 'field.required');
      continue;
    }
    const wrong = unfit(field.kind, value);
    if (wrong) found.set(field.key, wrong);
  }
  return found;
}

/** The outcomes of a step that can be chosen after what was answered for the case and here. */
export function openOutcomes(
  outcomes: readonly StepOutcome[],
  caseAnswers: Answers,
  stepAnswers: Answers,
): StepOutcome[] {
  const answers = { ...caseAnswers, ...stepAnswers };
  return outcomes.filter((outcome) => !outcome.when || holds(outcome.when, answers));
}

/** How an answer reads. What does not fit its field is shown as it came. */
export function answerText(
  field: CaseField,
  value: string,
  reader: { t: T; locale: Locale; time: TimeFormat },
): string {
  const { kind } = field;
  const name = (one: string): string => {
    const options = kind.type === 'select' || kind.type === 'multi_select' ? kind.options : [];
    const option = options.find((choice) => choice.value === one);
    return option ? localized(option.label, reader.locale) || one : one;
  };
  switch (kind.type) {
    case 'text':
    case 'long_text':
    case 'link':
      return value;
    case 'number':
      return NUMBER.test(value)
        ? new Intl.NumberFormat(reader.locale, { maximumFractionDigits: 20 }).format(Number(value))
        : value;
    case 'money': {
      if (!NUMBER.test(value)) return value;
      const minor = Math.round(Number(value) * 10 ** minorDigits(kind.currency));
      return moneyText({ minor, currency: kind.currency }, reader.locale);
    }
    case 'boolean':
      if (value === 'true') return reader.t('common.yes');
      return value === 'false' ? reader.t('common.no') : value;
    case 'date': {
      const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
      // A day has no zone: it is the same day for everybody.
      return day
        ? reader.time.date(new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])))
        : value;
    }
    case 'select':
      return name(value);
    case 'multi_select':
      return new Intl.ListFormat(reader.locale, { type: 'conjunction', style: 'narrow' }).format(
        value.split('\n').map(name),
      );
  }
}

const CASE_PATH = /^\/?(?:answers|form)\//;

/** Errors of the server by field: their paths end with the key, such as `/answers/order`. */
export function fieldErrors(
  fields: readonly { path: string; code: string }[],
): Map<string, string> {
  return new Map(
    fields
      .filter(({ path }) => CASE_PATH.test(path))
      .map(({ path, code }) => [path.replace(CASE_PATH, ''), code]),
  );
}
