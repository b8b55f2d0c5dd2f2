import { describe, expect, it, vi } from 'vitest';
import { fieldsOf, problemOf } from '../../src/chunks/form';
import { nextOpening } from '../../src/chunks/hours';
import { isEmail } from '../../src/chunks/sheet';
import { check } from '../../src/chunks/uploads';
import type { PrechatField, WidgetConfig } from '../../src/panel/dto';
import { createStorage } from '../../src/panel/storage';
import { isSendKey } from '../../src/panel/view/composer';
import { cleanColour, contrast, DEFAULT_COLOUR, inkOn, legibleOn } from '../../src/shared/colour';

const key = (changes: Partial<KeyboardEvent>): KeyboardEvent =>
  ({ key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13, ...changes }) as KeyboardEvent;

describe('the key that sends', () => {
  it('is Enter', () => {
    expect(isSendKey(key({}))).toBe(true);
    expect(isSendKey(key({ key: 'a' }))).toBe(false);
  });
  it('is not Shift+Enter, which breaks the line', () => {
    expect(isSendKey(key({ shiftKey: true }))).toBe(false);
  });
  it('is not the Enter that ends a composition', () => {
    expect(isSendKey(key({ isComposing: true }))).toBe(false);
    // Safari ends the composition before the key press and says so by the code alone.
    expect(isSendKey(key({ keyCode: 229 }))).toBe(false);
  });
});

describe('colours', () => {
  const steps = ['00', '2a', '55', '80', 'aa', 'd5', 'ff'];
  const grid = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
  const full = (ink: string): string => ink.replace(/^#(.)\1?(.)\2?(.)\3?$/, '#$1$1$2$2$3$3');

  it('leave text legible on any accent', () => {
    for (const colour of grid) expect(contrast(full(inkOn(colour)), colour)).toBeGreaterThan(4.49);
  });
  it('become legible on paper, light or dark', () => {
    // Chosen for the second paper of the panel, and no worse on the first.
    for (const [second, first] of [
      ['#f1f4f3', '#ffffff'],
      ['#24292b', '#16191b'],
    ] as const)
      for (const colour of grid) {
        const text = legibleOn(colour, second);
        expect(contrast(text, second)).toBeGreaterThan(4.5);
        expect(contrast(text, first)).toBeGreaterThan(4.5);
      }
  });
  it('fall back when a setting is no colour', () => {
    for (const odd of ['red', '#fff', 'url(x)', '', null, undefined, '#12345g'])
      expect(cleanColour(odd)).toBe(DEFAULT_COLOUR);
    expect(cleanColour('#AbCdEf')).toBe('#AbCdEf');
  });
});

describe('office hours', () => {
  const weekdays = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '18:00' }));
  const open = (now: string, zone = 'Asia/Shanghai', hours = weekdays): string | undefined =>
    nextOpening({ office_hours: hours, time_zone: zone }, Date.parse(now))?.toISOString();

  it('open later today', () => {
    expect(open('2026-11-06T00:30:00Z')).toBe('2026-11-06T01:00:00.000Z');
  });
  it('open on Monday after a weekend', () => {
    expect(open('2026-11-06T11:00:00Z')).toBe('2026-11-09T01:00:00.000Z');
  });
  it('follow the clocks of the inbox’s zone', () => {
    // London left summer time on 25 October 2026.
    expect(open('2026-10-23T20:00:00Z', 'Europe/London')).toBe('2026-10-26T09:00:00.000Z');
  });
  it('may have a lunch break, and may be none', () => {
    const split = [
      { weekday: 5, from: '09:00', to: '12:00' },
      { weekday: 5, from: '13:30', to: '18:00' },
    ];
    expect(open('2026-11-06T04:30:00Z', 'Asia/Shanghai', split)).toBe('2026-11-06T05:30:00.000Z');
    expect(open('2026-11-06T04:30:00Z', 'Asia/Shanghai', [])).toBeUndefined();
  });
});

describe('files', () => {
  const file = (
    name: string,
    size = 10,
    type = '',
  ): { name: string; size: number; type: string } => ({ name, size, type });
  it('are refused by size and kind before they travel', () => {
    const bytesMax = 1000;
    expect(check(file('a.png'), bytesMax)).toBe(null);
    expect(check(file('合同.pdf'), bytesMax)).toBe(null);
    expect(check(file('a.png', bytesMax), bytesMax)).toBe(null);
    expect(check(file('a.png', bytesMax + 1), bytesMax)).toBe('tooBig');
    for (const name of ['a.svg', 'a.HTML', 'a.exe', 'x.js'])
      expect(check(file(name), bytesMax)).toBe('wrongType');
    expect(check(file('picture', 10, 'image/svg+xml'), bytesMax)).toBe('wrongType');
  });
});

describe('questions', () => {
  const field = (kind: PrechatField['kind'], required = true): PrechatField => ({
    key: 'k',
    label: {},
    kind,
    required,
  });
  const config = (isOnline: boolean, fields: PrechatField[]): WidgetConfig =>
    ({
      is_online: isOnline,
      settings: { prechat: { enabled: true, fields } },
    }) as unknown as WidgetConfig;

  it('are checked as the server checks them', () => {
    expect(problemOf(field('text'), '  ')).toBe('needed');
    expect(problemOf(field('text', false), '')).toBe(null);
    expect(problemOf(field('email'), 'x@y')).toBe('badEmail');
    expect(problemOf(field('email'), 'x@y.example')).toBe(null);
    expect(problemOf(field('phone'), '12-34')).toBe('badPhone');
    expect(problemOf(field('phone'), '+86 138 0000 0000')).toBe(null);
    expect(isEmail('a b@c.example')).toBe(false);
  });
  it('ask for an address when nobody is there', () => {
    expect(fieldsOf(config(true, []))).toEqual([]);
    expect(fieldsOf(config(false, []))).toMatchObject([{ key: 'email', required: true }]);
    expect(fieldsOf(config(false, [field('email')]))).toHaveLength(1);
  });
});

describe('storage', () => {
  it('works without the browser’s', () => {
    const refuse = (): never => {
      throw new Error('refused');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
    const storage = createStorage('key');
    storage.set('token', 'zv_1');
    expect(storage.get('token')).toBe('zv_1');
    storage.clear();
    expect(storage.get('token')).toBe(null);
    vi.unstubAllGlobals();
  });

  it('forgets the person, not what they chose', () => {
    const storage = createStorage('key');
    for (const name of ['token', 'told', 'draft', 'outbox', 'mute', 'locale'] as const)
      storage.set(name, 'x');
    storage.clear();
    expect(
      ['token', 'told', 'draft', 'outbox', 'mute', 'locale'].map((name) =>
        storage.get(name as 'token'),
      ),
    ).toEqual([null, null, null, null, 'x', 'x']);
  });

  it('is apart for each inbox', () => {
    createStorage('one').set('token', 'zv_1');
    expect(createStorage('two').get('token')).toBe(null);
  });
});
