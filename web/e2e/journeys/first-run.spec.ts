import { Agent } from '../support/agent.js';
import { png } from '../support/png.js';
import { type Server, startServer } from '../support/server.js';
import { openSite } from '../support/site.js';
import { expect, expectAccessible, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

let server: Server;

test.beforeAll(async () => {
  server = await startServer({ demo: false });
});

test.afterAll(async () => {
  await server.stop();
});

test('from an empty installation to the first rating', async ({ page, browser }) => {
  // A site of its own, and another one that may not embed the widget.
  const shop = await openSite();
  const foreign = await openSite();

  await page.goto(server.url);
  await page.waitForURL('**/setup');
  await expectAccessible(page);
  await page
    .getByLabel(/company|workspace/i)
    .first()
    .fill('Tea House');
  await page.getByLabel(/your name/i).fill('Ada');
  await page.getByLabel(/e-mail/i).fill('ada@tea.example');
  await page
    .getByLabel(/^password/i)
    .first()
    .fill('a-long-enough-secret');
  await page.locator('form button[type=submit]').click();

  // The guide leads on: an inbox, the line to paste, the first message.
  await expect(page.getByRole('heading', { name: 'From here to the first chat' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('What shall it be called').fill('Web site');
  await page.getByRole('button', { name: 'Make an inbox' }).click();
  const line = page.getByText(/<script async src=/);
  await expect(line).toBeVisible();
  const snippet = await line.innerText();
  await expectAccessible(page);

  // Only the shop may show it.
  await page.getByRole('main').getByRole('link', { name: 'Web site' }).click();
  await page.getByLabel('Allowed domains').fill(shop.host);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved').first()).toBeVisible();

  // A phrase for the answer.
  await page.goto(`${server.url}/settings/phrases`);
  await page.getByRole('button', { name: 'New phrase' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Shortcut').fill('welcome');
  await dialog.getByLabel('Title').fill('Welcome');
  await dialog.getByLabel('Text', { exact: true }).fill('Welcome to the tea house.');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await page.goto(`${server.url}/start`);
  await expect(page.getByText('Waiting for the first message')).toBeVisible();

  shop.show(snippet);
  foreign.show(snippet);
  const visitors = await browser.newContext();
  const visitor = Visitor.on(await visitors.newPage());
  await visitor.page.goto(shop.url);
  await visitor.open();
  const question = unique('The first question');
  await visitor.write(question);
  await expect(visitor.panel.getByText('Sent')).toBeVisible();

  // The guide notices, and leads into the conversation.
  await page.getByRole('link', { name: 'Open the conversation' }).click();
  const agent = Agent.on(page);
  await agent.sees(question);
  agent.stays();
  await agent.usesPhrase('welcome');
  await agent.attaches('tea.png', png(160, 120));
  await agent.sends();
  await visitor.sees('Welcome to the tea house.');
  await visitor.seesPicture('tea.png');
  await agent.resolves();
  await visitor.rates(5);
  await agent.seesRating(5);
  await expectAccessible(page);

  // Another site gets nothing.
  const stranger = await visitors.newPage();
  const refused = stranger.waitForResponse((it) => it.url().includes('/widget/inboxes/'));
  await stranger.goto(foreign.url);
  expect((await refused).status()).toBe(403);
  await expect(stranger.locator('zhiyin-chat')).toHaveCount(0);
  shop.close();
  foreign.close();
});
