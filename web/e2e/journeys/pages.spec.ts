import type { Page } from '@playwright/test';
import { Agent } from '../support/agent.js';
import { AgentApi, VisitorApi } from '../support/api.js';
import { QUICK_REPLIES, withCards } from '../support/cards.js';
import { follow, isThere } from '../support/nav.js';
import type { Server } from '../support/server.js';
import {
  expect,
  expectAccessible,
  expectAccessibleEverywhere,
  logIn,
  PASSWORD,
  test,
  unique,
} from '../support/test.js';
import { Visitor } from '../support/visitor.js';

// Nothing here leans on another test, and together they are long: they are shared out.
test.describe.configure({ mode: 'parallel' });

const PAGES = [
  '/inbox/mine',
  '/inbox/unassigned',
  '/inbox/mentions',
  '/inbox/all/cv_00000000000000000000000000',
  '/search',
  '/search?q=gaiwan',
  '/search?q=nothing-is-called-so',
  '/start',
  '/settings',
  '/settings/workspace',
  '/settings/inboxes',
  '/settings/mailboxes',
  '/settings/mailboxes/new',
  '/settings/agents',
  '/settings/teams',
  '/settings/skills',
  '/settings/queues',
  '/settings/routing',
  '/settings/roles',
  '/settings/phrases',
  '/settings/tags',
  '/settings/attributes',
  '/settings/blocks',
  '/settings/tokens',
  '/settings/app-tokens',
  '/settings/profile',
  '/settings/security',
  '/settings/audit',
  '/settings/jobs',
  '/settings/standards',
  '/settings/standards/new',
  '/settings/calendars',
  '/promises',
  '/reports/journey',
  '/floor',
  '/wallboard',
];
/** Pages for people who are not logged in. */
const OUTSIDE = ['/login', '/reset', '/invite#unknown', '/rate/not-a-link', '/no-such-page'];

/** Dialogs, by page and by the button that opens them. */
const DIALOGS: [path: string, button: RegExp][] = [
  ['/settings/inboxes', /^(New inbox|新建收件箱)$/],
  ['/settings/agents', /^(Invite|邀请)$/],
  ['/settings/teams', /^(New team|新建团队)$/],
  ['/settings/queues', /^(New queue|新建队列)$/],
  ['/settings/skills', /^(New skill|新建技能)$/],
  ['/settings/roles', /^(New role|新建角色)$/],
  ['/settings/phrases', /^(New phrase|新建用语)$/],
  ['/settings/tags', /^(New tag|新建标签)$/],
  ['/settings/attributes', /^(New attribute|新建属性)$/],
  ['/settings/blocks', /^(New block|新建拉黑)$/],
  ['/settings/tokens', /^(New token|新建令牌)$/],
];

/**
 * Goes to a page: in English by its address, as from a bookmark; in Chinese as a link inside the
 * console leads there. Both ways have to work, and the second one is quicker.
 */
function visitorOf(page: Page, server: Server, isByLink: boolean): (path: string) => Promise<void> {
  return async (path) => {
    const isInside = isByLink && (await page.locator('main#content').count()) > 0;
    if (isInside) return follow(page, server.url + path);
    await page.goto(server.url + path);
    await isThere(page);
  };
}

/** The form, refused once: the only place where it is filled in. */
async function logInByForm(page: Page, server: Server): Promise<void> {
  await page.goto(`${server.url}/login`);
  await page.locator('input[type=email]').fill('zoe.shen@qingyu.example');
  await page.locator('input[type=password]').fill('not-the-password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await expectAccessibleEverywhere(page);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/inbox/**');
}

/** A conversation on top of the list in which somebody has answered; gives the last line. */
async function answered(server: Server): Promise<string> {
  const visitor = await VisitorApi.arrive(server, 'demo-intl');
  const question = { client_id: 'question', text: unique('Where is it made') };
  const { body } = await visitor.call('POST', 'messages', question);
  const text = unique('In Longquan');
  const place = `conversations/${body.conversation_id as string}/messages`;
  await (await AgentApi.logIn(server)).ask('POST', place, { client_id: 'answer', text });
  return text;
}

for (const locale of ['en', 'zh-CN'] as const) {
  test(`every page of the console is accessible everywhere, ${locale}`, async ({
    browser,
    demo,
  }) => {
    test.setTimeout(900_000);
    // Chinese is looked at closely on a phone, so with a finger.
    const context = await browser.newContext({ locale, hasTouch: locale === 'zh-CN' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    const visit = visitorOf(page, demo, locale === 'zh-CN');

    for (const path of OUTSIDE) {
      await visit(path);
      await expectAccessibleEverywhere(page);
    }
    await logInByForm(page, demo);
    for (const path of PAGES) {
      await visit(path);
      await expectAccessibleEverywhere(page);
    }
    await visit('/settings/inboxes');
    await page.getByRole('main').getByRole('link', { name: '国际站' }).click();
    await expect(page.getByLabel(/^(Allowed domains|允许的域名)$/)).toBeVisible();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test(`every dialog of the settings is accessible everywhere, ${locale}`, async ({
    browser,
    demo,
  }) => {
    test.setTimeout(300_000);
    const context = await browser.newContext({ locale, hasTouch: locale === 'zh-CN' });
    const page = await context.newPage();
    const visit = visitorOf(page, demo, true);
    await logIn(page, demo, 'zoe.shen');
    for (const [path, button] of DIALOGS) {
      await visit(path);
      await page.getByRole('button', { name: button }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessibleEverywhere(page);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  });

  test(`every state of a conversation is accessible everywhere, ${locale}`, async ({
    browser,
    demo,
  }) => {
    test.setTimeout(600_000);
    const context = await browser.newContext({ locale });
    // Drafts stay with who wrote them.
    const agent = await Agent.arrive(context, demo, locale === 'en' ? 'zoe.shen' : 'martin.zhou');
    const { page } = agent;
    await withCards(page);
    const close = async (): Promise<void> => {
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    };
    await agent.hasOnTop(await answered(demo));
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect(agent.box()).toBeVisible();
    await expect(agent.thread().getByRole('list', { name: QUICK_REPLIES })).toBeVisible();
    await expectAccessibleEverywhere(page);
    await page.keyboard.press('r');
    await expect(agent.box()).toBeFocused();
    await page.keyboard.type('/');
    await expect(page.getByRole('listbox', { name: /^(Phrases|规范用语)$/ })).toBeVisible();
    await expectAccessibleEverywhere(page);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await expect(page.getByRole('textbox', { name: /^(Internal note|内部备注)$/ })).toBeVisible();
    await expectAccessibleEverywhere(page);
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessibleEverywhere(page);
    await close();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessibleEverywhere(page);
    await close();

    // Several at once, then without a network.
    await page.keyboard.press('x');
    await expect(page.getByText(/^(1 selected|已选 1 项)$/)).toBeVisible();
    await expectAccessibleEverywhere(page);
    await context.setOffline(true);
    await expect(page.getByText(/You are offline|网络已断开/)).toBeVisible();
    await expectAccessibleEverywhere(page);
    await context.setOffline(false);
  });
}

test('on a phone an agent goes from the list to the conversation and back', async ({
  browser,
  demo,
}) => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const agent = await Agent.arrive(phone, demo);
  const visitor = await Visitor.arrive(
    await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true }),
    demo,
  );
  const question = unique('Writing from the train');
  await visitor.write(question);
  await agent.opens(question);
  const answer = unique('Have a good journey');
  await agent.box().fill(answer);
  await agent.page.getByRole('button', { name: 'Send', exact: true }).click();
  await visitor.sees(answer);
  const overflow = await agent.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await expectAccessible(agent.page);
  await expectAccessible(visitor.page);
});

test('with the keyboard alone a conversation is found, answered and resolved', async ({
  browser,
  demo,
}) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Can I change the address');
  await visitor.write(question);
  await agent.hasOnTop(question);
  const { keyboard } = agent.page;
  await keyboard.press('j');
  await keyboard.press('Enter');
  await agent.sees(question);
  await keyboard.press('r');
  const answer = unique('Yes, until it is shipped');
  await keyboard.type(answer);
  await keyboard.press('Enter');
  await visitor.sees(answer);
  await keyboard.press('Escape');
  await keyboard.press('e');
  await expect(visitor.panel.getByText(/How did we do/)).toBeVisible();
});

test('what one role may not see does not exist for it', async ({ browser, demo }) => {
  const visitor = await Visitor.arrive(await browser.newContext(), demo, 'shop-intl');
  const secret = unique('Only for the international site');
  await visitor.write(secret);
  await visitor.sees(secret);
  const other = await Agent.arrive(await browser.newContext(), demo, 'anran.xu');
  await expect(other.page.getByRole('heading', { name: 'All' }).first()).toBeVisible();
  await expect(other.row(secret)).toHaveCount(0);
  const answer = await other.page.request.get(`${demo.url}/api/v1/audit`);
  expect(answer.status()).toBe(403);
});

test('a page that is not for a role says what it needs, and leads back, also on a phone', async ({
  browser,
  demo,
}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await logIn(page, demo, 'emily.carter');
  for (const [path, permission] of [
    ['/floor', 'Supervise the floor'],
    ['/wallboard', 'Read reports” or “Supervise the floor'],
    ['/reports/journey', 'Read reports'],
    ['/settings/queues', 'Change the workspace'],
    ['/settings/standards/new', 'Change the workspace'],
  ] as const) {
    await page.goto(demo.url + path);
    await expect(page.getByRole('heading', { name: 'Not for your role' })).toBeVisible();
    await expect(page.getByText(`It needs the permission “${permission}”.`)).toBeVisible();
    await expect(page.getByRole('button', { name: /^(Open the menu|Back)/ })).toBeVisible();
  }
  await expectAccessible(page);
  await page.getByRole('link', { name: 'To my conversations' }).click();
  await expect(page).toHaveURL(/\/inbox\/mine/);
});
