/** What happened to a case, one sentence an entry. Pure. */
import { STATUS_CATEGORIES, type CaseHistoryEntry, type StatusCategory } from '@zhiyin/api';
import type { MessageKey, PlainKey, T } from '@zhiyin/i18n';
import { dueName } from './subject.ts';

/** Kinds whose `what` says which sentence it is. */
const WHATS: Record<string, readonly string[]> = {
  'case.handover_ended': ['accepted', 'declined', 'withdrawn', 'lapsed'],
  'case.step_changed': ['begun', 'taken', 'awaiting', 'approved', 'rejected', 'done', 'abandoned'],
  'case.task_changed': [
    'asked',
    'taken',
    'forwarded',
    'status',
    'question',
    'clarified',
    'answered',
    'sent_back',
    'cancelled',
  ],
};
const PLAIN = new Set([
  'case.created',
  'case.changed',
  'case.handover_proposed',
  'case.watchers_changed',
  'case.links_changed',
  'case.merged',
  'case.unmerged',
  'case.conversations_changed',
  'case.noted',
  'case.answered',
  'case.complaint_changed',
  'case.recovery_changed',
  'case.evidence_added',
  'case.follow_up_changed',
  'case.contact_documented',
  'case.risk_warned',
]);
/** What a clock did, with what it was about. */
const CLOCKS = new Set(['case.reminded', 'case.overdue', 'case.escalated']);
const FIELDS = ['title', 'priority', 'label', 'answers', 'team', 'contact'] as const;

const isCategory = (what: string): what is StatusCategory =>
  STATUS_CATEGORIES.includes(what as StatusCategory);

/** The sentence of an entry; one we do not know is told as a change. */
export function historyText(t: T, entry: Pick<CaseHistoryEntry, 'kind' | 'what'>): string {
  const what = entry.what ?? '';
  const name = entry.kind.slice('case.'.length);
  if (entry.kind === 'case.status_changed') {
    if (what === 'reopened') return t('history.reopened');
    return isCategory(what)
      ? t('history.status', { status: t(`case.category.${what}`) })
      : t('history.changed');
  }
  if (entry.kind === 'case.changed') {
    const fields = what
      .split(',')
      .flatMap((one) => FIELDS.find((field) => field === one.trim()) ?? []);
    return fields.length > 0
      ? t('history.changedFields', {
          fields: fields.map((field) => t(`history.field.${field}`)).join(', '),
        })
      : t('history.changed');
  }
  if (CLOCKS.has(entry.kind)) {
    const subject = dueName(t, what.split(' ')[0] ?? null) ?? t('today.kind.case');
    return t(`history.${name}` as 'history.overdue', { what: subject });
  }
  if (WHATS[entry.kind]?.includes(what))
    return t(`history.${name}.${what}` as PlainKey as MessageKey & PlainKey);
  return PLAIN.has(entry.kind) ? t(`history.${name}` as PlainKey) : t('history.changed');
}

/** What a machine did is told more quietly. */
export const isQuiet = (entry: Pick<CaseHistoryEntry, 'kind'>): boolean =>
  entry.kind === 'case.reminded' || entry.kind === 'case.watchers_changed';
/** What somebody should have seen to. */
export const isAlarm = (entry: Pick<CaseHistoryEntry, 'kind'>): boolean =>
  entry.kind === 'case.overdue' || entry.kind === 'case.escalated';
