import type { AnswerCondition, CaseField } from '@zhiyin/api';
import { createTimeFormat, loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import {
  answerText,
  askedFields,
  fieldErrors,
  findings,
  holds,
  keptAnswers,
  openOutcomes,
  unfit,
} from './forms.ts';

const text = (key: string, more: Partial<CaseField> = {}): CaseField => ({
  key,
  label: { en: key },
  kind: { type: 'text' },
  ...more,
});
const colours = {
  type: 'select' as const,
  options: [
    { value: 'red', label: { en: 'Red', 'zh-CN': '红' } },
    { value: 'blue', label: { en: 'Blue' } },
  ],
};
const is = (field: string, ...one_of: string[]): AnswerCondition => ({ test: 'is', field, one_of });

describe('a condition', () => {
  it('is decided as the server decides it', () => {
    const answers = { colour: 'red\nblue', count: '12', empty: '' };
    expect(holds(is('colour', 'blue'), answers)).toBe(true);
    expect(holds(is('colour', 'green'), answers)).toBe(false);
    expect(holds({ test: 'is_set', field: 'empty' }, answers)).toBe(false);
    expect(holds({ test: 'at_least', field: 'count', number: 12 }, answers)).toBe(true);
    expect(holds({ test: 'at_least', field: 'none', number: 0 }, answers)).toBe(false);
    expect(holds({ test: 'not', of: is('none', 'x') }, answers)).toBe(true);
    expect(holds({ test: 'all', of: [is('colour', 'red'), is('none', 'x')] }, answers)).toBe(false);
    expect(holds({ test: 'any', of: [is('colour', 'red'), is('none', 'x')] }, answers)).toBe(true);
  });
});

describe('a form', () => {
  const form = [
    text('colour', { kind: colours, is_required: true }),
    text('shade', { shown_if: is('colour', 'red'), required_if: is('colour', 'red') }),
    text('why', { shown_if: { test: 'is_set', field: 'shade' } }),
  ];

  it('asks from top to bottom; what is hidden hides what hangs on it', () => {
    const keys = (answers: Record<string, string>) =>
      askedFields(form, answers).map(({ field }) => field.key);
    expect(keys({})).toEqual(['colour']);
    expect(keys({ colour: 'red', shade: 'dark' })).toEqual(['colour', 'shade', 'why']);
    expect(keys({ colour: 'blue', shade: 'dark' })).toEqual(['colour']);
  });

  it('keeps only what is asked', () => {
    expect(keptAnswers(form, { colour: ' blue ', shade: 'dark', why: 'x' })).toEqual({
      colour: 'blue',
    });
  });

  it('names what is missing and what does not fit', () => {
    expect([...findings(form, {})]).toEqual([['colour', 'field.required']]);
    expect([...findings(form, { colour: 'red' })]).toEqual([['shade', 'field.required']]);
    expect([...findings(form, { colour: 'green' })]).toEqual([['colour', 'field.wrong']]);
  });

  it('holds values to their kind', () => {
    const cny = { type: 'money' as const, currency: 'CNY' };
    expect(unfit({ type: 'number', min: 1, max: 5 }, '6')).toBe('case.form.range');
    expect(unfit({ type: 'number' }, 'six')).toBe('case.form.number');
    expect(unfit(cny, '12.50')).toBeNull();
    expect(unfit(cny, '12.505')).toBe('case.form.money');
    expect(unfit(cny, '-1')).toBe('case.form.money');
    expect(unfit({ type: 'money', currency: 'JPY' }, '1.5')).toBe('case.form.money');
    expect(unfit({ type: 'date' }, '2026-13-01')).toBe('case.form.date');
    expect(unfit({ type: 'link' }, 'javascript:alert(1)')).toBe('case.form.link');
    expect(unfit({ ...colours, type: 'multi_select' }, 'red\nblue')).toBeNull();
  });

  it('takes the errors of the server to their fields', () => {
    const errors = fieldErrors([
      { path: '/answers/order', code: 'required' },
      { path: '/title', code: 'empty' },
    ]);
    expect([...errors]).toEqual([['order', 'required']]);
  });
});

describe('outcomes', () => {
  const outcome = (key: string, when?: AnswerCondition) => ({
    key,
    name: { en: key },
    when: when ?? null,
    next: { kind: 'end' as const },
  });
  it('open by what was answered for the case and at the step', () => {
    const all = [outcome('a'), outcome('b', is('ok', 'true')), outcome('c', is('sum', '1'))];
    const keys = (step: Record<string, string>) =>
      openOutcomes(all, { sum: '1' }, step).map((one) => one.key);
    expect(keys({})).toEqual(['a', 'c']);
    expect(keys({ ok: 'true', sum: '2' })).toEqual(['a', 'b']);
  });
});

describe('an answer', () => {
  it('reads by its kind', async () => {
    const t = await loadTranslate('en');
    const reader = { t, locale: 'en' as const, time: createTimeFormat('en', 'UTC') };
    const read = (kind: CaseField['kind'], value: string) =>
      answerText(text('x', { kind }), value, reader);
    expect(read(colours, 'red')).toBe('Red');
    expect(read({ ...colours, type: 'multi_select' }, 'red\nblue')).toBe('Red, Blue');
    expect(read({ type: 'boolean' }, 'true')).toBe('Yes');
    expect(read({ type: 'money', currency: 'CNY' }, '1234.5')).toBe('¥1,234.50');
    expect(read({ type: 'number' }, '1234.5')).toBe('1,234.5');
    expect(read(colours, 'gone')).toBe('gone');
  });
});
