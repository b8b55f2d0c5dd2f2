/** A calendar while it is changed: forms in, rules out, and how they turn out day by day. */
import type {
  Api,
  ApiError,
  Calendar,
  CalendarDay,
  CalendarImport,
  CalendarRules,
  DayKind,
  Holiday,
} from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import {
  addMonths,
  byDate,
  endToForm,
  endToWire,
  faultOf,
  fromWeek,
  hoursOf,
  missingChinaHolidays,
  monthGrid,
  nextInterval,
  startRule,
  todayIn,
  toWeek,
  type WeekForm,
} from './rules.ts';

export interface HolidayRow extends Holiday {
  key: number;
}

export interface ExceptionRow {
  key: number;
  date: string;
  name: string;
  day: DayKind;
}

export type PreviewState = 'idle' | 'loading' | 'wrong' | { failed: ApiError };

/** While somebody types, the days are asked for once they pause. */
const PREVIEW_AFTER_MS = 400;

export class CalendarEditorModel {
  readonly form = new FormModel();
  readonly importing = new FormModel();
  calendar: Calendar = $state.raw() as Calendar;
  name = $state('');
  zone = $state('');
  week: WeekForm = $state([]);
  holidays: HolidayRow[] = $state([]);
  exceptions: ExceptionRow[] = $state([]);
  /** What the last import came to. */
  imported: CalendarImport | null = $state.raw(null);
  month = $state('');
  days: ReadonlyMap<string, CalendarDay> = $state.raw(new Map());
  preview: PreviewState = $state.raw('idle');
  #saved = $state('');
  #api: Pick<Api['journey'], 'updateCalendar' | 'importCalendar' | 'previewCalendar'>;
  #nextKey = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round = 0;

  constructor(
    calendar: Calendar,
    api: Pick<Api['journey'], 'updateCalendar' | 'importCalendar' | 'previewCalendar'>,
    now: Date,
  ) {
    this.#api = api;
    this.adopt(calendar);
    this.month = todayIn(calendar.rules.time_zone, now).slice(0, 7);
  }

  adopt(calendar: Calendar): void {
    const { rules } = calendar;
    this.calendar = calendar;
    this.name = calendar.name;
    this.zone = rules.time_zone;
    this.week = toWeek(rules.weekly);
    this.holidays = structuredClone(rules.holidays).map((one) => ({
      ...one,
      key: this.#nextKey++,
    }));
    this.exceptions = Object.entries(structuredClone(rules.exceptions))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([date, one]) => ({
        key: this.#nextKey++,
        date,
        name: one.name,
        day: toForm(one.day),
      }));
    this.#saved = JSON.stringify(this.body());
  }

  body(): { name: string; rules: CalendarRules } {
    const exceptions: CalendarRules['exceptions'] = {};
    for (const { date, name, day } of this.exceptions.toSorted((a, b) =>
      a.date < b.date ? -1 : 1,
    ))
      exceptions[date] = { name: name.trim(), day: toWire($state.snapshot(day) as DayKind) };
    return {
      name: this.name.trim(),
      rules: {
        time_zone: this.zone,
        weekly: fromWeek($state.snapshot(this.week)),
        holidays: this.holidays.map(({ name, rule, offset_days, days }) => ({
          name: name.trim(),
          rule: $state.snapshot(rule) as Holiday['rule'],
          offset_days,
          days,
        })),
        exceptions,
      },
    };
  }

  get hasChanges(): boolean {
    return JSON.stringify(this.body()) !== this.#saved;
  }

  /** Whether a day of the list stands there twice; the later one would win unseen. */
  isTaken(row: ExceptionRow): boolean {
    return this.exceptions.some((other) => other !== row && other.date === row.date);
  }

  faultIn(row: ExceptionRow): boolean {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(row.date) || this.isTaken(row)) return true;
    if (row.day.kind !== 'open') return false;
    return row.day.intervals.length === 0 || faultOf(row.day.intervals) !== null;
  }

  /** Whether the rules say something a calendar can be made of. */
  get areRulesWhole(): boolean {
    return (
      this.week.every((day) => faultOf(day) === null) &&
      !this.exceptions.some((row) => this.faultIn(row))
    );
  }

  get canSave(): boolean {
    return this.name.trim() !== '' && this.areRulesWhole;
  }

  get hours(): number | null {
    return hoursOf(this.week);
  }

  addInterval(day: number): void {
    this.week[day]?.push(nextInterval(this.week[day] ?? []));
  }

  removeInterval(day: number, at: number): void {
    this.week[day]?.splice(at, 1);
  }

  /** The hours of a day on all other days that are worked; a free weekend stays free. */
  copyDown(day: number): void {
    const hours = $state.snapshot(this.week[day]) ?? [];
    this.week = this.week.map((other, i) =>
      i !== day && (i < 5 || other.length > 0) ? structuredClone(hours) : other,
    );
  }

  addHoliday(): void {
    this.holidays.push({
      key: this.#nextKey++,
      name: '',
      rule: startRule('fixed'),
      offset_days: 0,
      days: 1,
    });
  }

  addChina(): void {
    for (const one of missingChinaHolidays(this.holidays))
      this.holidays.push({ ...one, key: this.#nextKey++ });
  }

  removeHoliday(key: number): void {
    this.holidays = this.holidays.filter((one) => one.key !== key);
  }

  addException(date: string): void {
    this.exceptions.push({ key: this.#nextKey++, date, name: '', day: { kind: 'closed' } });
  }

  removeException(key: number): void {
    this.exceptions = this.exceptions.filter((one) => one.key !== key);
  }

  setDay(row: ExceptionRow, kind: DayKind['kind']): void {
    row.day =
      kind === 'open'
        ? { kind, intervals: [{ from: '09:00', to: '12:00' }] }
        : kind === 'like_weekday'
          ? { kind, weekday: 1 }
          : { kind };
  }

  save(onDone: () => void): Promise<void> {
    return this.form.run(
      () =>
        this.#api.updateCalendar(this.calendar.id, {
          ...this.body(),
          version: this.calendar.version,
        }),
      (calendar) => {
        this.adopt(calendar);
        onDone();
      },
    );
  }

  import(text: string): Promise<void> {
    this.imported = null;
    return this.importing.run(
      () => this.#api.importCalendar(this.calendar.id, text),
      (imported) => {
        this.adopt(imported.calendar);
        this.imported = imported;
      },
    );
  }

  move(months: number): void {
    this.month = addMonths(this.month, months);
  }

  /** Asks for the days of the month that is shown, by the rules as they stand in the form. */
  refreshPreview(): void {
    clearTimeout(this.#timer);
    if (!this.areRulesWhole) {
      this.preview = 'wrong';
      return;
    }
    const weeks = monthGrid(this.month);
    const from = weeks[0]?.[0]?.date ?? `${this.month}-01`;
    const { rules } = this.body();
    const wait = this.days.size === 0 ? 0 : PREVIEW_AFTER_MS;
    this.preview = 'loading';
    this.#timer = setTimeout(() => void this.#fetchPreview(rules, from, weeks.length * 7), wait);
  }

  async #fetchPreview(rules: CalendarRules, from: string, days: number): Promise<void> {
    const round = ++this.#round;
    const result = await this.#api.previewCalendar(rules, from, days);
    if (round !== this.#round) return;
    if (result.ok) this.days = byDate(result.value.items);
    this.preview = result.ok ? 'idle' : { failed: result.error };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
  }
}

function toForm(day: DayKind): DayKind {
  if (day.kind !== 'open') return day;
  return {
    kind: 'open',
    intervals: day.intervals.map(({ from, to }) => ({ from, to: endToForm(to) })),
  };
}

function toWire(day: DayKind): DayKind {
  if (day.kind !== 'open') return day;
  return {
    kind: 'open',
    intervals: day.intervals.map(({ from, to }) => ({ from, to: endToWire(to) })),
  };
}

/** The names of what a calendar is used by, out of the sentence that names them. */
export const namesIn = (sentence: string): string[] =>
  [...sentence.matchAll(/“([^”]+)”/g)].map((found) => found[1] ?? '');
