/** How steps, their doers and findings read. Pure. */
import type { Approver, CaseTypeFinding, Doer, Locale, Recipient, TimeLimit } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import { durationText } from '$lib/features/journey/clock.ts';
import { localized } from '$lib/shared/names.ts';
import { valuesOf } from './conditions.ts';
import { codeOf, type Finding } from './findings.ts';
import { inUnit, unitOf, unitsOf } from './spans.ts';
import type { Field, Outcome, Step, Terms } from './terms.ts';

/** What texts need to know of this company. */
export interface Names {
  t: T;
  locale: Locale;
  team: (id: string) => string | undefined;
  role: (id: string) => string | undefined;
  agent: (id: string) => string | undefined;
}

export function stepName(names: Pick<Names, 'locale'>, step: Pick<Step, 'key' | 'name'>): string {
  return localized(step.name, names.locale) || step.key;
}

export function outcomeName(names: Pick<Names, 'locale'>, outcome: Outcome): string {
  return localized(outcome.name, names.locale) || outcome.key;
}

export function doerText({ t, team, role }: Names, doer: Doer): string {
  switch (doer.kind) {
    case 'desk':
      return t(`case.desk.${doer.desk}`);
    case 'team':
      return team(doer.team_id) ?? t('case.doer.unknown');
    case 'role':
      return role(doer.role_id) ?? t('case.doer.unknown');
    default:
      return t(`case.doer.${doer.kind}`);
  }
}

export function approverText({ t, role, agent }: Names, approver: Approver): string {
  switch (approver.kind) {
    case 'line':
      return levelText(t, approver.level);
    case 'desk':
      return t(`case.desk.${approver.desk}`);
    case 'role':
      return role(approver.role_id) ?? t('case.doer.unknown');
    case 'agent':
      return agent(approver.agent_id) ?? t('common.unknownAgent');
  }
}

/** How long, shortly. A working day has no length of its own, so hours are counted. */
export function limitText(t: T, limit: TimeLimit): string {
  if (limit.basis === 'wall') return durationText(t, limit.within_s);
  const unit = unitOf(limit.within_s, unitsOf('business'));
  const count = Number(inUnit(limit.within_s, unit));
  return unit === 'h' ? t('procedure.workHours', { count }) : t('procedure.workMinutes', { count });
}

export function levelText(t: T, level: number): string {
  return level === 1 ? t('case.approver.line') : t('case.approver.lineAbove', { level });
}

export function recipientText(t: T, to: Recipient): string {
  return to.kind === 'line' ? levelText(t, to.level) : t(`ladder.to.${to.kind}`);
}

// Findings

/** A finding as a sentence, without the name of its step. */
export function findingText(
  names: Pick<Names, 't' | 'locale'>,
  found: Finding,
  terms: Terms,
): string {
  const { t, locale } = names;
  const step = terms.procedure.steps.find((one) => one.key === found.step);
  const text = t(`finding.${found.code}`);
  if (found.field !== null) {
    const field = (found.step === null ? terms.form : step?.form)?.[found.field];
    const name = (field && localized(field.label, locale)) || field?.key || String(found.field + 1);
    return t('finding.of', { name, text });
  }
  if (found.outcome !== null) {
    const outcome = step?.outcomes[found.outcome];
    const name =
      (outcome && localized(outcome.name, locale)) ||
      t('finding.nth', { number: found.outcome + 1 });
    return t('finding.of', { name, text });
  }
  if (found.code === 'procedure.branch' && found.answers.length > 0) {
    const fields = [...terms.form, ...(step?.form ?? [])];
    return t('finding.branchAnswers', {
      answers: new Intl.ListFormat(locale, { type: 'disjunction' }).format(
        found.answers.map((one) => answersText(names, one, fields)),
      ),
    });
  }
  return text;
}

function answersText(
  { t, locale }: Pick<Names, 't' | 'locale'>,
  answers: Record<string, string>,
  fields: readonly Field[],
): string {
  const parts = Object.entries(answers).map(([key, value]) => {
    const field = fields.findLast((one) => one.key === key);
    const name = (field && localized(field.label, locale)) || key;
    return t('finding.answer', {
      name,
      value: field ? valueText({ t, locale }, field, value) : value,
    });
  });
  return new Intl.ListFormat(locale).format(parts);
}

export function valueText(
  { t, locale }: Pick<Names, 't' | 'locale'>,
  field: Pick<Field, 'kind'>,
  value: string,
): string {
  const { kind } = field;
  if (kind.type === 'boolean') return value === 'true' ? t('common.yes') : t('common.no');
  if (!valuesOf(kind).includes(value) || !('options' in kind)) return value;
  const option = kind.options.find((one) => one.value === value);
  return (option && localized(option.label, locale)) || value;
}

/** What only the server found, in words where there are any. */
export function serverFindingText(t: T, found: CaseTypeFinding): string {
  const code = codeOf(found.code);
  return code ? t(`finding.${code}`) : found.message;
}
