/** A list of 10,000 conversations: whoever scrolls through it never looks at nothing. */
import type { Page } from '@playwright/test';
import { AgentApi } from '../support/api.js';
import { expect, expectAccessible, logIn, test } from '../support/test.js';

const COUNT = 10_000;
/** Few and large, so that the way to the end is short. */
const FURTHER_PAGE = 995;

/**
 * Answers for the list with 10,000 rows made after a real one. What the server needs for so
 * many is measured elsewhere; here it is about the page.
 */
async function fillList(page: Page, sample: Record<string, unknown>): Promise<void> {
  const start = Date.parse('2026-11-01T00:00:00Z');
  const rows = Array.from({ length: COUNT }, (_, n) => ({
    ...sample,
    id: `cv_${String(n).padStart(6, '0')}`,
    number: COUNT - n,
    contact: { ...(sample.contact as object), name: `Customer ${String(n + 1)}` },
    last_activity_at: new Date(start - n * 1000).toISOString(),
    waiting_since: null,
  }));
  await page.route('**/api/v1/conversations?*', async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const to = from === 0 ? Number(query.get('limit')) : from + FURTHER_PAGE;
    const next = to < COUNT ? String(to) : null;
    await route.fulfill({ json: { items: rows.slice(from, to), next } });
  });
}

/** Scrolls to a place and answers how many lines of the visible part show no row. */
function blanksAt(page: Page, share: number): Promise<{ blanks: number; isAtEnd: boolean }> {
  return page.evaluate(async (to) => {
    const list = document.querySelector('section[aria-label="Conversations"] ul') as HTMLElement;
    const box = list.parentElement as HTMLElement;
    box.scrollTop = to * (list.offsetHeight - box.clientHeight);
    // The frame in which the browser tells of the scrolling, and its picture.
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const { top, left, bottom } = box.getBoundingClientRect();
    const end = Math.min(bottom, list.getBoundingClientRect().bottom);
    let blanks = 0;
    for (let y = top + 4; y < end - 4; y += 20)
      if (!document.elementFromPoint(left + 80, y)?.closest('li')) blanks += 1;
    return { blanks, isAtEnd: box.scrollTop + box.clientHeight >= list.offsetHeight - 1 };
  }, share);
}

test('10,000 conversations scroll without a blank row', async ({ page, demo }) => {
  const api = await AgentApi.logIn(demo, 'martin.zhou');
  const { items } = await api.ask('GET', 'conversations?view=all&limit=1');
  await logIn(page, demo, 'martin.zhou');
  await fillList(page, items[0]);
  await page.goto(`${demo.url}/inbox/all`);
  const list = page.getByRole('region', { name: 'Conversations' });
  await expect(list.getByText('Customer 1', { exact: true })).toBeVisible();

  // Down to the end, page by page as they are loaded.
  const last = list.getByText(`Customer ${String(COUNT)}`, { exact: true });
  await expect
    .poll(
      async () => {
        expect((await blanksAt(page, 1)).blanks).toBe(0);
        return last.isVisible();
      },
      { timeout: 60_000, intervals: [100] },
    )
    .toBe(true);
  // Those of the sample company in which something happens meanwhile come on top.
  await expect(list.getByText(/^10,0\d\d conversations$/)).toBeVisible();

  // Jumps, as with the bar, and a long way with the wheel.
  for (let step = 0; step <= 40; step += 1) {
    const share = (step * 0.37) % 1;
    expect((await blanksAt(page, share)).blanks, `at ${share.toFixed(2)}`).toBe(0);
  }
  // However long the list, the page holds what is seen and a little more.
  expect(await list.getByRole('listitem').count()).toBeLessThan(60);
  await expectAccessible(page);
});
