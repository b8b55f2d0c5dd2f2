import type { CaseClosing } from '@zhiyin/api';
import { createTimeFormat, loadTranslate, type T } from '@zhiyin/i18n';
import { beforeAll, describe, expect, it } from 'vitest';
import { gapText, groundsText, openWorkText } from './closing.ts';

const NOW = new Date('2026-03-02T10:00:00Z');
const time = createTimeFormat('en', 'UTC');
let t: T;
beforeAll(async () => {
  t = await loadTranslate('en');
});

type Gap = NonNullable<CaseClosing['gap']>;
const closing = (gap: Partial<Gap> & Pick<Gap, 'kind'>): CaseClosing => ({
  may_close: false,
  grounds: null,
  detail: null,
  gap: { needed: null, found: null, until: null, ...gap },
  open_work: { tasks: 2, steps: 1, approvals: 0 },
});
const check = (gap: Partial<Gap> & Pick<Gap, 'kind'>, expected: RegExp) =>
  expect(gapText(t, time, closing(gap), NOW).join(' ')).toMatch(expected);

describe('what is missing before closing', () => {
  it('is named with what there is so far', () => {
    check({ kind: 'attempts', needed: 3, found: 1 }, /3 attempts.*1 so far/);
    check({ kind: 'days', needed: 2, found: 1 }, /2 different days/);
    check({ kind: 'means', needed: 2, found: 1 }, /2 different means/);
    check({ kind: 'wait', until: '2026-03-02T12:00:00Z' }, /12:00/);
    check({ kind: 'disputed' }, /reopen/i);
  });

  it('lists open work piece by piece', () => {
    expect(openWorkText(t, { tasks: 2, steps: 1, approvals: 0 })).toHaveLength(2);
    check({ kind: 'open_work' }, /2 tasks/);
  });
});

describe('the grounds of closing', () => {
  it('say who confirmed and how, or how often it was tried', () => {
    const at = '2026-03-02T09:00:00Z';
    expect(groundsText(t, time, { kind: 'confirmed', at, means: 'call' })).toMatch(/Phone call/);
    expect(groundsText(t, time, { kind: 'unreachable', attempts: [at, at, at] })).toMatch(/3/);
  });
});
