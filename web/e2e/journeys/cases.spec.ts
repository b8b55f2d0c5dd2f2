/** Cases, as people meet them: from the first message of a customer to the closing. */
import type { Browser, Page } from '@playwright/test';
import { Agent } from '../support/agent.js';
import { AgentApi } from '../support/api.js';
import { dialog, type Made, part } from '../support/cases.js';
import type { Server } from '../support/server.js';
import {
  expect,
  expectAccessible,
  expectAccessibleEverywhere,
  logIn,
  test,
  unique,
} from '../support/test.js';
import { Visitor } from '../support/visitor.js';

/** The shortest step of a ladder is a minute; the journey goes on meanwhile. */
const ESCALATED_MS = 120_000;

interface Story extends Made {
  browser: Browser;
  demo: Server;
  visitor: Visitor;
  /** The console of the owner, on the page of the case. */
  page: Page;
  /** The portal as the customer has it open. */
  portal: Page;
}

test('a complaint is owned from the chat until the customer confirms', async ({
  browser,
  demo,
}) => {
  test.setTimeout(300_000);
  const story = await isReceived(browser, demo);
  await isToldInGoodTime(story);
  const late = await missesItsTime(story);
  await isAnsweredAtOnce(story);
  await isCompensated(story);
  await isDecidedAndReplied(story);
  await isEscalatedAndAnswered(story, late);
  await isConfirmedAndClosed(story);
});

/** A passage of the chat becomes a complaint; the customer follows the link they are sent. */
async function isReceived(browser: Browser, demo: Server): Promise<Story> {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const { page } = agent;
  const said = unique('My teapot arrived cracked and nobody calls me back');
  await visitor.write(said);
  await agent.opens(said);
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
  await expect(part(page, 'Complaint').getByText(/^a reply by/)).toBeVisible();

  // The customer is told the number and when there is a reply, without anybody's doing.
  const told = visitor.panel.getByRole('link', { name: /\/portal\// });
  const portal = await visitor.page.context().newPage();
  await portal.goto((await told.getAttribute('href')) ?? '');
  await expect(portal.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(portal.getByText('You have our reply by')).toBeVisible();
  await expectAccessibleEverywhere(portal);
  const martin = await AgentApi.logIn(demo, 'martin.zhou');
  const id = page.url().split('/').at(-1) ?? '';
  const { number } = await martin.ask('GET', `cases/${id}`);
  await expect(portal.getByText(number).first()).toBeVisible();
  return { browser, demo, visitor, page, portal, id, number };
}

/** What is proposed for this customer is said in the chat; what they answer stands beside the case. */
async function isToldInGoodTime({ page, visitor }: Story): Promise<void> {
  const beside = page.getByRole('complementary', { name: 'Details' });
  const tell = beside.getByRole('button', { name: /^Tell the customer: / }).first();
  await expect(tell).toBeVisible();
  await tell.click();
  const words = unique('Every step of a complaint takes a day or two');
  await dialog(page).getByLabel('What is said').fill(words);
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Send' }).click();
  await visitor.sees(words);
  await expect(beside.getByText('Not acknowledged yet')).toBeVisible();
  await visitor.panel.getByRole('button', { name: 'I have read this' }).click();
  await expect(visitor.panel.getByText('You have read this.')).toBeVisible();
  await expect(beside.getByText('Acknowledged', { exact: true })).toBeVisible();
}

/** The first of the back office says when there is more, and then is silent. */
async function missesItsTime({ demo, id, page }: Story): Promise<{ id: string; asked: string }> {
  const martin = await AgentApi.logIn(demo, 'martin.zhou');
  const zoe = await AgentApi.logIn(demo, 'zoe.shen');
  const asked = unique('What does the picking record say');
  const task = await martin.ask('POST', `cases/${id}/tasks`, {
    desk: 'warehouse',
    request: asked,
    standard: 'The number of the record',
    limit: { within_s: 60, basis: 'wall' },
    ladder: { remind_percent: [50], rungs: [{ after_s: 60, to: { kind: 'line', level: 1 } }] },
  });
  const soon = new Date(Date.now() + 10_000).toISOString();
  await zoe.ask('POST', `tasks/${task.id as string}/status`, {
    text: 'I am looking for it.',
    due_at: soon,
    is_agreed: false,
  });
  await expect(part(page, 'Back office').getByText(asked)).toBeVisible();
  return { id: task.id, asked };
}

/** The second is asked from the page, and answers without the console being loaded again. */
async function isAnsweredAtOnce({ demo, page }: Story): Promise<void> {
  await page.getByRole('button', { name: 'Ask the back office' }).click();
  const asked = unique('Was it packed with the new foam');
  await dialog(page).getByLabel('To whom').selectOption({ label: 'Warehouse (订单与物流)' });
  await dialog(page).getByLabel('What is asked').fill(asked);
  await dialog(page).getByLabel('A good answer contains').fill('Yes or no, and a photo');
  await dialog(page).getByRole('button', { name: 'Hand over' }).click();
  await expect(part(page, 'Back office').getByText(asked)).toBeVisible();
  const zoe = await AgentApi.logIn(demo, 'zoe.shen');
  const { items } = await zoe.ask('GET', 'tasks?view=all');
  const task = items.find((one: { request: string }) => one.request === asked);
  const found = unique('Old foam');
  await zoe.ask('POST', `tasks/${task.id as string}/answer`, { text: found });
  await expect(part(page, 'Back office').getByText(found).first()).toBeVisible();
}

/** More than the owner may grant: they ask, they cannot say yes themselves, somebody else does. */
async function isCompensated({ browser, demo, page, id, number }: Story): Promise<void> {
  const recovery = part(page, 'Service recovery');
  await recovery.getByRole('button', { name: 'Make up for it' }).click();
  await dialog(page).getByLabel('What', { exact: true }).selectOption({ label: 'Compensation' });
  await dialog(page).getByLabel('Sum').fill('300');
  const why = unique('The tray was stained by the tea');
  await dialog(page).getByLabel('Why').fill(why);
  await dialog(page).getByRole('button', { name: 'Ask for approval' }).click();
  await expect(recovery.getByText('Waits for approval')).toBeVisible();
  const martin = await AgentApi.logIn(demo, 'martin.zhou');
  const [grant] = (await martin.ask('GET', `cases/${id}/recovery`)).items;
  const own = await martin.call('POST', `recovery/${grant.id as string}/decide`, {
    is_approved: true,
    note: '',
  });
  expect(own.status, 'nobody approves what they asked for').toBeGreaterThanOrEqual(400);

  const other = await (await browser.newContext()).newPage();
  await logIn(other, demo, 'zoe.shen');
  await other.goto(`${demo.url}/approvals`);
  const asked = other.getByRole('listitem').filter({ hasText: number });
  await expect(asked.getByText(why)).toBeVisible();
  await expectAccessibleEverywhere(other);
  await asked.getByRole('button', { name: 'Approve' }).click();
  await dialog(other).getByRole('button', { name: 'Approve' }).click();
  await expect(asked).toHaveCount(0);
  await recovery.getByRole('button', { name: 'Carried out' }).click();
  await expect(recovery.getByRole('button', { name: 'Carried out' })).toHaveCount(0);
}

/** Decided, replied, with the cause; the customer reads it in the chat and in the portal. */
async function isDecidedAndReplied({ page, visitor, portal }: Story): Promise<void> {
  const complaint = part(page, 'Complaint');
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
  await portal.reload();
  await expect(portal.getByText(reply)).toBeVisible();
  await expect(portal.getByText('foam')).toHaveCount(0);
  await complaint.getByRole('button', { name: 'Name the cause' }).click();
  await dialog(page)
    .getByLabel('Where it lies')
    .selectOption({ label: 'How a process is laid out' });
  await dialog(page).getByLabel('In words').fill('The packing list named the old foam.');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toHaveCount(0);
}

/** Silence goes up the line; then a colleague without the console answers behind a link. */
async function isEscalatedAndAnswered(
  { browser, demo, page }: Story,
  late: { id: string; asked: string },
): Promise<void> {
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByText('noticed that it is overdue: Back office').first()).toBeVisible({
    timeout: ESCALATED_MS,
  });
  await expect(page.getByText('escalated: Back office').first()).toBeVisible({
    timeout: ESCALATED_MS,
  });
  await page.getByRole('tab', { name: 'Work' }).click();
  await expect(part(page, 'Back office').getByText(/late$/)).toBeVisible();

  const zoe = await AgentApi.logIn(demo, 'zoe.shen');
  const { items } = await zoe.ask('GET', 'agents');
  const yifan = items.find((one: { email: string }) => one.email.startsWith('yifan.luo'));
  const { url } = await zoe.ask('POST', `tasks/${late.id}/link`, { agent_id: yifan.id });
  const link = await (await browser.newContext()).newPage();
  await link.goto(`${url as string}?lang=en`);
  await expect(link.getByText(late.asked)).toBeVisible();
  await expectAccessibleEverywhere(link);
  const answer = unique('Record 4711, shelf B12');
  await link.getByLabel('Your answer').fill(answer);
  await link.getByRole('button', { name: 'Send the answer' }).click();
  await expect(link.getByText('Thank you, your answer has arrived')).toBeVisible();
  await expect(part(page, 'Back office').getByText(answer).first()).toBeVisible();
}

/** Called back, resolved, confirmed by the customer in the chat, and closed only then. */
async function isConfirmedAndClosed({ page, portal, visitor }: Story): Promise<void> {
  const calls = part(page, 'Call back');
  await calls.getByRole('button', { name: 'What came of it' }).click();
  await dialog(page).getByLabel('Result').selectOption({ label: 'Solved' });
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(calls.getByRole('button', { name: 'What came of it' })).toHaveCount(0);

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
  await portal.reload();
  await expect(portal.getByRole('heading', { name: 'Is it solved?' })).toBeVisible();
  await expectAccessibleEverywhere(portal);
  // Asked in the portal and in the chat; one answer is enough for both.
  await visitor.panel.getByRole('button', { name: 'Yes, it is solved' }).click();
  await expect(visitor.panel.getByText('You said it is solved.')).toBeVisible();
  await expectAccessibleEverywhere(visitor.page);
  await portal.reload();
  await expect(portal.getByRole('heading', { name: 'Is it solved?' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Close the case' }).click();
  await expect(dialog(page).getByText(/^The customer confirmed/)).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Close the case' }).click();
  await expect(page.getByText('Closed', { exact: true })).toBeVisible();
  await portal.reload();
  await expect(portal.getByRole('button', { name: 'Send' })).toHaveCount(0);
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByText(/opened the case/)).toBeVisible();
  await expectAccessibleEverywhere(page);
}
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
