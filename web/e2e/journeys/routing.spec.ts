import { Floor, whoIsOffered } from '../support/floor.js';
import { expect, expectAccessible, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

let floor: Floor;
test.afterEach(() => floor.close());

test('a customer waits in line, is offered, and is served by who accepts', async ({
  browser,
  demo,
}) => {
  floor = await Floor.open(demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('My gaiwan arrived in two pieces');
  await visitor.write(question);
  await expect(visitor.panel.getByText('You are next.')).toBeVisible();
  await expectAccessible(visitor.page);

  const emily = await floor.arrives(await browser.newContext(), 'emily.carter');
  await emily.isOffered(question);
  await expect(emily.offer(question)).toContainText(/Waiting \d+:\d\d/);
  await expect(emily.offer(question).getByRole('timer')).toBeVisible();
  await expect(visitor.panel.getByText('Somebody is about to join you.')).toBeVisible();
  await expectAccessible(emily.page);
  // The key does what the button does.
  await emily.page.keyboard.press('y');
  await emily.agent.sees(question);
  const answer = unique('I am sorry. We send a new one today');
  await emily.agent.answers(answer);
  await visitor.sees(answer);
  await expect(visitor.panel.getByText(/You are next|about to join/)).toHaveCount(0);
});

test('who declines is passed over, and the next one is asked', async ({ browser, demo }) => {
  floor = await Floor.open(demo);
  const people = [
    await floor.arrives(await browser.newContext(), 'emily.carter'),
    await floor.arrives(await browser.newContext(), 'ruoxi.lin'),
  ];
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Do you ship to Norway');
  await visitor.write(question);
  const [first, [next]] = await whoIsOffered(people, question);
  await first.declines(question);
  await next?.accepts(question);
});

test('an offer nobody answers goes on, and who missed it is told', async ({ browser, demo }) => {
  floor = await Floor.open(demo, { delivery: { mode: 'offer', expires_s: 5 } });
  const people = [
    await floor.arrives(await browser.newContext(), 'emily.carter'),
    await floor.arrives(await browser.newContext(), 'ruoxi.lin'),
  ];
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Is the celadon cup back');
  await visitor.write(question);
  const [first, [next]] = await whoIsOffered(people, question);
  // Whoever is next has the time a slow machine needs; this offer keeps its own.
  await floor.admin.ask('PATCH', `queues/${floor.queue.id}`, {
    delivery: { mode: 'offer', expires_s: 60 },
  });
  await expect(first.page.getByText(/has gone on to a colleague/)).toBeVisible();
  await next?.accepts(question);
});

test('when nobody of the team comes, a step lets others help', async ({ browser, demo }) => {
  floor = await Floor.open(demo);
  // Ruoxi is not of this team.
  await floor.admin.ask('PATCH', `queues/${floor.queue.id}`, {
    teams: [floor.team('售后服务').id],
    eases: [{ after_s: 4, ease: { kind: 'any_team' } }],
  });
  const ruoxi = await floor.arrives(await browser.newContext(), 'ruoxi.lin');
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('The lid does not fit');
  await visitor.write(question);
  await floor.inLine(1);
  await ruoxi.accepts(question);
  await ruoxi.page.getByRole('button', { name: 'More actions' }).click();
  await ruoxi.page.getByRole('menuitem', { name: 'Why am I seeing this?' }).click();
  const why = ruoxi.page.getByRole('dialog');
  await expect(why).toContainText('After some waiting, a step of the queue gave way.');
  await expect(why).toContainText('1 step had already given way');
  await expectAccessible(ruoxi.page);
});

test('a customer of a high tier goes first, by the credit of the queue', async ({
  browser,
  demo,
}) => {
  floor = await Floor.open(demo, {
    priorities: { tier_s: { '9': 3600 }, severity_s: {}, stage_s: {} },
  });
  const plain = await floor.customer(unique('A plain question'));
  const vip = await floor.customer(unique('A question of a valued customer'), 9);
  await floor.inLine(2);
  const names = (await floor.line()).map((it) => it.contact_name);
  expect(names).toEqual([vip.name, plain.name]);
  const emily = await floor.arrives(await browser.newContext(), 'emily.carter', 1);
  await emily.isOffered(vip.name);
  await expect(emily.offer(vip.name)).toContainText('Tier 9');
  await expect(emily.offer(plain.name)).toHaveCount(0);
});

test('a customer who comes back is offered to who helped before', async ({ browser, demo }) => {
  floor = await Floor.open(demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const emily = await floor.arrives(await browser.newContext(), 'emily.carter');
  const first = unique('Where is my parcel');
  await visitor.write(first);
  await emily.accepts(first);
  await emily.agent.answers(unique('It comes tomorrow'));
  await emily.agent.resolves();
  const ruoxi = await floor.arrives(await browser.newContext(), 'ruoxi.lin');
  const again = unique('It has not come');
  await visitor.write(again);
  await emily.isOffered(again);
  await expect(emily.offer(again)).toContainText('You helped this customer last time.');
  await expect(ruoxi.offer(again)).toHaveCount(0);
});

test('out of hours a customer leaves a message and is told when it is answered', async ({
  browser,
  demo,
}) => {
  floor = await Floor.open(demo);
  const calendar = await floor.admin.ask('POST', 'calendars', {
    name: unique('Never'),
    rules: { time_zone: 'UTC', weekly: [], holidays: [], exceptions: {} },
  });
  await floor.admin.ask('PATCH', `queues/${floor.queue.id}`, {
    calendar_id: calendar.id,
    out_of_hours: { mode: 'form', reply_within_s: 14_400, text: { en: 'We are closed today.' } },
  });
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  await expect(visitor.panel.getByText('We are closed today.')).toBeVisible();
  const question = unique('Can I change my order');
  await visitor.write(question);
  await visitor.panel.getByLabel('E-mail address').fill('lin@example.com');
  await visitor.panel.getByText('Send', { exact: true }).click();
  await visitor.sees(question);
  await expect(visitor.panel.getByText(/We have your message/)).toBeVisible();
});

test('who waits may leave a message instead, and wait after all', async ({ browser, demo }) => {
  floor = await Floor.open(demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('A long question');
  await visitor.write(question);
  await visitor.panel.getByRole('button', { name: 'Leave a message instead' }).click();
  await expect(visitor.panel.getByText(/We have your message/)).toBeVisible();
  await floor.inLine(0);
  await visitor.panel.getByRole('button', { name: 'Wait in line after all' }).click();
  await expect(visitor.panel.getByText('You are next.')).toBeVisible();
  await floor.inLine(1);

  await visitor.panel.getByRole('button', { name: 'Call me back' }).click();
  await visitor.panel.getByRole('button', { name: 'Ask for a call' }).click();
  await expect(visitor.panel.getByText(/Write a telephone number/)).toBeVisible();
  await visitor.panel.getByLabel('Telephone number').fill('+44 20 7946 0000');
  await visitor.panel.getByRole('button', { name: 'Ask for a call' }).click();
  await expect(visitor.panel.getByText('We will call you.')).toBeVisible();
  const promises = await floor.admin.ask('GET', 'promises?status=open');
  expect(promises.items.some((it: { kind: string }) => it.kind === 'call_back')).toBe(true);
});

test('a customer in line is told when their place changes', async ({ browser, demo }) => {
  floor = await Floor.open(demo);
  await floor.customer(unique('The first in line'));
  await floor.inLine(1);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  await visitor.write(unique('The second in line'));
  await expect(visitor.panel.getByText('You are number 2 in line.')).toBeVisible();
  await floor.arrives(await browser.newContext(), 'emily.carter', 1);
  await expect(visitor.panel.getByText('You are next.')).toBeVisible();
});

test('a colleague may decline a transfer, which then comes back, or accept it', async ({
  browser,
  demo,
}) => {
  floor = await Floor.open(demo);
  const emily = await floor.arrives(await browser.newContext(), 'emily.carter');
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('I need an invoice in Chinese');
  await visitor.write(question);
  await emily.accepts(question);
  await expect.poll(async () => (await floor.conversation(question)).assignee_id).toBe(emily.id);
  const ruoxi = await floor.arrives(await browser.newContext(), 'ruoxi.lin');

  const transfer = async (note: string): Promise<void> => {
    await emily.page.getByRole('button', { name: 'Transfer' }).click();
    const dialog = emily.page.getByRole('dialog');
    await expect(dialog.getByRole('combobox')).toBeFocused();
    await dialog.getByRole('option', { name: /若溪/ }).click();
    await dialog.getByLabel('Note for whoever takes over').fill(note);
    await expectAccessible(emily.page);
    await dialog.getByRole('button', { name: 'Ask to take over' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(emily.page.getByText(/若溪 has been asked and has/)).toBeVisible();
  };
  await transfer('She wants the company name on it.');
  await ruoxi.isOffered(question);
  await expect(ruoxi.offer(question)).toContainText('Emily transfers to you');
  await expect(ruoxi.offer(question)).toContainText('She wants the company name on it.');
  await ruoxi.declines(question);
  await expect(emily.page.getByText(/若溪 has been asked/)).toHaveCount(0);
  await expect.poll(async () => (await floor.conversation(question)).assignee_id).toBe(emily.id);

  await transfer('You know these invoices.');
  await ruoxi.accepts(question);
  await expect.poll(async () => (await floor.conversation(question)).assignee_id).toBe(ruoxi.id);
});
