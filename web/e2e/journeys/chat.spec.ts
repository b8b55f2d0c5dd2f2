import { Agent } from '../support/agent.js';
import { AgentApi } from '../support/api.js';
import { setUndoSeconds } from '../support/sample.js';
import { expect, expectAccessible, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

test('a customer writes, an agent answers and resolves, the customer rates', async ({
  browser,
  demo,
}) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);

  const question = unique('My gaiwan arrived in two pieces');
  await visitor.write(question);
  await visitor.sees(question);
  await agent.opens(question);
  await expectAccessible(agent.page);

  const answer = unique('I am sorry. We will send a new one today');
  await agent.answers(answer);
  await visitor.sees(answer);
  await expectAccessible(visitor.page);

  const place = new URL(agent.page.url()).pathname.split('/').pop();
  await agent.resolves();
  // The stars are drawn over the buttons that carry them.
  await visitor.panel.getByRole('radio', { name: /4/ }).check({ force: true });
  await expect(visitor.panel.getByText(/Thank you for your rating/)).toBeVisible();
  const rated = async (): Promise<unknown> => {
    const row = await agent.page.request.get(`${demo.url}/api/v1/conversations/${place}`);
    return (await row.json()).session.rating?.score;
  };
  await expect.poll(rated).toBe(4);
});

test('a reply is held for a moment, and can be taken back or hurried', async ({
  browser,
  demo,
}) => {
  const who = 'shuyan.he';
  // Long enough for a slow machine; nobody waits until it is over.
  await setUndoSeconds(await AgentApi.logIn(demo, who), 30);
  const agent = await Agent.arrive(await browser.newContext(), demo, who);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Is there a smaller pot');
  await visitor.write(question);
  await agent.opens(question);
  const answer = unique('There is none');
  await agent.answers(answer);
  await agent.page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(agent.box()).toHaveValue(answer);
  const better = unique('There is one of 90 ml');
  await agent.answers(better);
  await agent.page.getByRole('button', { name: 'Send now' }).click();
  await visitor.sees(better);
  await expect(visitor.panel.getByText(answer)).toHaveCount(0);
  await setUndoSeconds(await AgentApi.logIn(demo, who), 0);
});

test('nothing is lost when either side reloads or loses the network', async ({ browser, demo }) => {
  const agentContext = await browser.newContext();
  const visitorContext = await browser.newContext();
  const agent = await Agent.arrive(agentContext, demo);
  const visitor = await Visitor.arrive(visitorContext, demo);
  const first = unique('Before the cut');
  await visitor.write(first);
  await agent.opens(first);

  // The customer writes without a network; it goes out when it is back.
  await visitorContext.setOffline(true);
  const offline = unique('Written without a network');
  await visitor.write(offline);
  await visitorContext.setOffline(false);
  await agent.sees(offline);

  // The agent misses a line and catches up.
  await agentContext.setOffline(true);
  const missed = unique('Written while the agent was away');
  await visitor.write(missed);
  await visitor.sees(missed);
  await agentContext.setOffline(false);
  await agent.sees(missed);

  // Both reload; every line is there once, in order.
  await visitor.page.reload();
  await visitor.open();
  await agent.page.reload();
  for (const text of [first, offline, missed]) {
    await visitor.sees(text);
    await agent.sees(text);
    await expect(agent.thread().getByText(text, { exact: true })).toHaveCount(1);
  }
  const texts = await agent.thread().innerText();
  expect(texts.indexOf(first)).toBeLessThan(texts.indexOf(offline));
  expect(texts.indexOf(offline)).toBeLessThan(texts.indexOf(missed));
});

test('two tabs of one customer stay in step', async ({ browser, demo }) => {
  const context = await browser.newContext();
  const one = await Visitor.arrive(context, demo);
  const text = unique('From the first tab');
  await one.write(text);
  await one.sees(text);
  const two = await Visitor.arrive(context, demo);
  await two.sees(text);
  const more = unique('From the second tab');
  await two.write(more);
  await one.sees(more);
  await expect(one.panel.getByText(more, { exact: true })).toHaveCount(1);
});

test('a crash of the server loses nothing that was acknowledged', async ({ browser, demo }) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const before = unique('Said before the crash');
  await visitor.write(before);
  await agent.opens(before);
  await demo.kill();
  const during = unique('Written while the server was down');
  await visitor.write(during);
  await demo.restart();
  // Both sides try again at growing intervals while the server starts, the last one half a minute.
  await expect(agent.thread().getByText(during, { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(agent.thread().getByText(during, { exact: true })).toHaveCount(1);
});

test('a note never reaches the customer', async ({ browser, demo }) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Is this glaze safe');
  await visitor.write(question);
  await agent.opens(question);
  await agent.page.keyboard.press('n');
  const note = unique('Ask the workshop first');
  const box = agent.page.getByRole('textbox', { name: 'Internal note' });
  await box.fill(note);
  await box.press('Enter');
  await agent.sees(note);
  const answer = unique('It is, we have it tested every year');
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('r');
  await agent.answers(answer);
  await visitor.sees(answer);
  await expect(visitor.panel.getByText(note)).toHaveCount(0);
});

test('Enter while Chinese is composed does not send', async ({ browser, demo }) => {
  const visitor = await Visitor.arrive(await browser.newContext({ locale: 'zh-CN' }), demo, 'shop');
  await visitor.box().focus();
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await session.send('Input.imeSetComposition', {
    text: 'nihao',
    selectionStart: 5,
    selectionEnd: 5,
  });
  await visitor.box().dispatchEvent('keydown', { key: 'Enter', isComposing: true, keyCode: 229 });
  await expect(visitor.panel.getByText('nihao', { exact: true })).toHaveCount(0);
  await session.send('Input.insertText', { text: '你好' });
  await visitor.box().press('Enter');
  await visitor.sees('你好');
});
