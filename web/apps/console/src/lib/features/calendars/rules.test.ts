import type { OfficeHours } from '@zhiyin/api';
import { loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import {
  addMonths,
  chinaHolidays,
  daysOfMonth,
  faultOf,
  fromWeek,
  holidayText,
  hoursOf,
  leftOutText,
  lunarDay,
  missingChinaHolidays,
  monthGrid,
  nextInterval,
  rulesOf,
  shortTime,
  ruleText,
  todayIn,
  toWeek,
} from './rules.ts';

describe('the hours of a week', () => {
  const weekly: OfficeHours[] = [
    { weekday: 1, from: '13:00', to: '18:00' },
    { weekday: 1, from: '09:00', to: '12:00' },
    { weekday: 6, from: '10:00', to: '24:00' },
  ];

  it('go into the form by day and time, and back', () => {
    const week = toWeek(weekly);
    expect(week[0]).toEqual([
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '18:00' },
    ]);
    // A time field has no 24:00.
    expect(week[5]).toEqual([{ from: '10:00', to: '00:00' }]);
    expect(fromWeek(week).at(-1)).toEqual({ weekday: 6, from: '10:00', to: '24:00' });
    expect(hoursOf(week)).toBe(22);
  });

  it('must end after they begin and not overlap', () => {
    const check = (pairs: [string, string][], fault: string | null) =>
      expect(faultOf(pairs.map(([from, to]) => ({ from, to })))).toBe(fault);
    check(
      [
        ['09:00', '12:00'],
        ['12:00', '18:00'],
      ],
      null,
    );
    check(
      [
        ['13:00', '18:00'],
        ['09:00', '13:30'],
      ],
      'overlap',
    );
    check([['09:00', '09:00']], 'interval');
    check([['22:00', '00:00']], null);
    check([['', '12:00']], 'interval');
    expect(hoursOf([[{ from: '12:00', to: '09:00' }]])).toBeNull();
  });

  it('are proposed after those that are there', () => {
    expect(nextInterval([])).toEqual({ from: '09:00', to: '18:00' });
    expect(nextInterval([{ from: '09:00', to: '12:00' }])).toEqual({ from: '13:00', to: '17:00' });
    expect(nextInterval([{ from: '09:00', to: '20:30' }])).toEqual({ from: '21:30', to: '23:59' });
    expect(nextInterval([{ from: '09:00', to: '00:00' }])).toEqual({ from: '', to: '' });
  });
});

describe('templates', () => {
  it('are whole rules', () => {
    expect(rulesOf('always', 'UTC').weekly).toHaveLength(7);
    expect(rulesOf('office', 'UTC').weekly.map((hours) => hours.weekday)).toEqual([1, 2, 3, 4, 5]);
    expect(rulesOf('officeChina', 'Asia/Shanghai').holidays).toHaveLength(7);
  });

  it('bring only the holidays that are missing', () => {
    const held = chinaHolidays().slice(0, 5);
    expect(missingChinaHolidays(held).map((one) => one.name)).toEqual(['中秋节', '国庆节']);
    expect(missingChinaHolidays([{ ...held[1]!, name: 'Spring Festival' }])).toHaveLength(6);
  });

  it('know how long months are', () => {
    expect([1, 2, 4].map(daysOfMonth)).toEqual([31, 29, 30]);
  });
});

describe('rules', () => {
  it('read as sentences in both languages', async () => {
    const [en, zh] = await Promise.all([loadTranslate('en'), loadTranslate('zh-CN')]);
    const spring = chinaHolidays()[1]!;
    expect(holidayText(en, spring, 'en')).toBe('Lunar month 1, day 1, 1 day before');
    expect(holidayText(zh, spring, 'zh-CN')).toBe('农历正月初一，提前 1 天');
    const last = { kind: 'nth_weekday', month: 5, weekday: 1, nth: -1 } as const;
    expect(ruleText(en, last, 'en')).toBe('last Monday of May');
    expect(ruleText(zh, last, 'zh-CN')).toBe('五月最后一个星期一');
    expect(ruleText(en, { kind: 'fixed', month: 10, day: 1 }, 'en')).toBe('October 1');
    expect([1, 10, 15, 20, 23, 30].map(lunarDay)).toEqual([
      '初一',
      '初十',
      '十五',
      '二十',
      '廿三',
      '三十',
    ]);
  });

  it('say why something was left out, also what we have not heard of', async () => {
    const en = await loadTranslate('en');
    expect(leftOutText(en, 'not_whole_days')).toMatch(/time of day/);
    expect(leftOutText(en, 'not-whole-days')).toMatch(/time of day/);
    expect(leftOutText(en, 'something_new')).toBe('It cannot be read.');
  });
});

describe('a month', () => {
  it('stands in whole weeks from Monday', () => {
    const weeks = monthGrid('2026-02');
    expect(weeks).toHaveLength(5);
    expect(weeks[0]?.[0]).toEqual({ date: '2026-01-26', isInside: false });
    expect(weeks[0]?.[6]).toEqual({ date: '2026-02-01', isInside: true });
    expect(weeks.at(-1)?.at(-1)?.date).toBe('2026-03-01');
    expect(monthGrid('2021-02')).toHaveLength(4);
  });

  it('goes over the end of a year', () => {
    expect([addMonths('2026-12', 1), addMonths('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
  });

  it('has room for little', () => {
    expect(['09:00', '13:30', '24:00', '00:00'].map(shortTime)).toEqual(['9', '13:30', '24', '0']);
  });

  it('begins where the calendar is', () => {
    const now = new Date('2026-01-31T20:00:00Z');
    expect([todayIn('Asia/Shanghai', now), todayIn('UTC', now), todayIn('Nowhere', now)]).toEqual([
      '2026-02-01',
      '2026-01-31',
      '2026-01-31',
    ]);
  });
});
