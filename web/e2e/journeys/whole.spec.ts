/**
 * The main job from the first word to the rating, under the conditions customers and agents
 * work in. The plain one, from an empty installation, is in `first-run.spec.ts`.
 */
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { Agent } from '../support/agent.js';
import { png } from '../support/png.js';
import type { Server } from '../support/server.js';
import { expect, expectAccessible, test, unique } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

const PICTURE = 'spare-lid.png';
/** A phrase of the sample company, by shortcut and first words. */
const PHRASES = {
  en: ['goodbye', 'Thank you for writing to us'],
  'zh-CN': ['haiyou', '请问还有其他可以帮您的吗'],
} as const;

interface People {
  agent: Agent;
  visitor: Visitor;
}

async function meet(
  browser: Browser,
  server: Server,
  options: BrowserContextOptions = {},
): Promise<People> {
  const isChinese = options.locale === 'zh-CN';
  const who = isChinese ? 'zoe.shen' : 'martin.zhou';
  const agent = await Agent.arrive(await browser.newContext(options), server, who);
  const site = isChinese ? 'shop' : 'shop-intl';
  const visitor = await Visitor.arrive(await browser.newContext(options), server, site);
  return { agent, visitor };
}

/** The answer everybody gets: a phrase, with a picture. */
async function answer({ agent, visitor }: People, locale: 'en' | 'zh-CN' = 'en'): Promise<void> {
  const [shortcut, words] = PHRASES[locale];
  await agent.usesPhrase(shortcut);
  await agent.attaches(PICTURE, png(120, 80));
  await agent.sends();
  await expect(visitor.panel.getByRole('listitem').getByText(words)).toBeVisible();
  await visitor.seesPicture(PICTURE);
}

/** Types as an input method does: letters first, Enter to take the word, then Enter to send. */
async function composeChinese(page: Page, box: Agent['box'], text: string): Promise<void> {
  await box().focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', {
    text: 'nihao',
    selectionStart: 5,
    selectionEnd: 5,
  });
  await box().dispatchEvent('keydown', { key: 'Enter', isComposing: true, keyCode: 229 });
  await expect(box()).not.toHaveValue('');
  await session.send('Input.insertText', { text });
  await expect(box()).toHaveValue(text);
  await session.detach();
}

test('with the network cut on either side', async ({ browser, demo }) => {
  const people = await meet(browser, demo);
  const { agent, visitor } = people;
  const [visitorLine, agentLine] = [visitor.page.context(), agent.page.context()];

  // The chat is there, with its greeting, before the line goes.
  await expect(visitor.panel.getByText(/thank you for stopping by/)).toBeVisible();
  await visitorLine.setOffline(true);
  const question = unique('The lid is missing from my parcel');
  await visitor.write(question);
  // Which of the two depends on whether the rest of the panel had arrived before.
  await expect(visitor.panel.getByText(/You are offline|cannot be reached/)).toBeVisible();
  await visitorLine.setOffline(false);
  await agent.opens(question);

  // The agent answers without a line; the customer gets it once, when it is back.
  await agentLine.setOffline(true);
  const reply = unique('We send one today');
  await agent.box().fill(reply);
  await agent.box().press('Enter');
  await agentLine.setOffline(false);
  await visitor.sees(reply);
  await expect(agent.thread().getByText(reply, { exact: true })).toHaveCount(1);
  await answer(people);

  // The customer misses the end, and is asked for the rating when they are back.
  await visitorLine.setOffline(true);
  await agent.resolves();
  await visitorLine.setOffline(false);
  await visitor.rates(5);
  await agent.seesRating(5);
});

test('in two tabs of the customer and two of the agent', async ({ browser, demo }) => {
  const people = await meet(browser, demo);
  const { agent, visitor } = people;
  const question = unique('Does the cup keep its glaze in the dishwasher');
  await visitor.write(question);
  await agent.opens(question);
  const secondVisitor = await Visitor.arrive(visitor.page.context(), demo);
  const secondAgent = await Agent.arriveAgain(agent, demo);
  await secondVisitor.sees(question);
  await secondAgent.opens(question);
  await answer(people);
  await secondVisitor.seesPicture(PICTURE);
  const more = unique('Thank you, that is the right one');
  await secondVisitor.write(more);
  await agent.sees(more);
  await secondAgent.sees(more);
  await expect(visitor.panel.getByText(more, { exact: true })).toHaveCount(1);
  await secondAgent.resolves();
  await visitor.rates(4);
  // Rated in one tab, no longer asked for in the other.
  await expect(secondVisitor.panel.getByText(/How did we do/)).toHaveCount(0);
  await agent.seesRating(4);
  await secondAgent.seesRating(4);
});

test('with the keyboard alone on both sides', async ({ browser, demo }) => {
  const agent = await Agent.arrive(await browser.newContext(), demo);
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${demo.url}/demo/shop-intl/`);
  const launcher = page.getByRole('button', { name: /open chat/i });
  await expect(launcher).toBeVisible();
  await pressUntil(page, 'Tab', () => launcher.evaluate((it) => it.matches(':focus')));
  await page.keyboard.press('Enter');
  const visitor = Visitor.on(page);
  await expect(visitor.box()).toBeFocused();
  const question = unique('Is the big teapot in stock');
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  await visitor.sees(question);

  const { keyboard } = agent.page;
  await agent.hasOnTop(question);
  await keyboard.press('j');
  await keyboard.press('Enter');
  await agent.sees(question);
  await keyboard.press('r');
  await expect(agent.box()).toBeFocused();
  agent.stays();
  // Asked for early: the browser needs a moment until it hands choosers to the test.
  const chooser = agent.page.waitForEvent('filechooser');
  await keyboard.type('/goodbye');
  await expect(agent.page.getByRole('option', { name: '/goodbye' })).toBeVisible();
  await keyboard.press('Enter');
  await expect(agent.box()).toHaveValue(/Thank you for writing to us/);
  const attach = agent.page.getByRole('button', { name: 'Attach files' });
  await pressUntil(agent.page, 'Tab', () => attach.evaluate((it) => it.matches(':focus')));
  await keyboard.press('Enter');
  const picture = { name: PICTURE, mimeType: 'image/png', buffer: png(120, 80) };
  await (await chooser).setFiles(picture);
  await agent.hasAttached(PICTURE);
  await expect(agent.box()).toBeFocused();
  await keyboard.press('Enter');
  await visitor.seesPicture(PICTURE);
  await keyboard.press('Escape');
  await keyboard.press('e');
  await agent.hasGoneOn();

  const stars = visitor.panel.getByRole('radiogroup', { name: /How did we do/ });
  await expect(stars).toBeVisible();
  await pressUntil(page, 'Shift+Tab', () => stars.evaluate((it) => it.matches(':focus-within')));
  await page.keyboard.press('Space');
  const three = stars.getByRole('radio', { name: '3 stars' });
  await pressUntil(page, 'ArrowLeft', () => three.isChecked());
  await visitor.isThanked();
  await agent.seesRating(3);
  // Escape closes the chat and gives the focus back to what opened it.
  await page.keyboard.press('Escape');
  await expect(launcher).toBeFocused();
});

/** Presses a key until something holds; what never comes fails. */
async function pressUntil(page: Page, key: string, holds: () => Promise<boolean>): Promise<void> {
  for (let times = 0; times < 60; times += 1) {
    await page.keyboard.press(key);
    if (await holds()) return;
  }
  throw new Error(`${key} never led there`);
}

test('in Chinese, with an input method on both sides', async ({ browser, demo }) => {
  const people = await meet(browser, demo, { locale: 'zh-CN' });
  const { agent, visitor } = people;
  const question = unique('天青釉盖碗的盖子可以单独买吗');
  await composeChinese(visitor.page, () => visitor.box(), question);
  await expect(visitor.panel.getByRole('listitem')).toHaveCount(0);
  await visitor.box().press('Enter');
  await visitor.sees(question);
  await agent.opens(question);
  const reply = unique('可以的，我帮您登记一下');
  await composeChinese(agent.page, () => agent.box(), reply);
  await expect(agent.thread().getByText(reply, { exact: true })).toHaveCount(0);
  await agent.box().press('Enter');
  await visitor.sees(reply);
  await answer(people, 'zh-CN');
  await expectAccessible(agent.page);
  await expectAccessible(visitor.page);
  await agent.resolves();
  await visitor.rates(5);
  await agent.seesRating(5);
});

test('on a phone on both sides', async ({ browser, demo }) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const people = await meet(browser, demo, phone);
  const { agent, visitor } = people;
  const question = unique('I am at the shop and it is closed');
  await visitor.box().fill(question);
  await visitor.panel.getByRole('button', { name: 'Send' }).tap();
  await visitor.sees(question);
  await agent.row(question).tap();
  await agent.sees(question);
  await answer(people);
  await expectAccessible(visitor.page);
  await expectAccessible(agent.page);
  await agent.resolves();
  await visitor.rates(2);
  await agent.seesRating(2);
});
