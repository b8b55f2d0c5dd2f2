import { createTimeFormat, loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import { dueText, limitText, readDue } from './due.ts';

const NOW = new Date('2026-03-02T10:00:00Z');
const in_ = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000).toISOString();

describe('a deadline', () => {
  it('is calm, soon or late', () => {
    expect(readDue(null, NOW)).toBeNull();
    expect(readDue(in_(-1), NOW)?.urgency).toBe('late');
    expect(readDue(in_(3), NOW)?.urgency).toBe('soon');
    expect(readDue(in_(5), NOW)?.urgency).toBe('calm');
    // A fifth of ten hours is left.
    expect(readDue(in_(1.9), NOW, in_(-8.1))?.urgency).toBe('soon');
    expect(readDue(in_(3), NOW, in_(-7))?.urgency).toBe('calm');
  });

  it('reads as a moment to come or as what is over', async () => {
    const t = await loadTranslate('en');
    const time = createTimeFormat('en', 'UTC');
    const read = (hours: number) => {
      const due = readDue(in_(hours), NOW);
      return due ? dueText(t, time, due, NOW) : null;
    };
    expect(read(2)).toBe('Due 12:00');
    expect(read(-1.5)).toBe('1 h 30 min late');
    expect(limitText(t, { within_s: 28_800, basis: 'business' })).toBe('8 h of working time');
    expect(limitText(t, { within_s: 1800, basis: 'wall' })).toBe('30 min');
  });
});
