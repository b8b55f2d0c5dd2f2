/**
 * Pictures of the main pages: `npm run shots -w e2e`, or `cargo xtask shots`.
 *
 * All pages in two widths, light and dark, Chinese and English go to `web/test-results/shots`;
 * the few that the README shows go to `docs/images`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from '@playwright/test';
import { startServer } from '../support/server.js';
import { logIn, panelOf } from '../support/test.js';

const OUT = new URL('../../test-results/shots/', import.meta.url).pathname;
const DOCS = new URL('../../../docs/images/', import.meta.url).pathname;

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const PAGES: [name: string, path: string][] = [
  ['inbox', '/inbox/all'],
  ['unassigned', '/inbox/unassigned'],
  ['search', '/search?q=茶'],
  ['settings-inboxes', '/settings/inboxes'],
  ['settings-agents', '/settings/agents'],
  ['settings-phrases', '/settings/phrases'],
  ['settings-profile', '/settings/profile'],
];

/** Waits until nothing on the page moves or loads any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.evaluate(
    () =>
      new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}

async function openFirst(page: Page): Promise<void> {
  const first = page.getByRole('region').getByRole('listitem').getByRole('link').nth(1);
  await first.click();
  await page.getByRole('region', { name: /^(Messages|消息)$/ }).waitFor();
  await settle(page);
}

async function pictureConsole(
  browser: Browser,
  url: string,
  locale: string,
  dark: boolean,
): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const context = await browser.newContext({
      viewport,
      locale,
      colorScheme: dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    const name = (what: string): string =>
      join(OUT, `${what}-${size}-${locale}-${dark ? 'dark' : 'light'}.png`);
    await page.goto(`${url}/login`);
    await settle(page);
    await page.screenshot({ path: name('login') });
    await logIn(page, { url }, locale === 'en' ? 'emily.carter' : 'zoe.shen');
    for (const [what, path] of PAGES) {
      await page.goto(url + path);
      await settle(page);
      await page.screenshot({ path: name(what) });
    }
    await page.goto(`${url}/inbox/all`);
    await settle(page);
    await openFirst(page);
    await page.screenshot({ path: name('conversation') });
    if (size === 'desktop' && locale === 'zh-CN') {
      await page.screenshot({ path: join(DOCS, dark ? 'console-dark.png' : 'console.png') });
    }
    await context.close();
  }
}

async function pictureWidget(
  browser: Browser,
  url: string,
  locale: string,
  dark: boolean,
): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const context = await browser.newContext({
      viewport,
      locale,
      colorScheme: dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    await page.goto(`${url}/demo/${locale === 'en' ? 'shop-intl' : 'shop'}/`);
    await page.getByRole('button', { name: /chat|在线客服/i }).click();
    const box = panelOf(page).getByRole('textbox', { name: /write a message|输入消息/i });
    await box.fill(
      locale === 'en' ? 'Does the celadon gaiwan get very hot to hold?' : '天青釉盖碗烫手吗',
    );
    await box.press('Enter');
    await panelOf(page)
      .getByText(/^(Sent|已发送)$/)
      .waitFor();
    await settle(page);
    await page.screenshot({
      path: join(OUT, `widget-${size}-${locale}-${dark ? 'dark' : 'light'}.png`),
    });
    if (size === 'desktop' && locale === 'zh-CN' && !dark) {
      await page.screenshot({ path: join(DOCS, 'widget.png') });
    }
    await context.close();
  }
}

await mkdir(OUT, { recursive: true });
await mkdir(DOCS, { recursive: true });
const server = await startServer({ demo: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  for (const locale of ['zh-CN', 'en']) {
    for (const dark of [false, true]) {
      await pictureConsole(browser, server.url, locale, dark);
      await pictureWidget(browser, server.url, locale, dark);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
