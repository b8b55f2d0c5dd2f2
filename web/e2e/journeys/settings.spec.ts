/** Settings that show what they do: the preview of the widget, notices that can be undone. */
import { readFile } from 'node:fs/promises';
import { Agent } from '../support/agent.js';
import { AgentApi } from '../support/api.js';
import { expect, logIn, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

test('the preview of an inbox is the chat itself, before anything is saved', async ({
  browser,
  demo,
}) => {
  const page = await (await browser.newContext()).newPage();
  const calls: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/widget/')) calls.push(request.url());
  });
  await logIn(page, demo, 'zoe.shen');
  await page.goto(`${demo.url}/settings/inboxes`);
  await page.getByRole('main').getByRole('link', { name: '国际站' }).click();
  const preview = page.getByRole('region', { name: 'Preview' });
  const stage = preview.frameLocator('iframe');
  const panel = stage.frameLocator('iframe');

  await preview.getByRole('tab', { name: 'English' }).click();
  await expect(panel.getByPlaceholder('Write a message')).toBeVisible();
  const greeting = unique('Welcome to the kiln');
  await page.getByLabel('Greeting').fill(greeting);
  await expect(panel.getByText(greeting)).toBeVisible();

  // Empty texts are the widget's own, in the customer's language.
  await preview.getByRole('tab', { name: 'Chinese' }).click();
  await page.getByLabel('Greeting').fill('');
  await expect(panel.getByText('您好，请问有什么可以帮您？')).toBeVisible();
  await expect(panel.getByPlaceholder('输入消息')).toBeVisible();

  await preview.getByRole('tab', { name: 'Conversation' }).click();
  await expect(panel.getByText('茶壶的盖子可以单独购买吗')).toBeVisible();
  await preview.getByRole('tab', { name: 'Rating' }).click();
  await expect(panel.getByText('您对本次服务满意吗？')).toBeVisible();

  // Colour and corner, as the loader draws them.
  const bubble = stage.locator('zhiyin-chat .b');
  await page.getByLabel('Colour').fill('#ffd84d');
  await expect(bubble).toHaveCSS('background-color', 'rgb(255, 216, 77)');
  await expect(bubble).toHaveCSS('color', 'rgb(0, 0, 0)');
  await page.getByLabel('Corner').selectOption('left');
  await expect(stage.locator('zhiyin-chat .w')).toHaveClass(/left/);
  expect(calls).toEqual([]);
});

test('what was resolved by mistake is taken back with the keyboard alone', async ({
  browser,
  demo,
}) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const visitor = await Visitor.arrive(await browser.newContext(), demo);
  const question = unique('Is the blue one in stock');
  await visitor.write(question);
  await agent.opens(question);
  const { page } = agent;
  const notices = page.getByRole('region', { name: 'Messages from the app' });
  const undo = notices.getByRole('button', { name: /^Undo/ });

  const place = page.url();
  const api = await AgentApi.logIn(demo, 'martin.zhou');
  const id = /cv_\w+/.exec(place)?.[0] ?? '';
  const reopened = async (): Promise<void> => {
    // The notice goes at once, the answer comes later: whoever leaves in between cuts it off.
    await expect
      .poll(async () => (await api.ask('GET', `conversations/${id}`)).status.kind)
      .toBe('open');
    await page.goto(place);
    await expect(page.getByRole('button', { name: 'Resolve', exact: true })).toBeVisible();
  };

  await page.keyboard.press('e');
  await expect(undo).toBeVisible();
  await agent.hasGoneOn();
  await expect(undo).toHaveAttribute('aria-keyshortcuts', 'Shift+Z');
  await page.keyboard.press('Shift+Z');
  await expect(undo).toHaveCount(0);
  await reopened();

  // From the middle of writing to another customer: there, back, and nothing typed is lost.
  await page.keyboard.press('e');
  await expect(undo).toBeVisible();
  await agent.hasGoneOn();
  await page.keyboard.press('r');
  await expect(agent.box()).toBeFocused();
  await page.keyboard.type('Half a sent');
  await page.keyboard.press('F8');
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(undo).toHaveCount(0);
  await expect(agent.box()).toBeFocused();
  await expect(agent.box()).toHaveValue('Half a sent');
  await agent.box().fill('');
  await reopened();
});

test('the guide names the limits the server has', async ({ demo }) => {
  const { limits } = await (await AgentApi.logIn(demo)).ask('GET', 'session');
  const size = `${String(limits.attachment_bytes / 1024 ** 2)} MB`;
  const count = Number(limits.attachments_per_message);
  const words = {
    en: ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  };
  const guide = (name: string): Promise<string> =>
    readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
  expect(await guide('user-guide.md')).toContain(
    `at most ${words.en[count] ?? String(count)} in a message, ${size} each`,
  );
  const zh =
    ['', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十'][count] ?? String(count);
  expect(await guide('user-guide.zh-CN.md')).toContain(`每条消息最多${zh}个，每个不超过 ${size}`);
});
