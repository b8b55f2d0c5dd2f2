import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { findings, open, Stage, write } from './stage';

let stage: Stage;
let people: BrowserContext[] = [];

beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.strike());
afterEach(async () => {
  stage.server.up();
  for (const person of people) await person.close();
  people = [];
});

async function person(options = {}): Promise<BrowserContext> {
  const context = await stage.person(options);
  people.push(context);
  return context;
}

describe('axe', () => {
  const isClean = async (shop: Awaited<ReturnType<Stage['shop']>>): Promise<void> => {
    expect(await findings(shop.page, 'panel')).toEqual([]);
    expect(await findings(shop.page, 'host')).toEqual([]);
  };

  it.each(['light', 'dark'] as const)('finds nothing in any state (%s)', async (colorScheme) => {
    const shop = await stage.shop(await person({ colorScheme }));
    const { panel } = shop;
    await open(shop);
    await isClean(shop);
    await panel.getByRole('button', { name: 'Insert emoji' }).click();
    await panel.getByRole('group', { name: 'Insert emoji' }).waitFor();
    await isClean(shop);
    await write(shop, 'hello');
    stage.server.act({ do: 'assign', name: 'Ellen' });
    const picture = stage.server.service.upload('cup.png', 'image/png', new Uint8Array(10));
    const invoice = stage.server.service.upload(
      'invoice.pdf',
      'application/pdf',
      new Uint8Array(10),
    );
    stage.server.act({
      do: 'write',
      name: 'Ellen',
      text: 'Look: https://shop.example',
      attachments: [picture, invoice],
      cards: [{ title: 'A set', url: 'https://shop.example' }],
      quick_replies: [{ label: 'Yes', text: 'Yes' }],
    });
    await panel.getByRole('button', { name: 'Yes' }).waitFor();
    await panel.getByRole('button', { name: /invoice/ }).waitFor();
    stage.server.act({ do: 'typing' });
    await panel.getByText('is typing').waitFor();
    await isClean(shop);
    await panel.getByRole('button', { name: 'More options' }).click();
    await panel.getByRole('dialog').waitFor();
    await isClean(shop);
    await panel.getByRole('button', { name: 'Send transcript' }).click();
    await panel.getByRole('button', { name: 'Send', exact: true }).last().click();
    await panel.getByText('Write an e-mail address').waitFor();
    await isClean(shop);
    await panel.getByLabel('E-mail address').press('Escape');
    stage.server.act({ do: 'resolve' });
    await panel.locator('.big5').getByRole('radio', { name: '5 stars' }).check({ force: true });
    await panel.getByRole('button', { name: 'Submit' }).waitFor();
    await isClean(shop);
    stage.server.down();
    await panel.getByText('Reconnecting').waitFor();
    await isClean(shop);
  });

  it('marks the bot, names its source, and keeps the way to a person', async () => {
    const shop = await stage.shop(await person());
    const { panel } = shop;
    await open(shop);
    await write(shop, 'How do I return a cup?');
    stage.server.service.act(stage.visitor(), {
      do: 'write',
      isBot: true,
      name: 'Teabot',
      text: 'Within 30 days, unused.',
      cards: [{ title: 'Returns', text: null, url: 'https://help.example/returns' }],
      quick_replies: [
        { label: 'Yes, thank you', text: 'Yes' },
        { label: 'Talk to a person', text: 'Talk to a person' },
      ],
    });
    await panel.getByText('Automatic assistant', { exact: true }).waitFor();
    const source = panel.getByRole('link', { name: 'Source Returns (opens in a new tab)' });
    expect(await source.getAttribute('href')).toBe('https://help.example/returns');
    await isClean(shop);
    // Offered by the answer itself, and then by the panel: in reach either way, and once.
    const wish = panel.getByRole('button', { name: 'Talk to a person' });
    expect(await wish.count()).toBe(1);
    await panel.getByRole('button', { name: 'Yes, thank you' }).click();
    await wish.click();
    await panel.getByRole('listitem').filter({ hasText: 'Talk to a person' }).waitFor();
    stage.server.service.act(stage.visitor(), { do: 'write', text: 'Ellen here.' });
    await wish.waitFor({ state: 'detached' });
  });

  it.each(['prechat', 'offline'])('finds nothing in the %s form', async (inbox) => {
    const shop = await stage.shop(await person(), '?inbox=' + inbox);
    await open(shop);
    await shop.panel.getByRole('textbox').fill('hello');
    await shop.panel.getByRole('textbox').press('Enter');
    await shop.panel.getByRole('dialog').waitFor();
    await isClean(shop);
    await shop.panel.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await isClean(shop);
    if (inbox === 'prechat') await shop.panel.getByLabel('Your name').fill('Mei');
    await shop.panel.getByLabel('E-mail address').fill('mei@example.com');
    await shop.panel.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await shop.panel.getByText('Sent').waitFor();
    expect(stage.visitor().prechat?.email ?? stage.visitor().email).toBe('mei@example.com');
  });
});
