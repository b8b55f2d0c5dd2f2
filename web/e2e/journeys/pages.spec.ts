import { Agent } from '../support/agent.js';
import { expect, expectAccessible, logIn, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

const PAGES = [
  '/inbox/mine',
  '/inbox/unassigned',
  '/inbox/mentions',
  '/search?q=gaiwan',
  '/settings',
  '/settings/inboxes',
  '/settings/agents',
  '/settings/teams',
  '/settings/roles',
  '/settings/phrases',
  '/settings/tags',
  '/settings/profile',
  '/settings/security',
  '/settings/audit',
];

for (const scheme of ['light', 'dark'] as const) {
  test(`every page of the console is accessible, ${scheme}`, async ({ browser, demo }) => {
    const context = await browser.newContext({ colorScheme: scheme });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    await page.goto(`${demo.url}/login`);
    await expect(page.locator('input[type=email]')).toBeVisible();
    await expectAccessible(page);
    await logIn(page, demo, 'zoe.shen');
    for (const path of PAGES) {
      await page.goto(demo.url + path);
      await expect(page.getByRole('heading').first()).toBeVisible();
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
    }
    expect(faults).toEqual([]);
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
  await expect(agent.row(question)).toBeVisible();
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
