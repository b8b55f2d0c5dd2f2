/** A procedure that branches, the portal of the customer, and one fault of many customers. */
import { AgentApi, VisitorApi } from '../support/api.js';
import { completesStep, dialog, type Made, openFault, part } from '../support/cases.js';
import type { Server } from '../support/server.js';
import { expect, expectAccessibleEverywhere, logIn, test, unique } from '../support/test.js';

interface Customer {
  visitor: VisitorApi;
  talk: string;
}

async function customer(demo: Server, says: string): Promise<Customer> {
  const visitor = await VisitorApi.arrive(demo, 'demo-intl');
  const { status, body } = await visitor.call('POST', 'messages', { client_id: 'a', text: says });
  expect(status).toBe(201);
  return { visitor, talk: body.conversation_id };
}

test('a return takes its branches, and the customer adds to it in the portal', async ({
  browser,
  demo,
}) => {
  const martin = await AgentApi.logIn(demo, 'martin.zhou');
  const { talk } = await customer(demo, unique('The cup has a crack'));
  const made: Made = await martin.ask('POST', 'cases', {
    type: 'return_exchange',
    title: unique('A cup with a crack'),
    conversation_id: talk,
    answers: { order: 'QY1', wish: 'exchange', reason: 'defective', exchange_for: 'Same cup' },
  });
  const { url } = await martin.ask('POST', `cases/${made.id}/portal-link`, { send: false });
  const page = await (await browser.newContext()).newPage();
  await logIn(page, demo, 'martin.zhou');
  await page.goto(`${demo.url}/cases/${made.id}`);
  await completesStep(page, 'Check the request', 'Accepted; to be sent back');

  // The customer has the turn, and knows it.
  const portal = await (await browser.newContext()).newPage();
  await portal.goto(`${url as string}?lang=zh-CN`);
  await expect(portal.getByText('请按说明寄回商品')).toBeVisible();
  await portal.getByRole('link', { name: 'English' }).click();
  await expect(portal.getByText('Please send the goods back as described')).toBeVisible();
  await expectAccessibleEverywhere(portal);
  const added = unique('The parcel is on its way');
  await portal.getByLabel('What would you like to add?').fill(added);
  await portal.getByLabel('File (optional)').setInputFiles({
    name: 'receipt.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('parcel 4711'),
  });
  await portal.getByRole('button', { name: 'Send' }).click();
  await expect(portal.getByText('We have received it, thank you.', { exact: false })).toBeVisible();
  await expect(portal.getByText(added)).toBeVisible();
  await expect(portal.getByText(/^1 files?$/)).toBeVisible();
  const { items } = await martin.ask('GET', `conversations/${talk}/messages?limit=20`);
  const arrived = items.find((one: { text: string }) => one.text === added);
  expect(arrived.attachments).toHaveLength(1);

  // What can be chosen follows from what was asked for and what was found.
  await completesStep(page, 'Customer sends it back', 'Sent back');
  await completesStep(page, 'Inspect', 'As new; exchange', async (card) => {
    await card.getByLabel('Condition').selectOption({ label: 'As new' });
    await expect(card.getByRole('radio', { name: 'As new; refund' })).toHaveCount(0);
  });
  await completesStep(page, 'Send the exchange', 'Out of stock; refund instead');
  await completesStep(page, 'Refund', 'Refunded', async (card) => {
    await card.getByLabel('Sum').fill('128');
  });
  await expect(
    part(page, 'Procedure').getByText('All steps are done. The case can be resolved.'),
  ).toBeVisible();
  await portal.reload();
  await expect(portal.getByText('Your refund is being paid')).toBeVisible();

  // A link is good for this one case and this one customer.
  const other = await openFault(martin, unique('Of somebody else'));
  const refused = await portal.goto(`${url as string}/cases/${other.number}`);
  expect(refused?.status()).toBe(404);
  await expect(portal.getByText(other.number)).toHaveCount(0);
  const changed = await portal.goto(`${(url as string).slice(0, -4)}AAAA?lang=en`);
  expect(changed?.status()).toBe(404);
  await expect(portal.getByRole('heading', { name: 'This link is not valid' })).toBeVisible();
});

const CHILDREN = 200;
const CUSTOMERS = 20;

/** In groups, as many people would do it at the same time. */
async function each<T>(all: T[], run: (one: T, index: number) => Promise<void>): Promise<void> {
  const GROUP = 4;
  for (let from = 0; from < all.length; from += GROUP)
    await Promise.all(all.slice(from, from + GROUP).map((one, i) => run(one, from + i)));
}

test('one fault of many customers is answered once for all', async ({ browser, demo }) => {
  test.setTimeout(300_000);
  const martin = await AgentApi.logIn(demo, 'martin.zhou');
  const parent = await openFault(martin, unique('The kettles of batch 12 do not heat'));
  const customers: Customer[] = [];
  await each([...Array(CUSTOMERS).keys()], async (n) => {
    customers.push(await customer(demo, `Kettle ${String(n)} is cold`));
  });
  await each([...Array(CHILDREN).keys()], async (n) => {
    const { talk } = customers[n % CUSTOMERS] as Customer;
    const child = await openFault(martin, `Kettle ${String(n)} is cold`, talk);
    const link = { kind: 'child', case_id: parent.id, is_from: true };
    await martin.ask('POST', `cases/${child.id}/links`, link);
  });

  const page = await (await browser.newContext()).newPage();
  await logIn(page, demo, 'martin.zhou');
  await page.goto(`${demo.url}/cases/${parent.id}`);
  await page.getByRole('button', { name: 'Case actions' }).click();
  await page.getByRole('menuitem', { name: 'Answer all' }).click();
  const said = unique('Please send the kettle back; a new one is on its way');
  await dialog(page).getByRole('textbox', { name: 'Answer' }).fill(said);
  await dialog(page)
    .getByRole('button', { name: `Answer ${String(CHILDREN)} cases` })
    .click();
  await expect(dialog(page).getByText(`${String(CUSTOMERS)} customers were answered`)).toBeVisible({
    timeout: 120_000,
  });
  await expectAccessibleEverywhere(page);
  await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  await expect(dialog(page)).toHaveCount(0);
  for (const { visitor } of customers) {
    const { body } = await visitor.call('GET', 'messages?limit=50');
    const times = body.items.filter((one: { text: string }) => one.text === said);
    expect(times, 'each customer reads it once').toHaveLength(1);
  }
});
