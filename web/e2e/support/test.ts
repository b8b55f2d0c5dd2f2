import AxeBuilder from '@axe-core/playwright';
import { type FrameLocator, type Page, test as base, expect } from '@playwright/test';
import { type Server, startServer } from './server.js';

export const PASSWORD = 'tea-and-ceramics';

interface Workers {
  demo: Server;
}

/** `demo` is a server with the sample company, started once. */
export const test = base.extend<object, Workers>({
  demo: [
    // eslint-disable-next-line no-empty-pattern -- Playwright wants the first argument destructured.
    async ({}, use) => {
      const server = await startServer({ demo: true });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

export { expect };

/** Logs an agent of the sample company in. */
export async function logIn(page: Page, server: Pick<Server, 'url'>, who: string): Promise<void> {
  await page.goto(`${server.url}/login`);
  await page.locator('input[type=email]').fill(`${who}@qingyu.example`);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/inbox/**');
}

/** The panel of the widget inside the page. */
export function panelOf(page: Page): FrameLocator {
  return page.frameLocator('iframe[src*="/widget/panel/"]');
}

/** Accessibility: nothing may be found. */
export async function expectAccessible(page: Page, include?: string): Promise<void> {
  const builder = new AxeBuilder({ page });
  const found = await (include === undefined ? builder : builder.include(include)).analyze();
  const summary = found.violations.map(
    (it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
  );
  expect(summary).toEqual([]);
}

/** A line nobody has written before. */
export function unique(text: string): string {
  return `${text} ${Math.random().toString(36).slice(2, 8)}`;
}
