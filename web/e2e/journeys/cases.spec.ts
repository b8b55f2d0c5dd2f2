/** Cases, as people meet them: from the first message of a customer to the closing. */
import type { Locator, Page } from '@playwright/test';
import { Agent } from '../support/agent.js';
import { AgentApi } from '../support/api.js';
import {
  expect,
  expectAccessible,
  expectAccessibleEverywhere,
  test,
  unique,
} from '../support/test.js';
import { Visitor } from '../support/visitor.js';

const dialog = (page: Page): Locator => page.getByRole('dialog').last();
const part = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: new RegExp(`^${name}`) });

test('a chat becomes a complaint that is owned until the customer confirms', async ({
  browser,
  demo,
}) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const { page } = agent;
  const said = unique('My teapot arrived cracked and nobody calls me back');
  await visitor.write(said);
  await agent.opens(said);

  // The case is opened with the passage that says what it is about.
  await page.getByRole('button', { name: 'New case' }).click();
  await dialog(page).getByLabel('Type').selectOption({ label: 'Complaint' });
  const title = unique('Cracked teapot');
  await dialog(page).getByLabel('Title').fill(title);
  await dialog(page)
    .getByRole('checkbox', { name: new RegExp(said) })
    .check();
  await dialog(page).getByLabel('About').selectOption({ label: 'Product' });
  await dialog(page).getByLabel('What happened').fill('It was cracked on arrival.');
  await dialog(page).getByLabel('What the customer hopes for').fill('A new one.');
  await dialog(page).getByLabel('Harm', { exact: true }).selectOption({ label: 'Goes on' });
  await expect(dialog(page).getByText('4 points')).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Open the case' }).click();
  await page.getByRole('link', { name: title }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(page.getByText('From a conversation')).toBeVisible();

  // Received: the customer is told the number and when there is a reply, without anybody's doing.
  const complaint = part(page, 'Complaint');
  await expect(complaint.getByText(/^a reply by/)).toBeVisible();
  await expect(visitor.panel.getByText(/\d+-\d/).first()).toBeVisible();

  // The back office is asked; its answer appears without a reload.
  await page.getByRole('button', { name: 'Ask the back office' }).click();
  const asked = unique('Was it packed with the new foam');
  await dialog(page).getByLabel('To whom').selectOption({ index: 7 });
  await dialog(page).getByLabel('What is asked').fill(asked);
  await dialog(page).getByLabel('A good answer contains').fill('Yes or no, and a photo');
  await dialog(page).getByRole('button', { name: 'Hand over' }).click();
  await expect(part(page, 'Back office').getByText(asked)).toBeVisible();
  const zoe = await AgentApi.logIn(demo, 'zoe.shen');
  const { items } = await zoe.ask('GET', 'tasks?view=all');
  const task = items.find((one: { request: string }) => one.request === asked);
  const found = unique('Old foam');
  await zoe.ask('POST', `tasks/${task.id}/answer`, { text: found });
  await expect(part(page, 'Back office').getByText(found).first()).toBeVisible();

  // Decided, replied, with the cause and what is done about it.
  await complaint.getByRole('button', { name: 'Decide', exact: true }).click();
  await dialog(page)
    .getByRole('radio', { name: /^Partly valid/ })
    .check();
  await dialog(page).getByLabel('Reasons').fill('The foam was too thin.');
  await dialog(page).getByLabel('What the customer gets').fill('A new teapot.');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await complaint.getByRole('button', { name: 'Reply to the customer' }).click();
  const reply = unique('We are sorry, a new teapot is on its way');
  await dialog(page).getByLabel('Reply').fill(reply);
  await dialog(page).getByRole('button', { name: 'Send' }).click();
  await visitor.sees(reply);
  await complaint.getByRole('button', { name: 'Name the cause' }).click();
  await dialog(page)
    .getByLabel('Where it lies')
    .selectOption({ label: 'How a process is laid out' });
  await dialog(page).getByLabel('In words').fill('The packing list named the old foam.');
  await dialog(page).getByRole('button', { name: 'Save' }).click();

  // The rest of the procedure is left with a reason; what is open stood in the way of resolving.
  await page.getByRole('button', { name: 'Leave the procedure' }).click();
  await dialog(page).getByLabel('Why').fill('Solved with the customer directly.');
  await dialog(page).getByRole('button', { name: 'Leave the procedure' }).click();
  await page.getByRole('button', { name: 'Resolve' }).click();
  await dialog(page).getByRole('button', { name: 'Resolve' }).click();

  // Nothing is closed before the customer was asked.
  await page.getByRole('button', { name: 'Close the case' }).click();
  await expect(dialog(page).getByText('Before this case can be closed:')).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  const finish = part(page, 'Call back').getByRole('button', { name: 'What came of it' });
  await expect(finish.first()).toBeVisible();
  for (let left = await finish.count(); left > 0; left -= 1) {
    await finish.first().click();
    await dialog(page).getByLabel('Result').selectOption({ label: 'Solved' });
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await expect(finish).toHaveCount(left - 1);
  }
  await page.getByRole('button', { name: 'Close the case' }).click();
  await expect(dialog(page).getByText(/^The customer confirmed/)).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Close the case' }).click();
  await expect(page.getByText('Closed', { exact: true })).toBeVisible();

  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByText(/opened the case/)).toBeVisible();
  await expectAccessibleEverywhere(page);
});

test('a case changes hands only when it is accepted', async ({ browser, demo }) => {
  const martin = await AgentApi.logIn(demo, 'martin.zhou');
  const title = unique('Invoice with the wrong name');
  const made = await martin.ask('POST', 'cases', {
    type: 'request',
    title,
    answers: { what: 'document', details: 'The invoice has the wrong name.' },
  });
  const { items } = await martin.ask('GET', 'agents');
  const emily = items.find((one: { email: string }) => one.email.startsWith('emily.carter'));
  await martin.ask('POST', `cases/${made.id}/assignment/propose`, {
    to_id: emily.id,
    reason: 'Speaks French',
    answer_by: null,
  });

  const agent = await Agent.arrive(await browser.newContext(), demo, 'emily.carter');
  const { page } = agent;
  await page.goto(`${demo.url}/today`);
  await page
    .getByRole('main')
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click();
  await expect(page.getByText('Speaks French')).toBeVisible();
  await page.getByRole('button', { name: 'Take it over' }).click();
  await expect(page.getByRole('button', { name: /^Owner: Emily/ })).toBeVisible();
  expect((await martin.ask('GET', `cases/${made.number}`)).owner_id).toBe(emily.id);

  await page.goto(`${demo.url}/cases`);
  await expect(page.getByRole('link', { name: new RegExp(title) })).toBeVisible();
  await expectAccessibleEverywhere(page);
});
