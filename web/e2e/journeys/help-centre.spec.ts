/** The help centre: read and searched without a script, in both languages, and from there to a chat. */
import { AgentApi } from '../support/api.js';
import { expect, expectAccessibleEverywhere, test } from '../support/test.js';

test('an answer is found without scripts, and a person when it is not', async ({
  browser,
  demo,
}) => {
  const api = await AgentApi.logIn(demo, 'martin.zhou');
  const { slug } = await api.ask('GET', 'workspace');
  const home = `${demo.url}/help/${slug as string}`;

  const reader = await browser.newContext({ javaScriptEnabled: false, locale: 'en' });
  const page = await reader.newPage();
  await page.goto(home);
  await expect(page).toHaveURL(/\/en$/);
  await page.getByRole('searchbox').fill('how do i retrun an order');
  await page.getByRole('button', { name: 'Search' }).click();
  const first = page.getByRole('main').getByRole('listitem').getByRole('link').first();
  await expect(first).toContainText(/return/i);
  await expect(page.locator('mark').first()).toBeVisible();
  await first.click();
  await expect(page.getByRole('navigation', { name: 'You are here' })).toBeVisible();
  const title = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await page.getByLabel('What was missing?').fill('The address of the warehouse');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('status')).toHaveText(/Thank you/);
  await page.getByRole('link', { name: '中文' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/[\u4e00-\u9fff]/);
  await reader.close();

  // axe and the chat need scripts.
  for (const locale of ['en', 'zh-CN'] as const) {
    const context = await browser.newContext({ locale });
    const visitor = await context.newPage();
    const q = locale === 'en' ? 'return' : 'tuihuo';
    for (const path of ['', '/search?q=zzzz', `/search?q=${q}`]) {
      await visitor.goto(`${home}/${locale}${path}`);
      await expect(visitor.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessibleEverywhere(visitor);
    }
    await visitor.getByRole('main').getByRole('listitem').getByRole('link').first().click();
    await expectAccessibleEverywhere(visitor);
    await visitor.getByRole('link', { name: locale === 'en' ? 'Contact us' : '联系客服' }).click();
    await expectAccessibleEverywhere(visitor);
    if (locale === 'en') {
      await expect(visitor.getByText(title)).toBeVisible();
      await visitor
        .getByRole('link', { name: /Chat with us/ })
        .first()
        .click();
      await expect(visitor).toHaveURL(/\/widget\/panel\//);
    }
    await context.close();
  }
});
