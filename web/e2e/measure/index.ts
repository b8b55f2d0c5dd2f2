/**
 * Figures of the web parts on this machine, as JSON: `npm run measure -w e2e`.
 *
 * Against the sample company of the program in `ZHIYIN_BIN` (a release build, for figures that
 * mean something). Times are taken inside the page, from the event to the picture after it.
 */
import { cpus } from 'node:os';
import { type Browser, type Page, chromium } from '@playwright/test';
import { type Server, startServer } from '../support/server.js';
import { logIn, panelOf } from '../support/test.js';

/** Conversations that the sample company has open, opened one after the other. */
const OPENINGS = 15;
const VISITS = 10;

function spread(values: number[]): { p50: number; p95: number; max: number; count: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0) * 10) /
    10;
  return { p50: at(0.5), p95: at(0.95), max: at(1), count: sorted.length };
}

/** From the press on a row to the picture with its messages. */
function openRow(page: Page, index: number): Promise<number> {
  return page.evaluate(async (n) => {
    const rows = document.querySelectorAll<HTMLAnchorElement>('section li a[href*="/cv_"]');
    const row = rows[n];
    if (!row) throw new Error('the list is too short');
    const id = row.href.split('/').pop();
    const start = performance.now();
    row.click();
    // No function of its own here: the compiler would give it a name the page does not know.
    while (
      !location.pathname.endsWith(id ?? '') ||
      !document.querySelector('[aria-label="Messages"] time')
    )
      await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
  }, index);
}

async function measureConsole(browser: Browser, server: Server) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 2400 },
    locale: 'en-US',
  });
  const page = await context.newPage();
  await logIn(page, server, 'martin.zhou');
  const cold = await browser.newContext({ storageState: await context.storageState() });
  const first = await cold.newPage();
  let scripts = 0;
  first.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      void response
        .request()
        .sizes()
        .then((sizes) => (scripts += sizes.responseBodySize));
  });
  await first.goto(`${server.url}/inbox/all`, { waitUntil: 'networkidle' });
  const painted = await first.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  await cold.close();

  await page.goto(`${server.url}/inbox/all`, { waitUntil: 'networkidle' });
  const openings: number[] = [];
  for (let n = 0; n < OPENINGS; n += 1) openings.push(await openRow(page, n));
  await context.close();
  return {
    first_load_script_bytes_transferred: scripts,
    first_contentful_paint_ms: Math.round(painted),
    open_conversation_ms: spread(openings),
  };
}

interface HostFigures {
  blocked: number;
  longest: number;
  shift: number;
}

/** What the widget costs the page that embeds it: loaded, opened, written in. */
async function measureWidget(browser: Browser, server: Server) {
  const blocked: number[] = [];
  const longest: number[] = [];
  const shifts: number[] = [];
  const opened: number[] = [];
  const sent: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const figures = { blocked: 0, longest: 0, shift: 0 };
      Object.assign(globalThis, { figures });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
          figures.blocked += Math.max(duration - 50, 0);
          figures.longest = Math.max(figures.longest, duration);
        }
      }).observe({ type: 'longtask', buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
          figures.shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${server.url}/demo/shop-intl/`, { waitUntil: 'networkidle' });
    const bubble = page.getByRole('button', { name: /open chat/i });
    await bubble.waitFor();
    const start = performance.now();
    await bubble.click();
    const box = panelOf(page).getByRole('textbox', { name: /write a message/i });
    await box.waitFor();
    opened.push(performance.now() - start);
    await box.fill('Is the big teapot in stock');
    const pressed = performance.now();
    await box.press('Enter');
    await panelOf(page).getByText('Sent', { exact: true }).waitFor();
    sent.push(performance.now() - pressed);
    const figures = await page.evaluate(
      () => (globalThis as unknown as { figures: HostFigures }).figures,
    );
    blocked.push(figures.blocked);
    longest.push(figures.longest);
    shifts.push(figures.shift);
    await context.close();
  }
  return {
    host_main_thread_blocked_ms: spread(blocked),
    host_longest_task_ms: spread(longest),
    host_layout_shift: Math.max(...shifts),
    bubble_to_composer_ms: spread(opened),
    first_message_sent_ms: spread(sent),
  };
}

const server = await startServer({ demo: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  const figures = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model, chromium: browser.version() },
    console: await measureConsole(browser, server),
    widget: await measureWidget(browser, server),
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await browser.close();
  await server.stop();
}
