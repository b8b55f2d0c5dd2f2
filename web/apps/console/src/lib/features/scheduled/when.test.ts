import { describe, expect, it } from 'vitest';
import { fieldsOf, momentOf, morningIn, sendChoices } from './when.ts';

/** A moment by the reader's own clock, whatever zone the test runs in. */
const local = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);
const ids = (now: Date) => sendChoices(now, null).map((one) => one.id);

describe('moments to send at', () => {
  // 25 November 2026 is a Wednesday.
  it('are the next ones that make sense at this hour', () => {
    expect(ids(local(25, 9, 2))).toEqual([
      'hour',
      'afternoon',
      'evening',
      'tomorrow',
      'tomorrowAfternoon',
      'monday',
    ]);
    expect(ids(local(25, 19))).toEqual(['hour', 'tomorrow', 'tomorrowAfternoon', 'monday']);
  });

  it('do not offer Monday twice on a Sunday', () => {
    expect(ids(local(29, 20))).toEqual(['hour', 'tomorrow', 'tomorrowAfternoon']);
  });

  it('round the hour up, so that it reads well', () => {
    expect(sendChoices(local(25, 9, 2), null)[0]?.at).toEqual(local(25, 10, 5));
  });

  it('know the morning of a customer far away, also over a change of the clock', () => {
    const now = new Date('2026-11-25T03:00:00Z');
    expect(morningIn('America/New_York', now)?.toISOString()).toBe('2026-11-25T14:00:00.000Z');
    // In the night to 8 March 2026 clocks go forward there.
    const before = new Date('2026-03-08T04:00:00Z');
    expect(morningIn('America/New_York', before)?.toISOString()).toBe('2026-03-08T13:00:00.000Z');
    expect(morningIn('Mars/Olympus', now)).toBeNull();
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(morningIn(here, now)).toBeNull();
  });
});

describe('a moment of one’s own', () => {
  it('survives the fields it is written in', () => {
    const at = local(27, 8, 5);
    const { day, time } = fieldsOf(at);
    expect([day, time]).toEqual(['2026-11-27', '08:05']);
    expect(momentOf(day, time, local(25, 9))).toEqual(at);
  });

  it('must be a moment, and still to come', () => {
    expect(momentOf('', '09:00', local(25, 9))).toBeNull();
    expect(momentOf('2026-11-25', '08:59', local(25, 9))).toBeNull();
  });
});
