import { describe, expect, it } from 'vitest';
import { createTimeFormat } from '../src/index.ts';

const en = createTimeFormat('en', 'Asia/Shanghai');
const zh = createTimeFormat('zh-CN', 'Asia/Shanghai');
const now = new Date('2026-11-25T02:00:00Z');
const at = (text: string) => new Date(text);

describe('times', () => {
  it('tell how long somebody waits in the words of the language', () => {
    expect([42, 725, 11_100, 200_000].map((s) => en.waiting(s))).toEqual([
      '0:42',
      '12:05',
      '3h 05m',
      '2d',
    ]);
    expect([42, 11_100, 200_000].map((s) => zh.waiting(s))).toEqual(['0:42', '3时05分', '2天']);
  });

  it('tell a moment to come by the day it is on for the reader', () => {
    expect(en.moment(at('2026-11-25T06:05:00Z'), now)).toBe('14:05');
    expect(en.moment(at('2026-11-26T01:00:00Z'), now)).toBe('tomorrow, 09:00');
    expect(en.moment(at('2026-11-30T01:00:00Z'), now)).toBe('Mon, Nov 30, 09:00');
    expect(zh.moment(at('2026-11-26T01:00:00Z'), now)).toBe('明天 09:00');
  });

  it('are relative under a day and dates after', () => {
    expect(en.ago(at('2026-11-25T01:30:00Z'), now)).toBe('30 min. ago');
    expect(en.ago(at('2026-11-20T01:30:00Z'), now)).toBe('Nov 20');
    expect(zh.day(at('2026-11-24T12:00:00Z'), now)).toBe('昨天');
  });
});
