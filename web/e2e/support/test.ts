import { type FrameLocator, type Page, test as base, expect } from '@playwright/test';
import { AgentApi } from './api.js';
import { violations } from './axe.js';
import { sampleStore } from './sample.js';
import { PASSWORD, type Server, startServer } from './server.js';

interface Workers {
  demo: Server;
}

interface Tests {
  leaves: void;
}

/**
 * `demo` is a server with the sample company, started once for each worker. People leave when a
 * test is over: what they have open would go on working in the background.
 */
export const test = base.extend<Tests, Workers>({
  leaves: [
    async ({ browser }, use) => {
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
  demo: [
    // eslint-disable-next-line no-empty-pattern -- Playwright wants the first argument destructured.
    async ({}, use) => {
      const server = await startServer({ demo: true, from: sampleStore() });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

export { expect, PASSWORD };

/** Gives the page's browser the session of an agent; the form is looked at by `pages.spec.ts`. */
export async function logIn(page: Page, server: Pick<Server, 'url'>, who: string): Promise<void> {
  const { cookies } = await AgentApi.logIn(server, who);
  await page.context().addCookies(cookies);
}

/** The panel of the widget inside the page. */
export function panelOf(page: Page): FrameLocator {
  return page.frameLocator('iframe[src*="/widget/panel/"]');
}

/** Accessibility: nothing may be found. */
export async function expectAccessible(
  page: Page,
  { isOnlyContrast = false }: { isOnlyContrast?: boolean } = {},
): Promise<void> {
  expect(await violations(page, isOnlyContrast ? ['color-contrast'] : undefined)).toEqual([]);
}

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/**
 * The page as it stands, on a desk and on a phone, in the light and in the dark: nothing may be
 * found, and nothing may stick out sideways. Each language looks closely at one of the two sizes
 * and at the colours of the other in the dark, so that both together see all of it. The page is
 * left on a desk, in the light.
 */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  const isChinese = await page.evaluate(() => document.documentElement.lang.startsWith('zh'));
  const [light, dark] = isChinese ? [PHONE, DESK] : [DESK, PHONE];
  await page.setViewportSize(light);
  await expectAccessible(page);
  await expectNothingBeyond(page);
  await page.setViewportSize(dark);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page, { isOnlyContrast: true });
  await expectNothingBeyond(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESK);
}

async function expectNothingBeyond(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond, `${page.url()} at ${String(page.viewportSize()?.width)}`).toBeLessThanOrEqual(0);
}

/** A line nobody has written before. */
export function unique(text: string): string {
  return `${text} ${Math.random().toString(36).slice(2, 8)}`;
}
