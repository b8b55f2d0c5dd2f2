/** Clocks, service standards, calendars, promises and moments of truth, as people meet them. */
import type { Locator, Page } from '@playwright/test';
import { Agent } from '../support/agent.js';
import { AgentApi } from '../support/api.js';
import type { Server } from '../support/server.js';
import { expect, expectAccessible, logIn, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

const bar = (page: Page): Locator => page.getByRole('button', { name: /^Step \d of 7/ });
const card = (page: Page): Locator => page.getByRole('dialog', { name: /^Step \d of 7/ });

/** What a test leaves behind, also one that failed, must not hold for the next. */
const cleanUps: (() => Promise<unknown>)[] = [];
test.afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/**
 * A standard for customers abroad that holds before all others and counts by the wall: what the
 * sample company promises depends on the hour.
 */
async function promiseAbroad(server: Server): Promise<void> {
  const api = await AgentApi.logIn(server);
  const { items: inboxes } = await api.ask('GET', 'inboxes');
  const inbox = inboxes.find((one: { name: string }) => one.name === '国际站');
  const target = (metric: string, seconds: number, pauses: string[] = []): object => ({
    metric,
    within_s: seconds,
    basis: 'wall',
    pauses,
  });
  const { id } = await api.ask('POST', 'standards', {
    name: unique('Abroad'),
    terms: {
      conditions: { inboxes: [inbox.id] },
      targets: [
        target('first_response', 600),
        target('resolution', 7200, ['customer', 'third_party']),
      ],
    },
  });
  const { items } = await api.ask('GET', 'standards');
  const others = items.map((one: { id: string }) => one.id).filter((one: string) => one !== id);
  cleanUps.push(() => api.ask('DELETE', `standards/${id}`));
  await api.ask('PUT', 'standards/order', { ids: [id, ...others] });
}

/** Leaves so many conversations open, so that a new one is on the screen wherever it is sorted. */
async function leaveOpen(server: Server, count: number): Promise<void> {
  const api = await AgentApi.logIn(server);
  const query = 'view=all&status=open&sort=deadline&limit=100';
  const { items } = await api.ask('GET', `conversations?${query}`);
  for (const { id } of items.slice(count)) await api.ask('POST', `conversations/${id}/resolve`);
}

test('the journey bar counts, moves on, and tells what stands behind it', async ({
  browser,
  demo,
}) => {
  await promiseAbroad(demo);
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const { page } = agent;
  const question = unique('How long do I steep the oolong');
  await visitor.write(question);
  await agent.opens(question);
  await expect(bar(page)).toHaveAccessibleName(
    /^Step 4 of 7: Response\. First response (due|over)/,
  );
  const before = await bar(page).getAttribute('aria-label');
  await expect(bar(page)).not.toHaveAccessibleName(before ?? '');

  await agent.answers(unique('Twenty seconds'));
  await expect(bar(page)).toHaveAccessibleName(/^Step 5 of 7: Resolution/);
  await bar(page).click();
  await expect(
    card(page)
      .getByText(/^Done in .*, target/)
      .first(),
  ).toBeVisible();
  await expect(card(page).locator('[aria-current=step]')).toContainText('Resolution');
  await card(page).getByRole('button', { name: 'After-sales' }).click();
  await expect(card(page).getByRole('button', { name: 'After-sales' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await card(page).getByRole('switch', { name: 'Waiting for a third party' }).click();
  const pauses = card(page).getByRole('paragraph').filter({ hasText: 'Paused:' });
  await expect(pauses).toContainText('Waiting for a third party');
  await expectAccessible(page);
  await card(page).getByRole('switch', { name: 'Waiting for a third party' }).click();
  await expect(pauses).not.toContainText('Waiting for a third party');
  await page.keyboard.press('Escape');
  await expect(bar(page)).toBeFocused();
});

test('a list is ordered by what is due next, and stays so', async ({ browser, demo }) => {
  await leaveOpen(demo, 7);
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const { page } = agent;
  await page.getByRole('button', { name: /^Order/ }).click();
  await page.getByRole('menuitemradio', { name: 'Next due first' }).click();
  await expect(page).toHaveURL(/sort=deadline/);
  const shown = (): Promise<string[]> =>
    page
      .getByRole('region', { name: 'Conversations' })
      .getByRole('listitem')
      .getByRole('link')
      .evaluateAll((links) =>
        links.slice(0, 8).map((it) => /cv_\w+/.exec(it.getAttribute('href') ?? '')?.[0] ?? ''),
      );
  const api = await AgentApi.logIn(demo, 'martin.zhou');
  const wanted = async (): Promise<string[]> => {
    const { items } = await api.ask(
      'GET',
      'conversations?view=all&status=open&sort=deadline&limit=8',
    );
    return items.map((row: { id: string }) => row.id);
  };
  // Deadlines pass meanwhile, so both are read anew each time.
  const isInOrder = async (): Promise<boolean> =>
    JSON.stringify(await shown()) === JSON.stringify(await wanted());
  await expect.poll(isInOrder).toBe(true);
  await expect(
    page
      .getByRole('region', { name: 'Conversations' })
      .getByText(/(overdue by|due in)/)
      .first(),
  ).toBeAttached();

  // Somebody writes: what is due soon takes its place by itself.
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Is the workshop on Saturday');
  await visitor.write(question);
  await expect(agent.row(question)).toBeVisible();
  await expect.poll(isInOrder).toBe(true);
  await expectAccessible(page);
});

test('a standard is set up and holds from the next customer on', async ({ browser, demo }) => {
  const page = await (await browser.newContext()).newPage();
  await logIn(page, demo, 'zoe.shen');
  await page.goto(`${demo.url}/settings/standards/new`);
  const name = unique('Abroad');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Add a condition').selectOption('inboxes');
  await page.getByRole('combobox', { name: 'Inbox' }).fill('国际');
  await page.getByRole('option', { name: '国际站' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByText('Holds for: inbox 国际站')).toBeVisible();
  const first = page.getByRole('group', { name: 'First response' });
  await first.getByRole('spinbutton').fill('0');
  await expect(page.getByRole('button', { name: 'Create' })).toBeDisabled();
  await first.getByRole('spinbutton').fill('45');
  await page.getByRole('button', { name: 'Add an action' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await expect(page).toHaveURL(/standards\/sd_/);
  // A new one is tried last; on the top it holds before all others.
  await page.goto(`${demo.url}/settings/standards`);
  const up = page.getByRole('button', { name: `Move ${name} up` });
  const list = page.getByRole('list', { name: 'Service standards' }).getByRole('listitem');
  await expect(up).toBeVisible();
  const place = (await list.allInnerTexts()).findIndex((text) => text.includes(name));
  for (let at = place; at > 0; at -= 1) {
    await up.click();
    await expect(list.nth(at - 1)).toContainText(name);
  }
  await expect(up).toBeDisabled();

  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Do you ship to Oslo');
  await visitor.write(question);
  const agent = await Agent.arrive(await browser.newContext(), demo);
  await agent.opens(question);
  await bar(agent.page).click();
  await expect(card(agent.page).getByText(`By the standard ${name}`)).toBeVisible();
  await expect(
    card(agent.page)
      .getByText(/\d:\d\d (left|over)/)
      .first(),
  ).toBeVisible();

  await page.goto(`${demo.url}/settings/standards`);
  const row = page.getByRole('listitem').filter({ hasText: name });
  await expect(row.getByText('First response within 45 s')).toBeVisible();
  await row.getByRole('switch', { name: /^In use/ }).click();
  await expect(row.getByText('Off')).toBeVisible();
  await expectAccessible(page);
  await row.getByRole('link', { name }).click();
  await page.getByRole('button', { name: 'Delete the standard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText(name)).toHaveCount(0);
});

const FILE = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'BEGIN:VEVENT',
  'SUMMARY:Founding day',
  'DTSTART;VALUE=DATE:20270317',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'SUMMARY:Stand-up',
  'DTSTART:20270318T090000Z',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');

test('business hours take holidays from a file and say what was left out', async ({
  browser,
  demo,
}) => {
  const page = await (await browser.newContext()).newPage();
  // The preview begins with the present month, and past days are of no interest.
  await page.clock.setFixedTime(new Date('2026-11-20T04:00:00Z'));
  await logIn(page, demo, 'zoe.shen');
  await page.goto(`${demo.url}/settings/calendars`);
  await page.getByRole('button', { name: 'New calendar' }).click();
  const name = unique('Desk');
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByLabel('Begin with').selectOption('officeChina');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();

  // A break at noon, and an end before the beginning.
  await page.getByLabel('To, Monday').fill('12:00');
  await page.getByRole('button', { name: 'Add hours on Monday' }).click();
  await page.getByLabel('To, Monday').last().fill('11:00');
  await expect(page.getByText('The end must lie after the beginning.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.getByLabel('To, Monday').last().fill('18:00');
  await expect(page.getByText('44 hours a week')).toBeVisible();
  await expect(page.getByText('Save your changes before importing.')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Save your changes before importing.')).toHaveCount(0);

  await page.getByLabel('Import a calendar file').setInputFiles({
    name: 'days.ics',
    mimeType: 'text/calendar',
    buffer: Buffer.from(FILE),
  });
  await expect(page.getByText('1 day was added').first()).toBeVisible();
  await expect(page.getByText('1 entry was left out')).toBeVisible();
  await expect(page.getByText('It has a time of day; only whole days are taken.')).toBeVisible();
  await expect(page.getByLabel('Date', { exact: true })).toHaveValue('2027-03-17');

  const preview = page.getByRole('region', { name: 'How it turns out' });
  const title = preview.locator('.month');
  for (let turn = 0; turn < 3; turn += 1)
    await preview.getByRole('button', { name: 'Next month' }).click();
  await expect(title).toHaveText('February 2027');
  // The lunar new year of 2027 is 6 February, and the day before it is free.
  await expect(preview.getByRole('cell', { name: /^5\s*春节/ })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${demo.url}/settings/calendars`);
  await expect(page.getByRole('link', { name })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name }).click();
  await page.getByRole('button', { name: 'Delete the calendar' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('link', { name })).toHaveCount(0);
});

test('a promise is noted, overdue, kept, and taken back with a reason', async ({
  browser,
  demo,
}) => {
  const context = await browser.newContext();
  const agent = await Agent.arrive(context, demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const { page } = agent;
  const question = unique('When does the kettle come');
  await visitor.write(question);
  await agent.opens(question);
  const id = /cv_\w+/.exec(page.url())?.[0] ?? '';

  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: /promised/ });
  await expect(dialog.getByRole('textbox', { name: 'Promise' })).toBeFocused();
  const said = unique('Tell the date of delivery');
  await page.keyboard.type(said);
  await dialog.getByLabel('Kind').selectOption('other');
  await dialog.getByRole('button', { name: 'Tomorrow morning' }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Note a promise' }).click();
  await expect(page.getByText('A promise to this customer')).toBeVisible();
  await expect(page.getByRole('complementary').getByText(said)).toBeVisible();

  // Another one, whose time is over in a moment.
  const api = await AgentApi.logIn(demo, 'martin.zhou');
  const me = (await api.ask('GET', 'session')).agent.id;
  const late = unique('Call about the refund');
  await api.ask('POST', `conversations/${id}/promises`, {
    text: late,
    kind: 'call_back',
    // Soon, but still to come when a slow machine gets to it.
    due_at: new Date(Date.now() + 6000).toISOString(),
    owner_id: me,
  });
  await page.goto(`${demo.url}/promises`);
  const row = (text: string): Locator => page.getByRole('listitem').filter({ hasText: text });
  await expect(row(late).getByText(/^Overdue since/)).toBeVisible();
  // By the clock of the reader, for whom midnight may lie between.
  await expect(row(said).getByText(/^Due (tomorrow|today|\d)/i)).toBeVisible();
  await expectAccessible(page);

  await row(late)
    .getByRole('button', { name: /^Mark as kept/ })
    .click();
  await expect(row(late)).toHaveCount(0);
  await row(said).getByRole('button', { name: 'Promise actions' }).click();
  await page.getByRole('menuitem', { name: 'Cancel the promise' }).click();
  await expect(page.getByRole('button', { name: 'Cancel it' })).toBeDisabled();
  await page.getByLabel('Why it falls away').fill('It came this morning');
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await expect(row(said)).toHaveCount(0);
  await page.getByRole('tab', { name: 'Cancelled' }).click();
  await expect(row(said).getByText('It came this morning')).toBeVisible();

  // A promise to reply is kept by the answer.
  await api.ask('POST', `conversations/${id}/promises`, {
    text: '',
    kind: 'reply',
    due_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await page.goto(`${demo.url}/inbox/all/${id}`);
  await expect(page.getByText('A promise to this customer')).toBeVisible();
  await agent.answers(unique('Tomorrow'));
  await expect(page.getByText('A promise to this customer')).toHaveCount(0);
});

test('moments of truth lead to the sessions behind a number', async ({ browser, demo }) => {
  const page = await (await browser.newContext()).newPage();
  await logIn(page, demo, 'martin.zhou');
  await page.goto(`${demo.url}/reports/journey?period=month`);
  const table = page.getByRole('table', { name: 'Funnel by step' });
  await expect(table.getByRole('row')).toHaveCount(8);
  await table
    .getByRole('row', { name: /^Response/ })
    .getByRole('button')
    .first()
    .click();
  const behind = page.getByRole('region', { name: 'Sessions behind Response' });
  await expect(behind.getByRole('listitem').first()).toContainText(/stayed/);
  await expectAccessible(page);
  await behind.getByRole('tab', { name: 'Left here' }).click();
  await expect(behind.getByRole('tab', { name: 'Left here' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await behind.getByRole('tab', { name: 'Longest stays' }).click();
  await behind.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/inbox\/all\/cv_/);

  // A period without anybody has a word to say, and whoever may not read it is told so.
  await page.goto(`${demo.url}/reports/journey?period=custom&from=2001-01-01&to=2001-01-02`);
  await expect(page.getByText('No sessions in this period')).toBeVisible();
  await expectAccessible(page);
  const other = await (await browser.newContext()).newPage();
  await logIn(other, demo, 'emily.carter');
  await other.goto(`${demo.url}/reports/journey`);
  await expect(other.getByText('Not for your role')).toBeVisible();
});
