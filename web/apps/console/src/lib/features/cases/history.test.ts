import { loadTranslate, type T } from '@zhiyin/i18n';
import { beforeAll, describe, expect, it } from 'vitest';
import { historyText, isAlarm } from './history.ts';

const words: T[] = [];
beforeAll(async () => {
  words.push(await loadTranslate('en'), await loadTranslate('zh-CN'));
});

/** Every code of the contract, with what it may say. */
const codes: [string, string[]][] = [
  ['case.created', ['conversation', 'manual']],
  ['case.changed', ['title,priority', 'team']],
  ['case.status_changed', ['open', 'waiting_for_customer', 'resolved', 'closed', 'reopened']],
  ['case.handover_proposed', ['']],
  ['case.handover_ended', ['accepted', 'declined', 'withdrawn', 'lapsed']],
  ['case.watchers_changed', ['']],
  ['case.links_changed', ['child']],
  ['case.merged', ['']],
  ['case.unmerged', ['']],
  ['case.conversations_changed', ['']],
  [
    'case.step_changed',
    ['begun', 'taken', 'awaiting', 'approved', 'rejected', 'done', 'abandoned'],
  ],
  [
    'case.task_changed',
    [
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
  ],
  ['case.noted', ['']],
  ['case.answered', ['br_1']],
  ['case.reminded', ['step:3 reminder.50']],
  ['case.overdue', ['task:ta_1:1 due']],
  ['case.escalated', ['reply:1 escalation.1']],
  ['case.complaint_changed', ['decided']],
  ['case.recovery_changed', ['']],
  ['case.evidence_added', ['']],
  ['case.follow_up_changed', ['']],
  ['case.contact_documented', ['']],
  ['case.risk_warned', ['']],
];

describe('the history', () => {
  it('has a sentence for everything that can happen, in both languages', () => {
    for (const t of words) {
      const unknown = historyText(t, { kind: 'case.never', what: null });
      for (const [kind, whats] of codes) {
        for (const what of whats) {
          const text = historyText(t, { kind, what });
          expect(text, `${kind} ${what}`).not.toMatch(/history\.|\{|^$/);
          expect(text, `${kind} ${what}`).not.toBe(unknown);
        }
      }
    }
  });

  it('names what a clock was about, and what changed', () => {
    const [t] = words as [T];
    const alarm = { kind: 'case.escalated', what: 'task:ta_1:2 escalation.1' };
    expect(historyText(t, alarm)).toContain(t('today.kind.task'));
    expect(isAlarm(alarm)).toBe(true);
    expect(historyText(t, { kind: 'case.changed', what: 'title,team' })).toMatch(/title, team/);
  });
});
