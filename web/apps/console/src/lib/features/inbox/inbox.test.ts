import { describe, expect, it } from 'vitest';
import { pathOf, viewFromPath } from './view.ts';
import { scrollFor, visibleSpan } from '$lib/shared/lists/window.ts';

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
