import type { Conversation } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { pathOf, viewFromPath } from './view.ts';
import { waitingOf } from './waiting.ts';
import { scrollFor, visibleSpan } from './window.ts';

describe('views in the address', () => {
  const none = new URLSearchParams();

  it('reads what it writes', () => {
    expect(viewFromPath('team:tm_1', none)).toEqual({
      view: 'team',
      team: 'tm_1',
      status: 'open',
      sort: 'recent',
    });
    expect(viewFromPath('inbox:ib_1', new URLSearchParams('status=resolved&sort=waiting'))).toEqual(
      {
        view: 'all',
        inbox: 'ib_1',
        status: 'resolved',
        sort: 'waiting',
      },
    );
  });

  it('falls back on what is safe when the address is made up', () => {
    const spec = viewFromPath('nonsense', new URLSearchParams('status=x&sort=y'));
    expect(spec).toEqual({ view: 'all', status: 'open', sort: 'recent' });
  });

  it('keeps status and order when a conversation is opened', () => {
    const query = new URLSearchParams('status=all&other=1');
    expect(pathOf('mine', query, 'cv_1')).toBe('/inbox/mine/cv_1?status=all');
  });
});

describe('waiting', () => {
  const now = new Date('2026-01-01T00:10:00Z');
  const row = (waiting: string | null, due: string | null, answered: string | null = null) =>
    ({
      status: { kind: 'open' },
      waiting_since: waiting,
      session: { first_response_at: answered, first_response_due_at: due },
    }) as Conversation;

  function check(given: Conversation, urgency: string | undefined, left?: number | null) {
    const waiting = waitingOf(given, now);
    expect(waiting?.urgency).toBe(urgency);
    if (left !== undefined) expect(waiting?.left).toBe(left);
  }

  it('is calm, then soon, then late as the limit comes near', () => {
    check(row('2026-01-01T00:09:55Z', '2026-01-01T00:10:25Z'), 'calm', 25);
    check(row('2026-01-01T00:09:40Z', '2026-01-01T00:10:10Z'), 'soon', 10);
    check(row('2026-01-01T00:09:00Z', '2026-01-01T00:09:30Z'), 'late', -30);
  });

  it('has a limit of its own once the first answer was given', () => {
    check(
      row('2026-01-01T00:09:00Z', '2026-01-01T00:01:00Z', '2026-01-01T00:00:30Z'),
      'calm',
      null,
    );
    check(row('2026-01-01T00:07:00Z', null), 'soon');
    check(row('2026-01-01T00:00:00Z', null), 'late');
  });

  it('is nothing when nobody waits', () => {
    check(row(null, null), undefined);
  });
});

describe('the rows on the screen', () => {
  it('never leaves a hole, however far one scrolls in 10,000 rows', () => {
    for (let top = 0; top <= 10_000 * 56; top += 997) {
      const span = visibleSpan(10_000, 56, top, 720);
      expect(span.from * 56).toBeLessThanOrEqual(top);
      const seen = Math.min(10_000 * 56, top + 720);
      expect(span.to * 56).toBeGreaterThanOrEqual(seen);
      expect(span.to - span.from).toBeLessThan(60);
    }
  });

  it('scrolls only as far as a row needs', () => {
    expect(scrollFor(3, 56, 0, 560)).toBeNull();
    expect(scrollFor(20, 56, 0, 560)).toBe(21 * 56 - 560);
    expect(scrollFor(0, 56, 300, 560)).toBe(0);
  });
});
