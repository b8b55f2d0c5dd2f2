import { createServer } from 'node:http';
import { expect, expectAccessible, panelOf, test, unique } from '../support/test.js';
import { type Server, startServer } from '../support/server.js';

let server: Server;

test.beforeAll(async () => {
  server = await startServer({ demo: false });
});

test.afterAll(async () => {
  await server.stop();
});

test('from an empty installation to the first chat', async ({ page, context }) => {
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
  await page.waitForURL((url) => !url.pathname.startsWith('/setup'));

  // A site of its own, and another one that may not embed the widget.
  const shopSite = await hostPage();
  const foreignSite = await hostPage();

  // An inbox by the API the page itself uses, since the guide differs by screen.
  const me = await (await page.request.get(`${server.url}/api/v1/session`)).json();
  const made = await page.request.post(`${server.url}/api/v1/inboxes`, {
    headers: { 'X-CSRF-Token': me.csrf_token, Origin: server.url },
    data: { name: 'Web site', allowed_domains: [new URL(shopSite.url).host] },
  });
  expect(made.status()).toBe(201);
  const inbox = await made.json();

  // A page of another origin embeds the widget with one tag.
  const snippet = `<script async src="${server.url}/widget.js" data-inbox="${inbox.key}"></script>`;
  shopSite.show(snippet);
  foreignSite.show(snippet);
  const shop = await context.newPage();
  await shop.goto(shopSite.url);
  await shop.getByRole('button', { name: /chat/i }).click();
  const box = panelOf(shop).getByRole('textbox', { name: /write a message/i });
  const text = unique('The first question');
  await box.fill(text);
  await box.press('Enter');
  await expect(panelOf(shop).getByText('Sent')).toBeVisible();

  await page.goto(`${server.url}/inbox/all`);
  await expect(page.getByText(text)).toBeVisible();

  // Another site may not embed it.
  const foreign = await context.newPage();
  const refused = foreign.waitForResponse((it) => it.url().includes('/widget/inboxes/'));
  await foreign.goto(foreignSite.url);
  expect((await refused).status()).toBe(403);
  shopSite.close();
  foreignSite.close();
});

interface HostPage {
  url: string;
  show(snippet: string): void;
  close(): void;
}

/** A page of another origin on this machine. */
async function hostPage(): Promise<HostPage> {
  let snippet = '';
  const site = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(`<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>${snippet}</html>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://localhost:${port}/`,
    show: (next) => {
      snippet = next;
    },
    close: () => void site.close(),
  };
}
