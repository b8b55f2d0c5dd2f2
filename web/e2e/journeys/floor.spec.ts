import { Agent } from '../support/agent.js';
import { Floor } from '../support/floor.js';
import type { Server } from '../support/server.js';
import { expect, expectAccessible, logIn, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

const opened: Floor[] = [];
async function openFloor(server: Server): Promise<Floor> {
  const floor = await Floor.open(server);
  opened.push(floor);
  return floor;
}
/** Also after a failure, which would send the customers of the next test into a dead line. */
test.afterEach(async () => {
  for (const floor of opened.splice(0)) await floor.close();
});

test('a supervisor reads along, whispers and takes over', async ({ browser, demo }) => {
  const floor = await openFloor(demo);
  const emily = await floor.arrives(await browser.newContext(), 'emily.carter');
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('I am very angry about this');
  await visitor.write(question);
  await emily.accepts(question);
  // Emily's page tells a little later that she has read it.
  const read = async (): Promise<{ seen: number; last: number }> => {
    const row = await floor.conversation(question);
    return { seen: row.agent_seen_seq, last: row.last_seq };
  };
  await expect.poll(async () => ((row) => row.seen >= row.last)(await read())).toBe(true);
  const { seen } = await read();

  const context = await browser.newContext();
  const martin = await Agent.arrive(context, demo, 'martin.zhou');
  const { page } = martin;
  await page.goto(`${demo.url}/floor`);
  await expect(page.getByRole('heading', { name: 'Floor' })).toBeVisible();
  const { number } = await floor.conversation(question);
  await page.getByRole('button', { name: `Read along: Visitor, no. ${number}` }).click();
  const aside = page.getByRole('complementary', { name: /^Reading along/ });
  await expect(aside.getByText(question)).toBeVisible();
  await expectAccessible(page);
  // Nothing of the customer's is read by looking.
  expect((await floor.conversation(question)).agent_seen_seq).toBe(seen);

  const hint = unique('Offer a new one at once');
  await aside.getByRole('textbox', { name: /Whisper to/ }).fill(hint);
  await aside.getByRole('textbox', { name: /Whisper to/ }).press('Enter');
  await expect(aside.getByText(hint)).toBeVisible();
  await emily.agent.sees(hint);
  const shuyan = await floor.arrives(await browser.newContext(), 'shuyan.he');
  const place = (await floor.conversation(question)).id;
  await shuyan.page.goto(`${demo.url}/inbox/all/${place}?status=all`);
  await shuyan.agent.sees(question);
  await expect(shuyan.page.getByText(hint)).toHaveCount(0);
  await expect(visitor.panel.getByText(hint)).toHaveCount(0);

  await aside.getByRole('button', { name: 'Take over' }).click();
  await martin.sees(question);
  const martinId = floor.agent('martin.zhou').id;
  await expect.poll(async () => (await floor.conversation(question)).assignee_id).toBe(martinId);
});

test('a supervisor sets a presence and reassigns several conversations', async ({
  browser,
  demo,
}) => {
  const floor = await openFloor(demo);
  const emily = await floor.arrives(await browser.newContext(), 'emily.carter');
  const questions = [unique('One of two'), unique('Two of two')];
  const names: string[] = [];
  for (const question of questions) {
    names.push((await floor.customer(question)).name);
    await emily.accepts(question);
  }
  const ruoxi = await floor.arrives(await browser.newContext(), 'ruoxi.lin');
  const page = await (await browser.newContext()).newPage();
  await logIn(page, demo, 'martin.zhou');
  await page.goto(`${demo.url}/floor`);

  await page.getByRole('button', { name: 'Set the presence of Emily' }).click();
  await page.getByRole('menuitemradio', { name: 'On a break: Training' }).click();
  await expect(page.getByText('Emily is now: On a break (Training)')).toBeVisible();
  await expect(emily.page.getByRole('button', { name: 'Your presence: On a break' })).toBeVisible();

  for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Reassign' }).click();
  await page.getByRole('option', { name: /若溪/ }).click();
  await expect(page.getByText('2 conversations reassigned')).toBeVisible();
  for (const question of questions)
    await expect.poll(async () => (await floor.conversation(question)).assignee_id).toBe(ruoxi.id);
});

test('people choose their presence by keyboard, and see what the system believes', async ({
  browser,
  demo,
}) => {
  const floor = await openFloor(demo);
  const emily = await floor.arrives(await browser.newContext(), 'emily.carter');
  const { page } = emily;
  await page.keyboard.press('p');
  await expect(page.getByRole('radio', { name: /^Online/ })).toBeFocused();
  await expect(page.getByRole('region', { name: 'How the system sees you' })).toContainText(
    '0 of 3 units',
  );
  await expectAccessible(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Meal' }).click();
  await expect(page.getByRole('button', { name: 'Your presence: On a break' })).toBeVisible();
  const shown = await floor.admin.ask('GET', 'presences');
  const mine = shown.items.find((it: { agent_id: string }) => it.agent_id === emily.id);
  expect([mine.effective, mine.reason]).toEqual(['break', 'meal']);
  // Nobody who is on a break is asked.
  await floor.customer(unique('Somebody else, then'));
  await floor.inLine(1);
  await expect(page.getByRole('article')).toHaveCount(0);
  await page.keyboard.press('p');
  await page.getByRole('radio', { name: /^Offline/ }).click();
  await expect(page.getByRole('button', { name: 'Your presence: Offline' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Your presence: Offline' })).toBeVisible();
});

test('the wallboard shows the lines and says when it is old', async ({ browser, demo }) => {
  const floor = await openFloor(demo);
  await floor.customer(unique('Somebody waits'));
  await floor.inLine(1);
  const context = await browser.newContext();
  const page = await context.newPage();
  await logIn(page, demo, 'martin.zhou');
  await page.goto(`${demo.url}/wallboard`);
  const row = page.getByRole('row').filter({ hasText: floor.queue.name });
  await expect(row.getByRole('cell').first()).toHaveText('1');
  // Whoever shows the wall takes no customers, and no personal data is on it.
  const { items } = await floor.admin.ask('GET', 'presences');
  const martin = floor.agent('martin.zhou').id;
  expect(items.find((it: { agent_id: string }) => it.agent_id === martin).effective).toBe(
    'offline',
  );
  await expect(page.getByRole('main').getByText(/Guest|Visitor/)).toHaveCount(0);
  const isAccessibleInBoth = async (): Promise<void> => {
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
  };
  await isAccessibleInBoth();
  await context.setOffline(true);
  await expect(page.getByText(/No connection. As of/)).toBeVisible({ timeout: 40_000 });
  await isAccessibleInBoth();
  await context.setOffline(false);
  await expect(page.getByText(/No connection. As of/)).toHaveCount(0);
});

test('an administrator makes a queue and sends an inbox into it', async ({ browser, demo }) => {
  const page = await (await browser.newContext()).newPage();
  await logIn(page, demo, 'zoe.shen');
  await page.goto(`${demo.url}/settings/queues`);
  await page.getByRole('button', { name: 'New queue' }).click();
  const name = unique('Repairs');
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Add a tier' }).click();
  await page.getByLabel('Credit of Tier 9').fill('90');
  await page.getByLabel('Unit').first().selectOption('seconds');
  await expect(page.getByRole('row').filter({ hasText: 'A customer of tier 9' })).toContainText(
    '1:30 for the tier',
  );
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByLabel('After waiting').last().fill('1');
  await expect(page.getByRole('alert')).toHaveText('Each step must be later than the one before.');
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.getByLabel('After waiting').last().fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Credit of Tier 9')).toBeVisible();

  await page.goto(`${demo.url}/settings/inboxes`);
  await page.getByRole('main').getByRole('link', { name: '中文官网' }).click();
  const queue = page.getByRole('combobox', { name: 'Queue', exact: true });
  await expect(queue.getByRole('option', { name })).toBeAttached();
  const before = await queue.inputValue();
  await queue.selectOption({ label: name });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  // The notice is still there, and not in the way.
  await queue.selectOption(before);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
});
