/** The rating page: opened from a link, answered without a script, changed, seen by the agent. */
import { Agent } from '../support/agent.js';
import { AgentApi, VisitorApi } from '../support/api.js';
import { expect, expectAccessibleEverywhere, test, unique } from '../support/test.js';

const SECOND = 'Quick, and very kind <b>indeed</b>';

test('a rating by link, without scripts', async ({ browser, demo }) => {
  const api = await AgentApi.logIn(demo, 'martin.zhou');
  const visitor = await VisitorApi.arrive(demo, 'demo-intl');
  const question = unique('Rated by a link');
  const sent = await visitor.call('POST', 'messages', { client_id: 'one', text: question });
  const place = `conversations/${sent.body.conversation_id as string}`;
  await api.ask('POST', `${place}/messages`, { client_id: 'two', text: 'Here you are' });
  await api.ask('POST', `${place}/resolve`);
  const { url } = await api.ask('POST', `${place}/rating-link`);

  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // Nothing chosen: said, and what was written stays.
  await page.getByLabel(/Anything you would like to tell us/).fill(SECOND);
  await page.getByRole('button', { name: 'Send rating' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page
    .getByRole('radio', { name: /^2 stars/ })
    .first()
    .check({ force: true });
  await page.getByRole('button', { name: 'Send rating' }).click();
  await expect(page.getByRole('heading', { name: 'Thank you for your rating' })).toBeVisible();
  await expect(page.getByText(SECOND)).toBeVisible();
  await page.getByRole('link', { name: 'Change my rating' }).click();
  await page
    .getByRole('radio', { name: /^5 stars/ })
    .first()
    .check({ force: true });
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('heading', { name: 'Thank you for your rating' })).toBeVisible();

  // axe needs scripts, so it looks at the same pages in a browser that has them.
  for (const locale of ['en', 'zh-CN']) {
    const reader = await (await browser.newContext({ locale })).newPage();
    for (const address of [url, `${url as string}?change=1`, `${demo.url}/rate/not-a-link`]) {
      await reader.goto(address);
      await expect(reader.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessibleEverywhere(reader);
    }
  }

  const agent = await Agent.arrive(await browser.newContext(), demo);
  await agent.page.goto(`${demo.url}/inbox/all/${sent.body.conversation_id as string}`);
  agent.stays();
  // Both lines: what was said first, and what it was changed to.
  await agent.seesRating(2);
  await agent.seesRating(5);
  await expect(agent.thread().getByText(SECOND).first()).toBeVisible();
});
