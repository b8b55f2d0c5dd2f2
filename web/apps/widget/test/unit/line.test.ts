import { beforeEach, describe, expect, it } from 'vitest';
import { isPhone, moment, sentences, wait } from '../../src/chunks/line/place';
import { en, zh } from '../../src/chunks/line/words';
import type { QueuePlace } from '../../src/panel/dto';
import { speak } from '../../src/panel/i18n';

const place = (given: Partial<QueuePlace> = {}): QueuePlace => ({
  position: 3,
  from_s: 100,
  to_s: 250,
  is_open: true,
  notice: null,
  reply_by: null,
  may_leave_message: true,
  may_call_back: true,
  state: 'waiting',
  ...given,
});
const now = new Date(2026, 0, 5, 10, 0);

describe('the words of the line', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([name]) => name).sort();

  it('are the same sentences in both languages, and calm', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      const chinese = zh[key as keyof typeof en];
      expect(names(chinese), key).toEqual(names(text));
      expect(text).not.toMatch(/!|\bplease\b/i);
      expect(chinese).not.toMatch(/[一-鿿][,;:?!]|[!！]|你/);
    }
  });
});

describe('a place in line', () => {
  beforeEach(() => speak('en'));

  it('is told with a range of minutes, never to the second', () => {
    expect(sentences(place(), now)).toEqual([
      'You are number 3 in line.',
      'It will take about 1 minute to 5 minutes.',
    ]);
    expect(wait(10, 45)).toBe('It will be less than a minute.');
    expect(wait(115, 119)).toMatch(/1 minute to 2 minutes/);
    expect(wait(120, 120)).toBe('It will take about 2 minutes.');
    expect(wait(null, null)).toBe('');
  });

  it('is told without a time where none is known', () => {
    const next = place({ position: 1, from_s: null, to_s: null });
    expect(sentences(next, now)).toEqual(['You are next.']);
    expect(sentences({ ...next, position: null }, now)).toEqual(['You are in line.']);
  });

  it('gives way to what happens next', () => {
    expect(sentences(place({ state: 'offered' }), now)).toEqual(['Somebody is about to join you.']);
    expect(sentences(place({ is_open: false }), now)).toEqual([
      'We are closed at the moment.',
      'You keep your place in line.',
    ]);
  });

  it('has the words of the company out of its hours, in any language rather than none', async () => {
    const notice = { en: 'We are back on Monday.', 'zh-CN': '周一恢复服务。' };
    const shut = place({ is_open: false, notice });
    expect(sentences(shut, now)[0]).toBe('We are back on Monday.');
    expect(sentences({ ...shut, state: 'closed' }, now)).toEqual([
      'We have your message and will get back to you.',
      'We are back on Monday.',
    ]);
    await speak('zh-CN');
    expect(sentences(shut, now)[0]).toBe('周一恢复服务。');
    expect(sentences({ ...shut, notice: { en: 'Closed.' } }, now)[0]).toBe('Closed.');
    expect(sentences({ ...shut, notice: {} }, now)[0]).toBe('现在是非服务时间。');
  });

  it('becomes a promise when a message was left', () => {
    const by = new Date(2026, 0, 5, 15, 30).toISOString();
    const left = place({ state: 'closed', reply_by: by });
    expect(sentences(left, now)[0]).toContain(moment(by, now));
    expect(moment(by, now)).toMatch(/3:30|15:30/);
    expect(moment(new Date(2026, 0, 6, 9).toISOString(), now)).toMatch(/Tuesday/);
    expect(sentences({ ...left, reply_by: null }, now)[0]).toMatch(/get back to you/);
  });

  it('reads as written in Chinese', async () => {
    await speak('zh-CN');
    expect(sentences(place(), now)[0]).toBe('您排在第 3 位。');
  });
});

describe('a telephone number', () => {
  it('has digits enough, whatever stands between them', () => {
    expect(isPhone('+86 138-0000-0000')).toBe(true);
    expect(isPhone('call me')).toBe(false);
    expect(isPhone('1'.repeat(60))).toBe(false);
  });
});
