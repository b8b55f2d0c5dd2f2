/**
 * Pictures of the main pages: `npm run shots -w e2e`, or `cargo xtask shots`.
 *
 * All pages in two widths, light and dark, Chinese and English go to `web/test-results/shots`;
 * the few that the README shows go to `docs/images`. A word as argument takes only the
 * pictures whose name has it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, type Page, chromium } from '@playwright/test';
import { AgentApi } from '../support/api.js';
import { QUICK_REPLIES, withCards } from '../support/cards.js';
import { type Server, startServer } from '../support/server.js';
import { logIn, panelOf } from '../support/test.js';

const OUT = new URL('../../test-results/shots/', import.meta.url).pathname;
const DOCS = new URL('../../../docs/images/', import.meta.url).pathname;
const only = process.argv[2] ?? '';

const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const LOCALES = ['zh-CN', 'en'] as const;
const SCHEMES = ['light', 'dark'] as const;
const PAGES: [name: string, path: string][] = [
  ['inbox', '/inbox/all'],
  ['search', '/search?q=茶'],
];
const SETTINGS: [name: string, path: string][] = [
  ['start', '/start'],
  ['settings', '/settings'],
  ['settings-profile', '/settings/profile'],
  ['settings-security', '/settings/security'],
  ['settings-tokens', '/settings/tokens'],
  ['settings-inboxes', '/settings/inboxes'],
  ['settings-agents', '/settings/agents'],
  ['settings-teams', '/settings/teams'],
  ['settings-skills', '/settings/skills'],
  ['settings-queues', '/settings/queues'],
  ['settings-routing', '/settings/routing'],
  ['settings-roles', '/settings/roles'],
  ['settings-phrases', '/settings/phrases'],
  ['settings-tags', '/settings/tags'],
  ['settings-attributes', '/settings/attributes'],
  ['settings-blocks', '/settings/blocks'],
  ['settings-workspace', '/settings/workspace'],
  ['settings-audit', '/settings/audit'],
  ['settings-jobs', '/settings/jobs'],
  ['floor', '/floor'],
  ['wallboard', '/wallboard'],
];
/** What is shown in the README and the guides, by the name of the picture. */
const DOCUMENTED = [
  'conversation-desktop-zh-CN-light',
  'conversation-desktop-en-light',
  'conversation-desktop-en-dark',
  'widget-desktop-zh-CN-light',
  'widget-desktop-en-light',
];

interface Look {
  size: keyof typeof SIZES;
  locale: (typeof LOCALES)[number];
  scheme: (typeof SCHEMES)[number];
}

const words = {
  'zh-CN': {
    site: 'shop',
    console: 'zoe.shen',
    agent: 'zoe.shen',
    customer: '伍思远',
    ask: '天青釉盖碗的盖子磕了一个小口，可以单独补一个盖子吗？',
    answer:
      '可以的。您这一批是 **150 ml** 的盖碗，我们留有备用盖，今天就能寄出。方便的话，请发一下订单号。',
    thanks: '太好了，订单号是 QY20261108。',
  },
  en: {
    site: 'shop-intl',
    console: 'martin.zhou',
    agent: 'emily.carter',
    customer: 'Hazel Barnes',
    ask: 'The lid of my sky celadon gaiwan has a chip. Can I get just a new lid?',
    answer:
      'Yes, you can. Yours is the **150 ml** batch and we keep spare lids, so one goes out today. Could you send me the order number?',
    thanks: 'Wonderful. It is QY20261108.',
  },
};

/** Waits until nothing on the page moves or loads any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.evaluate(
    () =>
      new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}

/** The picture as WebP: a third of the size, and the browser at hand can write it. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const url = await page.evaluate(async (data) => {
    const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
    const image = await createImageBitmap(blob);
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9);
  }, png.toString('base64'));
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

async function take(page: Page, what: string, { size, locale, scheme }: Look): Promise<void> {
  const name = `${what}-${size}-${locale}-${scheme}`;
  const png = await page.screenshot({ path: join(OUT, `${name}.png`) });
  if (!DOCUMENTED.includes(name)) return;
  const blank = await page.context().newPage();
  await writeFile(join(DOCS, `${name}.webp`), await toWebp(blank, png));
  await blank.close();
}

const contextFor = ({ size, locale, scheme }: Look): BrowserContextOptions => ({
  ...SIZES[size],
  locale,
  colorScheme: scheme,
  timezoneId: 'Asia/Shanghai',
});

/** What an administrator sees: the pages of the settings, one inbox with its preview. */
async function pictureSettings(browser: Browser, server: Server, look: Look): Promise<void> {
  const context = await browser.newContext(contextFor(look));
  const page = await context.newPage();
  await logIn(page, server, 'zoe.shen');
  for (const [what, path] of SETTINGS) {
    await page.goto(server.url + path);
    await settle(page);
    await take(page, what, look);
  }
  await page.goto(`${server.url}/settings/inboxes`);
  await page.getByRole('main').getByRole('link', { name: '国际站' }).click();
  const preview = page.getByRole('region', { name: /^(Preview|预览)$/ });
  const panel = preview.frameLocator('iframe').frameLocator('iframe');
  await panel.getByRole('textbox').waitFor();
  await settle(page);
  await take(page, 'settings-inbox', look);
  await preview.scrollIntoViewIfNeeded();
  await preview.getByRole('tab', { name: /^(Conversation|会话)$/ }).click();
  await panel.locator('.us').first().waitFor();
  await take(page, 'settings-inbox-preview', look);
  await context.close();
}

/** What an agent sees: the list, a conversation, the palette, and all that a message can carry. */
async function pictureConsole(browser: Browser, server: Server, look: Look): Promise<void> {
  const context = await browser.newContext(contextFor(look));
  const page = await context.newPage();
  await page.goto(`${server.url}/login`);
  await settle(page);
  await take(page, 'login', look);
  await logIn(page, server, words[look.locale].console);
  for (const [what, path] of PAGES) {
    await page.goto(server.url + path);
    await settle(page);
    await take(page, what, look);
  }
  await page.goto(`${server.url}/inbox/all`);
  await settle(page);
  const list = page.getByRole('region', { name: /^(Conversations|会话列表)$/ });
  await list.getByRole('link', { name: words[look.locale].customer }).click();
  await page.getByRole('region', { name: /^(Messages|消息)$/ }).waitFor();
  await settle(page);
  await take(page, 'conversation', look);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await settle(page);
  await take(page, 'palette', look);
  await withCards(page);
  await page.reload();
  await page.getByRole('list', { name: QUICK_REPLIES }).waitFor();
  await settle(page);
  await take(page, 'cards', look);
  await context.close();
}

async function pictureWidget(browser: Browser, server: Server, look: Look): Promise<void> {
  const { site, agent, ask, answer, thanks } = words[look.locale];
  const api = await AgentApi.logIn(server, agent);
  const me = await api.ask('GET', 'session');
  const context = await browser.newContext(contextFor(look));
  const page = await context.newPage();
  await page.goto(`${server.url}/demo/${site}/`);
  await page.getByRole('button', { name: /chat|在线客服/i }).click();
  const panel = panelOf(page);
  const box = panel.getByRole('textbox', { name: /write a message|输入消息/i });
  await box.waitFor();
  await settle(page);
  await take(page, 'widget-start', look);
  await box.fill(ask);
  await box.press('Enter');
  await panel.getByText(/^(Sent|已发送)$/).waitFor();
  const { items } = await api.ask('GET', 'conversations?view=unassigned&limit=20');
  const row = (items as { id: string; last_message: { preview: string } | null }[]).find((it) =>
    it.last_message?.preview.startsWith(ask.slice(0, 12)),
  );
  if (!row) throw new Error('the conversation did not arrive');
  const place = `conversations/${row.id}`;
  await api.ask('POST', `${place}/assign`, { agent_id: me.agent.id, team_id: null });
  await api.ask('POST', `${place}/messages`, { client_id: 'answer', text: answer });
  await panel.locator('strong').waitFor();
  await box.fill(thanks);
  await box.press('Enter');
  await panel.getByRole('listitem').getByText(thanks).waitFor();
  await api.ask('POST', `${place}/seen`, { seq: 100 });
  await settle(page);
  await take(page, 'widget', look);
  await api.ask('POST', `${place}/resolve`);
  await panel.getByRole('radio').first().waitFor();
  await settle(page);
  await take(page, 'widget-rating', look);
  await context.close();
}

async function pictureAll(browser: Browser, server: Server): Promise<void> {
  for (const locale of LOCALES)
    for (const scheme of SCHEMES)
      for (const size of ['desktop', 'phone'] as const) {
        const look = { size, locale, scheme };
        const name = `${size}-${locale}-${scheme}`;
        if (`settings-${name}`.includes(only)) await pictureSettings(browser, server, look);
        if (`console-${name}`.includes(only)) await pictureConsole(browser, server, look);
        if (`widget-${name}`.includes(only)) await pictureWidget(browser, server, look);
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
  await pictureAll(browser, server);
} finally {
  await browser.close();
  await server.stop();
}
