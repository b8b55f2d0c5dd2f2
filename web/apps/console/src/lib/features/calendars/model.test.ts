import type { Api, Calendar, CalendarRules } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { CalendarEditorModel, namesIn } from './model.svelte.ts';

const rules: CalendarRules = {
  time_zone: 'Asia/Shanghai',
  weekly: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '18:00' })),
  holidays: [{ name: '清明节', rule: { kind: 'qingming' }, offset_days: 0, days: 1 }],
  exceptions: {
    '2026-10-10': { name: '调休', day: { kind: 'like_weekday', weekday: 3 } },
    '2026-02-28': {
      name: '',
      day: { kind: 'open', intervals: [{ from: '09:00', to: '24:00' }] },
    },
  },
};
const calendar: Calendar = {
  id: 'cl_1',
  name: 'Shanghai',
  rules,
  is_open_now: true,
  next_change_at: null,
  version: 3,
};

function setup() {
  const bodies: unknown[] = [];
  const api = {
    updateCalendar: async (_: string, body: object) => {
      bodies.push(body);
      return { ok: true, value: { ...calendar, ...body, version: 4 } };
    },
    importCalendar: async () => ({
      ok: true,
      value: {
        calendar: { ...calendar, version: 4, rules: { ...rules, exceptions: {} } },
        added: 2,
        left_out: [{ line: 9, name: 'Lunch', reason: 'not_whole_days' }],
      },
    }),
  } as unknown as Pick<Api['journey'], 'updateCalendar' | 'importCalendar' | 'previewCalendar'>;
  const model = new CalendarEditorModel(calendar, api, new Date('2026-01-31T20:00:00Z'));
  return { model, bodies };
}

describe('a calendar in its form', () => {
  it('comes out as it went in', () => {
    const { model } = setup();
    expect(model.body()).toEqual({ name: 'Shanghai', rules });
    expect(model.hasChanges).toBe(false);
    expect(model.month).toBe('2026-02');
    expect(model.exceptions.map((row) => row.date)).toEqual(['2026-02-28', '2026-10-10']);
  });

  it('is saved with the version it was read with', async () => {
    const { model, bodies } = setup();
    model.name = 'Shanghai ';
    model.addInterval(0);
    expect(model.hasChanges).toBe(true);
    await model.save(() => undefined);
    expect(bodies[0]).toMatchObject({ name: 'Shanghai', version: 3 });
    expect(model.calendar.version).toBe(4);
    expect(model.hasChanges).toBe(false);
  });

  it('cannot be saved while something is wrong', () => {
    const { model } = setup();
    model.addInterval(1);
    model.week[1]![1]!.from = '17:00';
    expect(model.canSave).toBe(false);
    model.removeInterval(1, 1);
    expect(model.canSave).toBe(true);
    model.addException('2026-10-10');
    expect(model.canSave).toBe(false);
    expect(model.isTaken(model.exceptions.at(-1)!)).toBe(true);
    model.removeException(model.exceptions.at(-1)!.key);
    model.setDay(model.exceptions[0]!, 'open');
    const { day } = model.exceptions[0]!;
    if (day.kind === 'open') day.intervals = [];
    expect(model.canSave).toBe(false);
    model.setDay(model.exceptions[0]!, 'closed');
    model.name = ' ';
    expect(model.canSave).toBe(false);
  });

  it('copies hours to working days and leaves a free weekend free', () => {
    const { model } = setup();
    model.week[0] = [{ from: '08:00', to: '12:00' }];
    model.copyDown(0);
    expect(model.week.map((day) => day[0]?.from)).toEqual([
      '08:00',
      '08:00',
      '08:00',
      '08:00',
      '08:00',
      undefined,
      undefined,
    ]);
  });

  it('takes what an import made of it and tells what was left out', async () => {
    const { model } = setup();
    await model.import('BEGIN:VCALENDAR');
    expect(model.exceptions).toEqual([]);
    expect(model.imported?.left_out).toHaveLength(1);
    expect(model.hasChanges).toBe(false);
  });
});

describe('a calendar in use', () => {
  it('is said to be so with the names alone, whatever the language of the sentence', () => {
    const said =
      'The calendar is used by queue “售后服务”, inbox “Shop, abroad”. Choose another one.';
    expect(namesIn(said)).toEqual(['售后服务', 'Shop, abroad']);
  });
});
