/** Business hours as forms see them, and how rules read. Pure. */
import type {
  CalendarDay,
  CalendarRules,
  DayKind,
  Holiday,
  HolidayRule,
  Interval,
  OfficeHours,
} from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
export type WeekForm = Interval[][];

/** Time fields know no 24:00; midnight as an end means the end of the day. */
const MIDNIGHT = '00:00';
const END_OF_DAY = '24:00';
export const endToForm = (to: string): string => (to === END_OF_DAY ? MIDNIGHT : to);
export const endToWire = (to: string): string => (to === MIDNIGHT ? END_OF_DAY : to);

export function toWeek(weekly: readonly OfficeHours[]): WeekForm {
  return WEEKDAYS.map((weekday) =>
    weekly
      .filter((hours) => hours.weekday === weekday)
      .map(({ from, to }) => ({ from, to: endToForm(to) }))
      .sort((a, b) => (a.from < b.from ? -1 : 1)),
  );
}

export function fromWeek(week: WeekForm): OfficeHours[] {
  return week.flatMap((intervals, i) =>
    intervals.map(({ from, to }) => ({ weekday: i + 1, from, to: endToWire(to) })),
  );
}

export type IntervalFault = 'interval' | 'overlap' | null;

/** What is wrong with the intervals of one day, as they stand in the form. */
export function faultOf(intervals: readonly Interval[]): IntervalFault {
  const spans = intervals.map(({ from, to }) => [minutes(from), minutes(endToWire(to))] as const);
  if (spans.some(([from, to]) => from === null || to === null || from >= to)) return 'interval';
  const sorted = spans.toSorted((a, b) => Number(a[0]) - Number(b[0]));
  const overlaps = sorted.some(([from], i) => i > 0 && Number(from) < Number(sorted[i - 1]?.[1]));
  return overlaps ? 'overlap' : null;
}

function minutes(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** Hours of a week, for the line under the form; null while something is wrong. */
export function hoursOf(week: WeekForm): number | null {
  if (week.some((day) => faultOf(day) !== null)) return null;
  const total = week
    .flat()
    .reduce((sum, { from, to }) => sum + Number(minutes(endToWire(to))) - Number(minutes(from)), 0);
  return total / 60;
}

/** A further interval after those of a day: the afternoon after the morning, else the whole day. */
export function nextInterval(intervals: readonly Interval[]): Interval {
  const last = intervals.at(-1);
  if (!last) return { from: '09:00', to: '18:00' };
  const end = minutes(endToWire(last.to)) ?? 0;
  if (end >= 23 * 60) return { from: '', to: '' };
  const two = (value: number) => String(value).padStart(2, '0');
  const text = (value: number) => `${two(Math.floor(value / 60))}:${two(value % 60)}`;
  const from = end + 60;
  const to = Math.min(from + 4 * 60, 23 * 60 + 59);
  return { from: text(from), to: text(to) };
}

// Templates

export type Template = 'office' | 'officeChina' | 'always';

export function rulesOf(template: Template, timeZone: string): CalendarRules {
  const everyDay = template === 'always';
  const days = everyDay ? WEEKDAYS : WEEKDAYS.slice(0, 5);
  const hours = everyDay ? { from: '00:00', to: END_OF_DAY } : { from: '09:00', to: '18:00' };
  return {
    time_zone: timeZone,
    weekly: days.map((weekday) => ({ weekday, ...hours })),
    holidays: template === 'officeChina' ? chinaHolidays() : [],
    exceptions: {},
  };
}

const holiday = (name: string, rule: HolidayRule, offset_days: number, days: number): Holiday => ({
  name,
  rule,
  offset_days,
  days,
});

/** The days the law of mainland China makes holidays since 2025. */
export function chinaHolidays(): Holiday[] {
  return [
    holiday('元旦', { kind: 'fixed', month: 1, day: 1 }, 0, 1),
    holiday('春节', { kind: 'lunar', month: 1, day: 1 }, -1, 4),
    holiday('清明节', { kind: 'qingming' }, 0, 1),
    holiday('劳动节', { kind: 'fixed', month: 5, day: 1 }, 0, 2),
    holiday('端午节', { kind: 'lunar', month: 5, day: 5 }, 0, 1),
    holiday('中秋节', { kind: 'lunar', month: 8, day: 15 }, 0, 1),
    holiday('国庆节', { kind: 'fixed', month: 10, day: 1 }, 0, 3),
  ];
}

const sameRule = (a: HolidayRule, b: HolidayRule) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Those of the law that are not there yet, whatever they are called. */
export function missingChinaHolidays(held: readonly Holiday[]): Holiday[] {
  return chinaHolidays().filter((one) => !held.some((other) => sameRule(one.rule, other.rule)));
}

/** A rule of a kind to begin with. */
export function startRule(kind: HolidayRule['kind']): HolidayRule {
  switch (kind) {
    case 'fixed':
      return { kind, month: 1, day: 1 };
    case 'lunar':
      return { kind, month: 1, day: 1 };
    case 'nth_weekday':
      return { kind, month: 11, weekday: 4, nth: 4 };
    case 'qingming':
    case 'easter':
      return { kind };
  }
}

/** How many days a month can have, so that no form offers 31 April. */
export function daysOfMonth(month: number): number {
  return new Date(Date.UTC(2024, month, 0)).getUTCDate();
}

// How it reads

const LUNAR_MONTHS = '正,二,三,四,五,六,七,八,九,十,冬,腊'.split(',');
const DIGITS = '一二三四五六七八九十';

/** The name of a lunar day as Chinese readers know it: 初一, 十五, 廿三, 三十. */
export function lunarDay(day: number): string {
  if (day <= 10) return `初${DIGITS[day - 1] ?? ''}`;
  if (day === 20) return '二十';
  if (day === 30) return '三十';
  return `${day < 20 ? '十' : '廿'}${DIGITS[(day % 10) - 1] ?? ''}`;
}

export const lunarMonth = (month: number): string => `${LUNAR_MONTHS[month - 1] ?? ''}月`;

/** Names of months and weekdays in the reader's language. */
export function names(locale: string) {
  const utc = { timeZone: 'UTC' } as const;
  const month = new Intl.DateTimeFormat(locale, { month: 'long', ...utc });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', ...utc });
  const short = new Intl.DateTimeFormat(locale, { weekday: 'short', ...utc });
  const date = new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', ...utc });
  // 5 January 2026 was a Monday; 2024 has a 29 February.
  const day = (number: number) => new Date(Date.UTC(2026, 0, 4 + number));
  return {
    month: (number: number) => month.format(new Date(Date.UTC(2024, number - 1, 1))),
    weekday: (number: number) => weekday.format(day(number)),
    weekdayShort: (number: number) => short.format(day(number)),
    date: (number: number, of: number) => date.format(new Date(Date.UTC(2024, number - 1, of))),
  };
}

export function ruleText(t: T, rule: HolidayRule, locale: string): string {
  const name = names(locale);
  const isChinese = locale.startsWith('zh');
  switch (rule.kind) {
    case 'fixed':
      return t('calendar.reads.fixed', { date: name.date(rule.month, rule.day) });
    case 'lunar':
      return t('calendar.reads.lunar', {
        month: isChinese ? lunarMonth(rule.month) : String(rule.month),
        day: isChinese ? lunarDay(rule.day) : String(rule.day),
      });
    case 'qingming':
      return t('calendar.reads.qingming');
    case 'nth_weekday':
      return t('calendar.reads.nth', {
        nth: t(`calendar.nth.${String(rule.nth) as '1' | '-1'}`),
        weekday: name.weekday(rule.weekday),
        month: name.month(rule.month),
      });
    case 'easter':
      return t('calendar.reads.easter');
  }
}

/** A whole holiday in one line: "Lunar month 1, day 1, 1 day before, 4 days". */
export function holidayText(t: T, one: Holiday, locale: string): string {
  const rule = ruleText(t, one.rule, locale);
  const count = Math.abs(one.offset_days);
  const shifted =
    one.offset_days === 0
      ? rule
      : t('calendar.reads.offset', {
          rule,
          offset: t(one.offset_days < 0 ? 'calendar.offset.before' : 'calendar.offset.after', {
            count,
          }),
        });
  return shifted;
}

export function dayText(t: T, day: DayKind, locale: string): string {
  switch (day.kind) {
    case 'closed':
      return t('calendar.exceptionReads.closed');
    case 'like_weekday':
      return t('calendar.exceptionReads.like', { weekday: names(locale).weekday(day.weekday) });
    case 'open':
      return intervalsText(day.intervals);
  }
}

export const intervalsText = (intervals: readonly Interval[]): string =>
  intervals.map(({ from, to }) => `${from}–${to}`).join(', ');

/** "9" for nine o'clock sharp, where a whole day must fit into a small cell. */
export const shortTime = (time: string): string => time.replace(/^0(?=\d)/, '').replace(':00', '');

// The month

/** The weeks a month stands in, from Monday; days of other months fill them up. */
export function monthGrid(month: string): { date: string; isInside: boolean }[][] {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const first = new Date(Date.UTC(year, number - 1, 1));
  const start = first.getTime() - ((first.getUTCDay() + 6) % 7) * DAY_MS;
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const weeks = Math.ceil((((first.getUTCDay() + 6) % 7) + length) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_unused, day) => {
      const date = new Date(start + (week * 7 + day) * DAY_MS).toISOString().slice(0, 10);
      return { date, isInside: date.startsWith(month) };
    }),
  );
}

const DAY_MS = 86_400_000;

export function addMonths(month: string, count: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** The day it is in a zone: what "today" is to a calendar. */
export function todayIn(zone: string, now: Date): string {
  try {
    return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: zone }).format(now);
  } catch {
    return now.toISOString().slice(0, 10);
  }
}

export const byDate = (days: readonly CalendarDay[]): ReadonlyMap<string, CalendarDay> =>
  new Map(days.map((day) => [day.date, day]));

/** The words for why an entry of a calendar file was left out; unknown reasons have one, too. */
export function leftOutText(t: T, reason: string): string {
  const keys = [
    'not_whole_days',
    'no_date',
    'length',
    'repetition',
    'not_marked',
    'cancelled',
  ] as const;
  const found = keys.find((key) => key === reason.replaceAll('-', '_'));
  return t(`calendar.leftOut.${found ?? 'other'}`);
}
