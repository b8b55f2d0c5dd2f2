/**
 * The bot, from both sides: it answers with its source, gives way to a person at once,
 * and what it lacks is answered once there is an article. Set up in the console, met in the widget.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { Agent } from '../support/agent.js';
import { AgentApi } from '../support/api.js';
import type { Server } from '../support/server.js';
import { openSite, type Site } from '../support/site.js';
import {
  expect,
  expectAccessible,
  expectAccessibleEverywhere,
  logIn,
  test,
  unique,
} from '../support/test.js';
import { Visitor } from '../support/visitor.js';

const WORDS = {
  en: {
    mark: 'Automatic assistant',
    source: /^Source/,
    helped: 'Yes, it did',
    glad: /Glad I could help/,
    wish: 'Talk to a person',
    line: 'Your place in line',
    enable: 'The bot answers first',
    learn: 'Learn from what customers say',
    answers: 'Answers from',
    suggests: 'Suggests from',
    unsure: 'A question it cannot answer',
    save: 'Save',
    saved: /Saved\. It holds/,
    bench: 'Test bench',
    replay: 'Replay',
    compare: 'What becomes of the questions',
    takeOver: 'Take over',
    note: 'Handed over by the bot',
  },
  'zh-CN': {
    mark: '自动回复',
    source: /^来源/,
    helped: '有帮助',
    glad: /很高兴帮到您/,
    wish: /^转人工/,
    line: '您的排队情况',
    enable: '由机器人先行接待',
    learn: '根据客户反馈学习',
    answers: '直接作答的下限',
    suggests: '推荐文章的下限',
    unsure: '无法回答的问题',
    save: '保存',
    saved: /已保存，从下一条消息起生效/,
    bench: '试答',
    replay: '开始试答',
    compare: '问题的去向',
    takeOver: '接手',
    note: '机器人交接说明',
  },
} as const;

type Locale = keyof typeof WORDS;

interface Content {
  title: string;
  summary: string;
  body: string;
}

const ARTICLES: Record<Locale, Content[]> = {
  en: [
    {
      title: 'How do I descale the bronze samovar?',
      summary: 'Boil it with citric acid for ten minutes.',
      body: 'Boil it with citric acid for ten minutes, then rinse it twice.',
    },
    {
      title: 'How do I polish the bronze samovar?',
      summary: 'Rub it with a soft cloth and chalk.',
      body: 'Rub it with a soft cloth and chalk.',
    },
  ],
  'zh-CN': [
    {
      title: '铜茶炊怎么除水垢？',
      summary: '加柠檬酸煮十分钟，再冲洗两次。',
      body: '加柠檬酸煮十分钟，再冲洗两次。',
    },
    {
      title: '铜茶炊怎么抛光？',
      summary: '用软布蘸白垩粉擦拭。',
      body: '用软布蘸白垩粉擦拭。',
    },
  ],
};

interface Stage {
  admin: AgentApi;
  inbox: { id: string; key: string; name: string };
  site: Site;
}

async function publish(admin: AgentApi, source: Locale, content: object): Promise<void> {
  const article = await admin.ask('POST', 'articles', { source, content });
  const { version } = article.translations[0];
  await admin.ask('POST', `articles/${article.id as string}/translations/${source}/publish`, {
    version,
  });
}

/** A shop of our own with a line of its own, so that nobody else's hours decide. */
async function prepare(demo: Server, locale: Locale): Promise<Stage> {
  const admin = await AgentApi.logIn(demo);
  const queue = await admin.ask('POST', 'queues', { name: unique('Bot line') });
  const inbox = await admin.ask('POST', 'inboxes', {
    name: unique('Bot shop'),
    settings: { default_locale: locale },
  });
  await admin.ask('PATCH', `inboxes/${inbox.id as string}`, { routing: { queue_id: queue.id } });
  for (const content of ARTICLES[locale]) await publish(admin, locale, content);
  const site = await openSite();
  site.show(
    `<script async src="${demo.url}/widget.js" data-inbox="${inbox.key as string}" data-locale="${locale}"></script>`,
  );
  return { admin, inbox, site };
}

/** A new customer each time: the bot begins anew with each. */
async function arrive(browserContext: () => Promise<BrowserContext>, site: Site): Promise<Visitor> {
  const page = await (await browserContext()).newPage();
  await page.goto(site.url);
  const visitor = Visitor.on(page);
  await visitor.open();
  return visitor;
}

/** Switches the bot on and says how sure it must be, as a person does. */
async function setUp(page: Page, demo: Server, { inbox }: Stage, locale: Locale): Promise<void> {
  const words = WORDS[locale];
  await page.goto(`${demo.url}/settings/bot`);
  await page.locator(`a[href="/settings/bot/inboxes/${inbox.id}"]`).first().click();
  await page.getByRole('switch', { name: words.enable }).check({ force: true });
  await page
    .getByRole('textbox', { name: locale === 'en' ? /English/ : /中文/ })
    .first()
    .fill('Teabot');
  await marks(page, locale, 30, 20);
  await page.getByRole('combobox', { name: words.unsure }).selectOption('person');
  await expectAccessibleEverywhere(page);
  await save(page, locale);
}

async function marks(page: Page, locale: Locale, answer: number, suggest: number): Promise<void> {
  const words = WORDS[locale];
  const learn = page.getByRole('switch', { name: words.learn });
  if (await learn.isChecked()) await learn.uncheck({ force: true });
  await page.getByRole('slider', { name: words.suggests }).fill(String(suggest));
  await page.getByRole('slider', { name: words.answers }).fill(String(answer));
}

async function save(page: Page, locale: Locale): Promise<void> {
  await page.getByRole('button', { name: WORDS[locale].save, exact: true }).click();
  await expect(page.getByText(WORDS[locale].saved).first()).toBeVisible();
}

for (const locale of ['en', 'zh-CN'] as const)
  test(`the bot answers, gives way and learns what it lacked in ${locale}`, async ({
    browser,
    demo,
  }) => {
    test.slow();
    const words = WORDS[locale];
    const [first, second] = ARTICLES[locale] as [Content, Content];
    const stage = await prepare(demo, locale);
    const { site } = stage;
    const customer = (): Promise<BrowserContext> => browser.newContext({ locale });
    const context = await browser.newContext({ locale });
    const desk = await context.newPage();
    await logIn(desk, demo, 'zoe.shen');
    await setUp(desk, demo, stage, locale);

    // Answered, with the article it comes from.
    const asker = await arrive(customer, site);
    await asker.write(first.title);
    await expect(asker.panel.getByText(words.mark, { exact: true })).toBeVisible();
    await expect(asker.panel.getByText(first.summary).first()).toBeVisible();
    const source = asker.panel.getByRole('link', { name: words.source });
    await expect(source).toContainText(first.title);
    await expect(source).toHaveAttribute('href', /\/help\//);
    await expectAccessible(asker.page);
    await asker.panel.getByRole('button', { name: words.helped, exact: true }).click();
    await expect(asker.panel.getByText(words.glad).first()).toBeVisible();

    // What other marks would do is seen before they go live.
    await desk.getByRole('tab', { name: words.bench }).click();
    await desk.getByRole('slider', { name: words.answers }).fill('95');
    await desk.getByRole('button', { name: words.replay, exact: true }).click();
    await expect(desk.getByRole('table', { name: words.compare }).first()).toBeVisible();
    await expect(desk.getByText(first.title).first()).toBeVisible();
    await expectAccessibleEverywhere(desk);
    const other = await arrive(customer, site);
    await other.write(second.title);
    await expect(other.panel.getByRole('link', { name: words.source })).toContainText(second.title);

    // A person, with one tap; whoever takes over reads what was tried, and the bot is silent.
    const wish = other.panel.getByRole('button', { name: words.wish }).last();
    const conversation = await latest(stage);
    await desk.goto(`${demo.url}/inbox/all/${conversation}`);
    await expect(desk.getByRole('button', { name: words.takeOver })).toBeVisible();
    await expectAccessible(desk);
    await wish.click();
    await expect(other.panel.getByRole('region', { name: words.line })).toBeVisible();
    await expect(desk.getByText(words.note).first()).toBeVisible();
    await expect(desk.getByRole('button', { name: words.takeOver })).toHaveCount(0);
    const agent = Agent.on(desk);
    const hello = unique('A person here');
    await agent.answers(hello);
    await other.sees(hello);

    // No answer: a person, an article for it, and then an answer.
    await lacks(stage, locale, await arrive(customer, site));
    const again = await arrive(customer, site);
    await again.write(LACKING[locale].question);
    await expect(again.panel.getByText(LACKING[locale].answer).first()).toBeVisible();
    site.close();
  });

/** The conversation that was written in last in the inbox of the stage. */
async function latest({ admin, inbox }: Stage): Promise<string> {
  const { items } = await admin.ask('GET', `conversations?inbox=${inbox.id}`);
  return (items as { id: string }[])[0]?.id ?? '';
}

const LACKING = {
  en: {
    question: 'Does the zither string need walnut varnish?',
    answer: 'No, silk strings stay bare.',
  },
  'zh-CN': { question: '古琴丝弦要不要上核桃油？', answer: '不需要，丝弦不上油。' },
} as const;

/** What the bot cannot answer goes to a person; an article is written for it. */
async function lacks(stage: Stage, locale: Locale, visitor: Visitor): Promise<void> {
  const { question, answer } = LACKING[locale];
  const { admin } = stage;
  await visitor.write(question);
  await expect(visitor.panel.getByRole('region', { name: WORDS[locale].line })).toBeVisible();
  await publish(admin, locale, { title: question, summary: '', body: answer });
}
