import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { findings, open, Stage } from './stage';

let stage: Stage;
let people: BrowserContext[] = [];

beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.strike());
afterEach(async () => {
  stage.server.up();
  stage.server.service.questions.length = 0;
  for (const person of people) await person.close();
  people = [];
});

async function person(options = {}): Promise<BrowserContext> {
  const context = await stage.person(options);
  people.push(context);
  return context;
}

describe('articles', () => {
  it('are found, read and judged by keyboard, and a person learns what was read', async () => {
    const shop = await stage.shop(await person());
    const { page, panel } = shop;
    await open(shop);
    await panel.getByRole('button', { name: 'Find an answer' }).press('Enter');
    const field = panel.getByRole('searchbox', { name: 'Search articles' });
    await expect.poll(() => field.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.type('return');
    await panel.getByText('2 articles found').waitFor();
    expect(stage.server.service.questions).toEqual([]);
    expect(await findings(page, 'panel')).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const title = panel.getByRole('heading', { name: 'Return an order' });
    await expect.poll(() => title.evaluate((it) => it === document.activeElement)).toBe(true);
    await panel.getByText('Gifts are taken back too.').waitFor();
    expect(await panel.getByRole('columnheader').allTextContents()).toEqual(['Within', 'Costs']);
    expect(await findings(page, 'panel')).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: /Care for a gaiwan/ }).click();
    await panel.getByRole('button', { name: 'Back to the results' }).click();
    await panel.getByRole('button', { name: /Return an order/ }).click();
    await panel.getByRole('button', { name: 'No', exact: true }).click();
    await panel.getByText('A person can help you').waitFor();
    await panel.getByRole('button', { name: 'Ask a person' }).click();
    const box = panel.getByRole('textbox');
    expect(await box.inputValue()).toBe('return');
    await box.press('Enter');
    await panel.getByText('Sent').waitFor();
    expect(stage.server.service.questions).toMatchObject([
      { text: 'return', opened: 'return-an-order', is_helpful: false, is_contact: true },
    ]);
    expect(stage.visitor().context).toMatchObject({
      page_url: 'https://help.example/return-an-order',
      page_title: 'Read: Return an order · Searched for: return',
    });
    expect(shop.errors).toEqual([]);
  });

  it('are offered while a message is written, until somebody answers', async () => {
    const shop = await stage.shop(
      await person({ locale: 'zh-CN', viewport: { width: 390, height: 740 }, hasTouch: true }),
    );
    const { page, panel } = shop;
    await page.getByRole('button', { name: /打开/ }).click();
    const box = panel.getByRole('textbox');
    await box.fill('退货');
    const offered = panel.getByRole('region', { name: '以下内容或许有帮助' });
    await offered.getByRole('button', { name: '如何退货' }).click();
    await panel.getByText('请使用包装内的标签').waitFor();
    await panel.getByRole('button', { name: '已解决' }).click();
    await panel.getByText('很高兴能帮到您').waitFor();
    await panel.getByRole('button', { name: '关闭' }).click();
    await expect
      .poll(() => stage.server.service.questions)
      .toMatchObject([{ text: '退货', opened: 'tuihuo', is_helpful: true }]);
    await offered.waitFor();
    await offered.getByRole('button', { name: '隐藏建议' }).click();
    expect(await offered.count()).toBe(0);
    await box.fill('你好');
    await box.press('Enter');
    await panel.getByText('已发送').waitFor();
    stage.server.act({ do: 'assign', name: '林溪' });
    await panel.getByText('林溪已接入会话').waitFor();
    await box.fill('如何退货');
    await panel.getByRole('button', { name: '更多选项' }).click();
    await panel.getByRole('button', { name: '查找答案' }).last().click();
    await panel.getByRole('searchbox').fill('没有的东西');
    await panel.getByText('暂无相关文章').waitFor();
    expect(await offered.count()).toBe(0);
    expect(shop.errors).toEqual([]);
  });

  it('say what to do when they cannot be reached', async () => {
    const context = await person();
    const shop = await stage.shop(context);
    const { panel } = shop;
    await open(shop);
    await panel.getByRole('button', { name: 'Find an answer' }).click();
    const field = panel.getByRole('searchbox');
    await context.route('**/articles?*', (route) => route.abort('connectionfailed'));
    await field.fill('return');
    await panel.getByText('The search did not work').waitFor();
    await context.unroute('**/articles?*');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByRole('button', { name: /Return an order/ }).waitFor();
  });
});
