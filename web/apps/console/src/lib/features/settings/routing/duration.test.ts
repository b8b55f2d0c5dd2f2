import { describe, expect, it } from 'vitest';
import { inUnit, toSeconds, unitOf } from './duration.ts';

const day = { min: 0, max: 86_400 };

describe('lengths of time', () => {
  it('are shown in the largest whole unit', () => {
    expect([0, 20, 60, 90, 120, 3600, 5400].map(unitOf)).toEqual([
      'seconds',
      'seconds',
      'minutes',
      'seconds',
      'minutes',
      'hours',
      'minutes',
    ]);
  });

  it('are read with unit and limits', () => {
    expect(toSeconds('2', 'minutes', day)).toBe(120);
    expect(toSeconds('1,5', 'hours', day)).toBe(5400);
    expect(toSeconds('999', 'hours', day)).toBe(86_400);
    expect(toSeconds('-3', 'seconds', { min: 5, max: 600 })).toBe(5);
    expect(toSeconds(' ', 'seconds', day)).toBeNull();
    expect(toSeconds('soon', 'seconds', day)).toBeNull();
  });

  it('go from number to number unchanged', () => {
    for (const seconds of [5, 20, 90, 120, 600, 3600, 5400, 86_400]) {
      const unit = unitOf(seconds);
      expect(toSeconds(inUnit(seconds, unit), unit, day)).toBe(seconds);
    }
  });
});
