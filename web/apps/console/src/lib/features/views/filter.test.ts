import type { Condition, Filter } from '@zhiyin/api';
import { loadTranslate, type Locale } from '@zhiyin/i18n';
import { beforeAll, describe, expect, it } from 'vitest';
import type { T } from '@zhiyin/i18n';
import { editorOf, fieldsOf, isComplete, sentence, type Names } from './filter.ts';
import { filterOf } from './start.ts';

const names: Names = {
  inboxes: [
    { value: 'ib_1', label: '官网' },
    { value: 'ib_2', label: 'Shop' },
  ],
  teams: [{ value: 'tm_1', label: 'Sales' }],
  agents: [{ value: 'ag_1', label: 'Emily' }],
  tags: [
    { value: 'tg_1', label: 'refund' },
    { value: 'tg_2', label: 'urgent' },
  ],
  attributes: [
    { key: 'plan', label: 'Plan', choices: [{ value: 'gold', label: 'Gold' }] },
    { key: 'city', label: 'City', choices: null },
  ],
  languages: [{ value: 'en', label: 'English' }],
};

const words: Partial<Record<Locale, T>> = {};
beforeAll(async () => {
  words.en = await loadTranslate('en');
  words['zh-CN'] = await loadTranslate('zh-CN');
});

function check(locale: Locale, match: Filter['match'], conditions: Condition[], expected: string) {
  const t = words[locale]!;
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const fields = fieldsOf(t, names);
  expect(sentence(t, { match, conditions }, fields, day, locale)).toBe(expected);
}

describe('conditions as a sentence', () => {
  it('read in English', () => {
    check(
      'en',
      'all',
      [
        { field: 'status', operator: 'is', value: ['open', 'snoozed'] },
        { field: 'assignee', operator: 'is_not', value: ['me'] },
        { field: 'waiting', operator: 'longer_than', value: 600 },
      ],
      'Status is Open or Snoozed, and Assignee is not Me, and the customer waits longer than 10 minutes',
    );
    check(
      'en',
      'any',
      [
        { field: 'tag', operator: 'has_all', value: ['tg_1', 'tg_2'] },
        { field: 'unread', operator: 'is', value: false },
      ],
      'Tags include refund and urgent, or everything was read',
    );
    check(
      'en',
      'all',
      [
        { field: 'is_breached', operator: 'is', value: true },
        { field: 'stage', operator: 'is', value: ['pre_sales'] },
      ],
      'a limit was missed, and Purchase is Pre-sales',
    );
  });

  it('read in Chinese', () => {
    check(
      'zh-CN',
      'all',
      [
        { field: 'inbox', operator: 'is', value: ['ib_1', 'ib_2'] },
        { field: 'created', operator: 'within_days', value: 7 },
        { field: 'rating', operator: 'at_most', value: 2 },
      ],
      '收件箱为官网或Shop，且最近 7 天内开始，且评分不高于 2 分',
    );
  });

  it('know attributes by their names, and moments by their day', () => {
    check(
      'en',
      'all',
      [
        { field: 'attribute.plan', operator: 'is', value: ['gold'] },
        { field: 'attribute.city', operator: 'is_not_set' },
        { field: 'created', operator: 'after', value: '2026-03-01T00:00:00.000Z' },
      ],
      'Plan is Gold, and City is not known, and it began after 2026-03-01',
    );
  });

  it('leave out what is not finished', () => {
    check(
      'en',
      'all',
      [
        { field: 'inbox', operator: 'is', value: [] },
        { field: 'contact.verified', operator: 'is', value: true },
      ],
      'the customer is verified',
    );
    check('en', 'all', [], '');
  });
});

describe('fields', () => {
  it('are edited with what fits, and every operator has words in both languages', () => {
    for (const t of Object.values(words)) {
      for (const field of fieldsOf(t, names)) {
        for (const operator of field.operators) {
          expect(t(`view.op.${operator}`)).not.toContain('view.op');
          const editor = editorOf(field, operator);
          expect(editor === 'choices' ? field.choices?.().length : 1).toBeGreaterThan(0);
        }
      }
    }
  });

  it('say when a condition is finished', () => {
    const field = fieldsOf(words.en!, names).find((one) => one.id === 'waiting');
    const waiting = (value: number) =>
      isComplete(field, { field: 'waiting', operator: 'longer_than', value });
    expect([waiting(0), waiting(60)]).toEqual([false, true]);
    expect(isComplete(undefined, { field: 'gone', operator: 'is', value: ['x'] })).toBe(false);
  });
});

describe('a view of the list that is shown', () => {
  it('has its conditions', () => {
    expect(filterOf({ view: 'mine', status: 'open', sort: 'recent' }).conditions).toEqual([
      { field: 'assignee', operator: 'is', value: ['me'] },
      { field: 'status', operator: 'is', value: ['open'] },
    ]);
    expect(
      filterOf({ view: 'team', team: 'tm_1', tag: 'tg_1', status: 'all', sort: 'recent' })
        .conditions,
    ).toEqual([
      { field: 'team', operator: 'is', value: ['tm_1'] },
      { field: 'tag', operator: 'has_any', value: ['tg_1'] },
    ]);
  });
});
