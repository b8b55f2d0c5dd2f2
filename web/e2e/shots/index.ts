/**
 * Pictures of all pages: `npm run shots -w e2e`, or `cargo xtask shots`.
 *
 * They go to `web/test-results/shots`, each page in four looks that have every width, language
 * and scheme twice; the few that the README shows go to `docs/images`. Words as arguments take
 * only the groups whose name has one of them, such as `settings` or `widget-phone`.
 */
import { mkdir } from 'node:fs/promises';
import { type Browser, type Page, chromium } from '@playwright/test';
import { AgentApi } from '../support/api.js';
import { QUICK_REPLIES, withCards } from '../support/cards.js';
import { openAroundTheClock } from '../support/hours.js';
import { follow, isThere } from '../support/nav.js';
import { sampleStore } from '../support/sample.js';
import { type Server, startServer } from '../support/server.js';
import { logIn, panelOf } from '../support/test.js';
import { pictureCases } from './cases.js';
import { pictureLine } from './line.js';
import { DOCS, type Look, newPage, OUT, take } from './picture.js';

const only = process.argv.slice(2);

/** Every width, language and scheme twice, each pair of them once. */
const LOOKS: Look[] = [
  { size: 'desktop', locale: 'zh-CN', scheme: 'light' },
  { size: 'desktop', locale: 'en', scheme: 'dark' },
  { size: 'phone', locale: 'zh-CN', scheme: 'dark' },
  { size: 'phone', locale: 'en', scheme: 'light' },
];
/** What the README shows besides. */
const FURTHER: Look = { size: 'desktop', locale: 'en', scheme: 'light' };

type Named = [name: string, path: string];
/** What an agent works with. */
const PAGES: Named[] = [
  ['inbox', '/inbox/all'],
  ['inbox-deadline', '/inbox/all?sort=deadline'],
  ['search', '/search?q=茶'],
  ['search-empty', '/search?q=nothing-is-called-so'],
  ['promises', '/promises'],
  ['today', '/today'],
  ['cases', '/cases?view=all&status=all'],
  ['cases-empty', '/cases'],
  ['tasks', '/tasks'],
  ['follow-ups', '/follow-ups'],
];
/** What a supervisor looks at. */
const SERVICE: Named[] = [
  ['floor', '/floor'],
  ['wallboard', '/wallboard'],
  ['report-journey', '/reports/journey?period=month'],
  ['report-empty', '/reports/journey?period=custom&from=2001-01-01&to=2001-01-02'],
  ['report-recovery', '/reports/recovery?period=month'],
  ['approvals', '/approvals'],
  ['risks', '/risks'],
];
const SETTINGS: Named[] = [
  ['start', '/start'],
  ['settings', '/settings'],
  ...[
    'profile',
    'security',
    'tokens',
    'inboxes',
    'mailboxes',
    'mailboxes/new',
    'queues',
    'routing',
    'phrases',
    'tags',
    'standards',
    'standards/new',
    'calendars',
    'attributes',
    'blocks',
    'case-types',
    'desks',
    'severity',
    'recovery',
    'case-labels',
    'warnings',
    'agents',
    'teams',
    'skills',
    'roles',
    'workspace',
    'app-tokens',
    'audit',
    'jobs',
  ].map((path): Named => [`settings-${path.replace('/', '-')}`, `/settings/${path}`]),
];

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

/** What the console says instead of a page it does not have. */
const MISSING = /^(There is no page here|页面不存在)$/;

async function takeAll(page: Page, server: Server, pages: Named[], look: Look): Promise<void> {
  await page.goto(`${server.url}/start`);
  await isThere(page);
  for (const [what, path] of pages) {
    await follow(page, server.url + path);
    if (await page.getByRole('heading', { name: MISSING }).isVisible())
      throw new Error(`there is no page ${path}`);
    await take(page, what, look);
  }
}

/** The first of a list of the settings, opened. */
async function takeFirst(
  page: Page,
  server: Server,
  look: Look,
  [list, id, what]: [string, string, string],
): Promise<void> {
  await follow(page, `${server.url}/settings/${list}/${id}`);
  await take(page, what, look);
}

/** What an administrator sees: the pages of the settings, one inbox with its preview. */
async function pictureSettings(browser: Browser, server: Server, look: Look): Promise<void> {
  const page = await newPage(browser, look);
  await logIn(page, server, 'zoe.shen');
  await takeAll(page, server, SETTINGS, look);
  const api = await AgentApi.logIn(server);
  for (const list of ['queues', 'standards', 'calendars', 'case-types']) {
    const [first] = (await api.ask('GET', list)).items;
    await takeFirst(page, server, look, [list, first.id, `settings-${list.slice(0, -1)}`]);
  }
  await follow(page, `${server.url}/settings/agents`);
  await page
    .getByRole('button', { name: /^(Skills and capacity of |.* 的技能与接待能力)/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'settings-agent-skills', look);
  await page.keyboard.press('Escape');
  await follow(page, `${server.url}/settings/inboxes`);
  await page.getByRole('main').getByRole('link', { name: '国际站' }).click();
  const preview = page.getByRole('region', { name: /^(Preview|预览)$/ });
  const panel = preview.frameLocator('iframe').frameLocator('iframe');
  await panel.getByRole('textbox').waitFor();
  await take(page, 'settings-inbox', look);
  await preview.scrollIntoViewIfNeeded();
  await preview.getByRole('tab', { name: /^(Conversation|会话)$/ }).click();
  await panel.locator('.us').first().waitFor();
  await take(page, 'settings-inbox-preview', look);
  await page.context().close();
}

/** What a supervisor sees, and what somebody sees who may not. */
async function pictureService(browser: Browser, server: Server, look: Look): Promise<void> {
  const page = await newPage(browser, look);
  await logIn(page, server, 'martin.zhou');
  await takeAll(page, server, SERVICE, look);
  const { conversations } = (
    await (await AgentApi.logIn(server, 'martin.zhou')).ask('GET', 'floor')
  ).agents.find((one: { conversations: unknown[] }) => one.conversations.length > 0);
  await follow(page, `${server.url}/floor?read=${conversations[0].id as string}`);
  await page.getByRole('complementary').waitFor();
  await take(page, 'floor-reading', look);
  await page.context().close();

  const other = await newPage(browser, look);
  await logIn(other, server, 'emily.carter');
  await takeAll(
    other,
    server,
    [
      ['no-permission', '/wallboard'],
      ['no-permission-settings', '/settings/queues'],
    ],
    look,
  );
  await other.context().close();
}

/** A case as its owner has it open. */
async function pictureCase(page: Page, server: Server, look: Look): Promise<void> {
  const api = await AgentApi.logIn(server, words[look.locale].console);
  const { items } = await api.ask('GET', 'cases?status=unsolved');
  const shown = items.find((one: { is_complaint: boolean }) => one.is_complaint);
  await follow(page, `${server.url}/cases/${String((shown ?? items[0]).number)}`);
  await take(page, 'case', look);
  await page.getByRole('tab', { name: /^(History|历史|记录)/ }).click();
  await take(page, 'case-history', look);
}

/** What an agent sees: the list, a conversation, the palette, and all that a message can carry. */
async function pictureConsole(browser: Browser, server: Server, look: Look): Promise<void> {
  const page = await newPage(browser, look);
  await page.goto(`${server.url}/login`);
  await isThere(page);
  await take(page, 'login', look);
  await logIn(page, server, words[look.locale].console);
  await takeAll(page, server, PAGES, look);
  await pictureCase(page, server, look);
  await follow(page, `${server.url}/inbox/all`);
  const list = page.getByRole('region', { name: /^(Conversations|会话列表)$/ });
  await list.getByRole('link', { name: words[look.locale].customer }).click();
  await page.getByRole('region', { name: /^(Messages|消息)$/ }).waitFor();
  await take(page, 'conversation', look);
  await page.getByRole('button', { name: /^(Step \d of 7|第 \d 步)/ }).click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'journey', look);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await take(page, 'palette', look);
  await withCards(page);
  await page.reload();
  await page.getByRole('list', { name: QUICK_REPLIES }).waitFor();
  await take(page, 'cards', look);
  await page.context().close();
}

async function pictureWidget(browser: Browser, server: Server, look: Look): Promise<void> {
  const { site, agent, ask, answer, thanks } = words[look.locale];
  const api = await AgentApi.logIn(server, agent);
  const me = await api.ask('GET', 'session');
  const page = await newPage(browser, look);
  await page.goto(`${server.url}/demo/${site}/`);
  await page.getByRole('button', { name: /chat|在线客服/i }).click();
  const panel = panelOf(page);
  const box = panel.getByRole('textbox', { name: /write a message|输入消息/i });
  await box.waitFor();
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
  await take(page, 'widget', look);
  await api.ask('POST', `${place}/resolve`);
  await panel.getByRole('radio').first().waitFor();
  await take(page, 'widget-rating', look);
  await page.context().close();
}

const GROUPS = {
  settings: pictureSettings,
  service: pictureService,
  console: pictureConsole,
  widget: pictureWidget,
  line: pictureLine,
  cases: pictureCases,
};

async function pictureAll(browser: Browser, server: Server): Promise<void> {
  for (const look of [...LOOKS, FURTHER])
    for (const [group, picture] of Object.entries(GROUPS)) {
      const name = `${group}-${look.size}-${look.locale}-${look.scheme}`;
      const isShown = look !== FURTHER || group === 'console' || group === 'widget';
      const isWanted = only.length === 0 || only.some((part) => name.includes(part));
      if (!isShown || !isWanted) continue;
      const start = Date.now();
      await picture(browser, server, look);
      process.stdout.write(`${name}: ${String(Math.round((Date.now() - start) / 1000))} s\n`);
    }
}

await mkdir(OUT, { recursive: true });
await mkdir(DOCS, { recursive: true });
// A store of the usual company, made before, spares the minute of making one.
const server = await startServer({ demo: true, from: sampleStore() });
// What the pictures show must not depend on the hour at which they are taken.
await openAroundTheClock(server);
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
