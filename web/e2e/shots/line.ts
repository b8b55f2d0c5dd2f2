/** Waiting in line and being asked, from both sides. */
import type { Browser } from '@playwright/test';
import { AgentApi } from '../support/api.js';
import { isThere } from '../support/nav.js';
import type { Server } from '../support/server.js';
import { logIn, panelOf } from '../support/test.js';
import { type Look, newPage, take } from './picture.js';

const words = {
  'zh-CN': { site: 'shop', agent: 'ruoxi.lin', ask: '这款主人杯还有现货吗？想今天下单。' },
  en: {
    site: 'shop-intl',
    agent: 'emily.carter',
    ask: 'Is the master cup in stock? I would like to order it today.',
  },
};

/** Nobody waits, also not from an earlier picture, and nobody is at work until somebody comes. */
async function sendHome(server: Server): Promise<void> {
  const admin = await AgentApi.logIn(server);
  for (const queue of (await admin.ask('GET', 'queues')).items) {
    const line = await admin.ask('GET', `queues/${queue.id as string}/items`);
    for (const { conversation_id: id } of line.items)
      await admin.call('POST', `conversations/${id as string}/resolve`);
  }
  const { items } = await admin.ask('GET', 'agents');
  for (const { id } of items)
    await admin.call('PUT', `agents/${id as string}/presence`, { presence: 'offline' });
}

export async function pictureLine(browser: Browser, server: Server, look: Look): Promise<void> {
  const { site, agent, ask } = words[look.locale];
  await sendHome(server);
  const visitor = await newPage(browser, look);
  await visitor.goto(`${server.url}/demo/${site}/`);
  await visitor.getByRole('button', { name: /chat|在线客服/i }).click();
  const panel = panelOf(visitor);
  const box = panel.getByRole('textbox', { name: /write a message|输入消息/i });
  await box.fill(ask);
  await box.press('Enter');
  await panel.getByRole('region', { name: /^(Your place in line|您的排队情况)$/ }).waitFor();
  await take(visitor, 'widget-line', look);

  const page = await newPage(browser, look);
  await logIn(page, server, agent);
  await page.goto(`${server.url}/inbox/mine`);
  await isThere(page);
  const card = page.getByRole('article').filter({ hasText: ask });
  await card.waitFor({ timeout: 60_000 });
  await take(page, 'offer', look);
  await card.getByRole('button', { name: /^(Accept|接待)/ }).click();
  await page
    .getByRole('region', { name: /^(Messages|消息)$/ })
    .getByText(ask)
    .waitFor();
  await take(page, 'accepted', look);
  for (const [key, what] of [
    ['f', 'transfer'],
    ['p', 'presence'],
  ] as const) {
    await page.keyboard.press(key);
    if (what === 'transfer') await page.getByRole('dialog').waitFor();
    else if (look.size === 'phone') continue;
    else await page.getByRole('radiogroup').first().waitFor();
    await take(page, what, look);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: /^(More actions|更多操作)$/ }).click();
  await page.getByRole('menuitem', { name: /^(Why am I|为什么由我接待)/ }).click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'why', look);
  // Left alone it would be offered to whoever is at the desk in the pictures that follow.
  await sendHome(server);
  await page.context().close();
  await visitor.context().close();
}
