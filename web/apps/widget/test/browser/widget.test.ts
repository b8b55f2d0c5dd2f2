import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { open, Stage, write } from './stage';

let stage: Stage;
let people: BrowserContext[] = [];

beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.strike());
afterEach(async () => {
  stage.server.up();
  stage.server.control.dropAnswer = false;
  stage.server.control.hostCsp = undefined;
  for (const person of people) await person.close();
  people = [];
});

async function person(options = {}): Promise<BrowserContext> {
  const context = await stage.person(options);
  people.push(context);
  return context;
}

const texts = (): string[] =>
  stage
    .visitor()
    .messages.filter(({ kind }) => kind === 'text')
    .map(({ text }) => text);

describe('a conversation', () => {
  it('goes from the first word to the rating', async () => {
    const shop = await stage.shop(await person());
    const { panel } = shop;
    await open(shop);
    expect(await panel.getByRole('heading', { level: 2 }).textContent()).toContain(
      'Good to see you',
    );
    await write(shop, 'Is the gaiwan in stock?');
    await panel.getByText('Sent').waitFor();
    stage.server.act({ do: 'assign', name: 'Ellen' });
    stage.server.act({ do: 'write', name: 'Ellen', text: '**Yes**, three of them.' });
    await panel.locator('strong', { hasText: 'Yes' }).waitFor();
    await panel.getByText('Read').waitFor();
    await expect.poll(() => stage.visitor().seen.some(({ t }) => t === 'seen')).toBe(true);
    stage.server.act({ do: 'resolve' });
    await panel.locator('.big5').getByRole('radio', { name: '4 stars' }).check({ force: true });
    await panel.getByText('Thank you for your rating').waitFor();
    await panel
      .getByRole('radiogroup', { name: 'Quick' })
      .getByRole('radio', { name: '5 stars' })
      .check({ force: true });
    await panel.getByRole('button', { name: 'Submit' }).click();
    await panel.getByText('Saved').waitFor();
    expect(stage.visitor().conversation?.session.rating).toMatchObject({
      score: 4,
      dimensions: { fast: 5 },
    });
    expect(shop.errors).toEqual([]);
  });

  it('asks whether a case is solved, and takes no for an answer only with the reason', async () => {
    const shop = await stage.shop(await person());
    const { panel } = shop;
    await open(shop);
    await write(shop, 'The lid does not fit.');
    await panel.getByText('Sent').waitFor();
    const asks = (kind: string) => ({ kind, answer: null, answered_at: null });
    stage.server.act({ do: 'write', text: 'The kiln rests on Sundays.', ask: asks('notice') });
    await panel.getByRole('button', { name: 'I have read this' }).click();
    await panel.getByText('You have read this.').waitFor();
    stage.server.act({ do: 'write', text: 'Is it solved?', ask: asks('solved') });
    await panel.getByRole('button', { name: 'No, not yet' }).click();
    const missing = panel.getByRole('textbox', { name: 'What is still missing?' });
    await expect.poll(() => missing.evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await panel.getByRole('button', { name: 'Submit' }).isDisabled()).toBe(true);
    await missing.fill('It still does not fit.');
    await panel.getByRole('button', { name: 'Submit' }).click();
    await panel.getByText('You said it is not solved yet.').waitFor();
    expect(stage.visitor().messages.at(-1)?.ask).toMatchObject({
      answer: 'disputed',
      note: 'It still does not fit.',
    });
    // Settled elsewhere in the moment before the tap: said so, and the row tells the rest.
    stage.server.act({ do: 'write', text: 'And now?', ask: asks('solved') });
    const last = stage.visitor().messages.at(-1);
    await panel.getByRole('button', { name: 'Yes, it is solved' }).waitFor();
    if (last) last.ask = { kind: 'solved', answer: 'over', answered_at: null };
    await panel.getByRole('button', { name: 'Yes, it is solved' }).click();
    await panel.getByText('This has been settled in the meantime.').waitFor();
    expect(shop.errors.filter((error) => !error.includes('409'))).toEqual([]);
  });

  it('says thanks for a rating when the server has it, however often the line breaks', async () => {
    const shop = await stage.shop(await person());
    const { panel } = shop;
    await open(shop);
    await write(shop, 'My parcel has not come.');
    await panel.getByText('Sent').waitFor();
    stage.server.act({ do: 'assign', name: 'Ellen' });
    stage.server.act({ do: 'resolve' });
    const stars = panel.locator('.big5');
    await stars.waitFor();
    let cuts = 0;
    let isBack = (): void => undefined;
    const back = new Promise<void>((done) => (isBack = done));
    await shop.page.context().route('**/widget/rating', async (route) => {
      cuts += 1;
      if (cuts === 1) return route.abort('connectionfailed');
      await back;
      return route.continue();
    });
    await stars.getByRole('radio', { name: '5 stars' }).check({ force: true });
    await panel.getByText('Sending').waitFor();
    // A second thought before the first was delivered: it is the one that counts.
    await stars.getByRole('radio', { name: '2 stars' }).check({ force: true });
    expect(await panel.getByText('Thank you for your rating').count()).toBe(0);
    isBack();
    await panel.getByText('Thank you for your rating').waitFor();
    expect(stage.visitor().conversation?.session.rating).toMatchObject({ score: 2 });
    expect(shop.errors.filter((text) => !text.includes('ERR_CONNECTION_FAILED'))).toEqual([]);
  });

  it('is the same after the next page of the site', async () => {
    const shop = await stage.shop(await person());
    await open(shop);
    await write(shop, 'I will look around.');
    await shop.panel.getByText('Sent').waitFor();
    await shop.panel.getByRole('textbox').fill('half a sent');
    await shop.page.goto(`${stage.server.url}/demo/shop/piece.html?p=jar`);
    await shop.panel.getByText('I will look around.').waitFor();
    expect(await shop.panel.getByRole('textbox').inputValue()).toBe('half a sent');
    expect(texts()).toEqual(['I will look around.']);
  });

  it('sends what was sent before the inbox had answered', async () => {
    const context = await person();
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await context.route('**/api/v1/widget/inboxes/demo', async (route) => {
      if (route.request().frame().parentFrame()) await answered;
      await route.continue();
    });
    const shop = await stage.shop(context);
    await open(shop);
    await shop.panel.getByRole('textbox').fill('Is anybody there?');
    await shop.panel.getByRole('textbox').press('Enter');
    answer();
    await shop.panel.getByText('Sent').waitFor();
    expect(texts()).toEqual(['Is anybody there?']);
  });

  it('leaves room to write and send when the keyboard of a phone is open', async () => {
    const phone = { viewport: { width: 390, height: 420 }, hasTouch: true, isMobile: true };
    const shop = await stage.shop(await person(phone));
    await open(shop);
    await shop.panel.getByRole('textbox').fill('line\n'.repeat(12));
    await shop.panel.getByRole('button', { name: 'Insert emoji' }).click();
    await shop.panel.getByRole('button', { name: '😀' }).waitFor();
    const send = await shop.panel.getByRole('button', { name: 'Send' }).boundingBox();
    expect((send?.y ?? 999) + (send?.height ?? 0)).toBeLessThanOrEqual(420);
  });

  it('survives a cut in the middle, and doubles nothing', async () => {
    const shop = await stage.shop(await person());
    await open(shop);
    await write(shop, 'one');
    await shop.panel.getByText('Sent').waitFor();
    stage.server.down();
    await write(shop, 'two');
    await shop.panel.getByText('Reconnecting').waitFor();
    await write(shop, 'three');
    stage.server.up();
    stage.server.act({ do: 'write', name: 'Ellen', text: 'said while you were away' });
    await shop.panel.getByText('said while you were away', { exact: true }).waitFor();
    await expect.poll(texts).toEqual(['one', 'said while you were away', 'two', 'three']);
    await shop.panel.getByText('Reconnecting').waitFor({ state: 'detached' });
    expect(await shop.panel.getByText('two', { exact: true }).count()).toBe(1);
  });

  it('knows its message again when the answer was lost', async () => {
    const shop = await stage.shop(await person());
    await open(shop);
    await write(shop, 'one');
    await shop.panel.getByText('Sent').waitFor();
    stage.server.control.dropAnswer = true;
    await write(shop, 'two');
    await expect.poll(texts).toEqual(['one', 'two']);
    stage.server.control.dropAnswer = false;
    await shop.panel.getByText('Sent').waitFor();
    await shop.page.waitForTimeout(1500);
    expect(texts()).toEqual(['one', 'two']);
    expect(await shop.panel.getByText('two', { exact: true }).count()).toBe(1);
  });

  it('keeps the first words when the network goes before the panel is whole', async () => {
    const shop = await stage.shop(await person());
    const { page, panel } = shop;
    await page.route('**/assets/talk-*.js', (route) => route.abort());
    await open(shop);
    await panel.getByRole('textbox').fill('Is anybody there?');
    await panel.getByRole('textbox').press('Enter');
    await panel.getByText('The chat cannot be reached').waitFor();
    expect(await panel.getByRole('textbox').inputValue()).toBe('Is anybody there?');
    await page.unroute('**/assets/talk-*.js');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByText('Sent').waitFor();
    expect(texts()).toEqual(['Is anybody there?']);
    expect(await panel.getByRole('textbox').inputValue()).toBe('');
  });
});

describe('a long conversation', () => {
  it('is read upwards without a jump, and tells of what is new below', async () => {
    const shop = await stage.shop(await person());
    const { panel, page } = shop;
    await open(shop);
    await write(shop, 'message 0');
    await panel.getByText('Sent').waitFor();
    for (let i = 1; i < 80; i++)
      stage.server.act({ do: 'write', name: 'Ellen', text: `message ${i}` });
    await panel.getByText('message 79', { exact: true }).waitFor();
    await page.reload();
    await panel.getByText('message 79', { exact: true }).waitFor();
    expect(await panel.locator('.m').count()).toBe(30);
    const list = panel.getByRole('group', { name: 'Messages' });
    const anchor = panel.getByText('message 50', { exact: true });
    await list.evaluate((box) => (box.scrollTop = 55));
    const before = await anchor.boundingBox();
    await expect.poll(() => panel.locator('.m').count()).toBeGreaterThan(30);
    const after = await anchor.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60);
    stage.server.act({ do: 'write', name: 'Ellen', text: 'the newest' });
    await panel.getByRole('button', { name: '1 new message' }).click();
    await panel.getByText('the newest', { exact: true }).waitFor();
    await panel.getByRole('button', { name: '1 new message' }).waitFor({ state: 'detached' });
  });
});

describe('two tabs', () => {
  it('stay in step, down to who is logged in', async () => {
    const context = await person();
    const first = await stage.shop(context);
    await open(first);
    await write(first, 'from the first tab');
    const second = await stage.shop(context);
    await open(second);
    await second.panel.getByText('from the first tab').waitFor();
    await write(second, 'from the second tab');
    await first.panel.getByText('from the second tab').waitFor();
    stage.server.act({ do: 'write', name: 'Ellen', text: 'to both' });
    for (const { panel } of [first, second])
      await panel.getByText('to both', { exact: true }).waitFor();
    await first.panel.getByRole('button', { name: 'More options' }).click();
    await first.panel.getByRole('button', { name: 'Remove this chat' }).click();
    await first.panel.getByRole('button', { name: 'Remove', exact: true }).click();
    for (const { panel } of [first, second])
      await panel.getByText('from the first tab').waitFor({ state: 'detached' });
  });
});

describe('the keyboard', () => {
  it('is enough', async () => {
    const shop = await stage.shop(await person());
    const { page, panel } = shop;
    await page.locator('zhiyin-chat button.b').focus();
    await page.keyboard.press('Enter');
    await panel.getByRole('textbox').waitFor();
    await expect
      .poll(() => panel.getByRole('textbox').evaluate((box) => box === document.activeElement))
      .toBe(true);
    await page.keyboard.type('first line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Enter');
    await panel.getByText('Sent').waitFor();
    expect(texts()).toEqual(['first line\nsecond line']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await panel.getByRole('group', { name: 'Insert emoji' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await panel.getByRole('textbox').inputValue()).toBe('😄');
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className))
      .toBe('b');
  });

  it('does not send while Chinese is being composed', async () => {
    const shop = await stage.shop(await person({ locale: 'zh-CN' }));
    const { page, panel } = shop;
    await page.getByRole('button', { name: '打开在线客服' }).click();
    await panel.getByRole('textbox').click();
    const input = await page.context().newCDPSession(page);
    await input.send('Input.imeSetComposition', {
      text: 'nihao',
      selectionStart: 5,
      selectionEnd: 5,
    });
    // What Chromium reports for the Enter that chooses a candidate.
    await input.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
    });
    await page.waitForTimeout(300);
    expect(await panel.getByRole('listitem').count()).toBe(0);
    await input.send('Input.insertText', { text: '你好' });
    await page.keyboard.press('Enter');
    await panel.getByText('已发送').waitFor();
    expect(texts()).toEqual(['你好']);
  });
});

describe('the host page', () => {
  it('does not move and does not wait', async () => {
    const context = await person();
    await context.addInitScript(() => {
      const seen = { shift: 0, longest: 0 };
      (window as unknown as { seen: typeof seen }).seen = seen;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
          seen.shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          seen.longest = Math.max(seen.longest, entry.duration);
      }).observe({ type: 'longtask', buffered: true });
    });
    const visit = async () => {
      const { page, panel } = await stage.shop(context);
      const measured = () =>
        page.evaluate(() => ({
          ...(window as unknown as { seen: { shift: number; longest: number } }).seen,
        }));
      await page.locator('zhiyin-chat button.b').waitFor();
      await page.waitForTimeout(500);
      const before = await measured();
      await page.locator('zhiyin-chat button.b').click();
      await panel.getByRole('textbox').waitFor();
      await page.waitForTimeout(500);
      const after = await measured();
      await page.close();
      return { shift: after.shift - before.shift, longest: after.longest };
    };
    const visits = [await visit(), await visit(), await visit()];
    expect(visits.map(({ shift }) => shift)).toEqual([0, 0, 0]);
    // The best of three: other work on the machine must not decide.
    expect(Math.min(...visits.map(({ longest }) => longest))).toBeLessThanOrEqual(50);
  });

  it('hears of messages, and nothing of tokens', async () => {
    const shop = await stage.shop(await person());
    await open(shop);
    await write(shop, 'hello');
    await shop.panel.getByText('Sent').waitFor();
    await shop.page.evaluate(() => {
      const log: unknown[] = [];
      const host = window as unknown as {
        log: unknown[];
        Zhiyin: { on(event: string, hear: (value: unknown) => void): void; close(): void };
      };
      host.log = log;
      for (const event of ['message', 'unread', 'close'])
        host.Zhiyin.on(event, (value) => log.push([event, value]));
      host.Zhiyin.close();
    });
    await shop.page.waitForTimeout(200);
    stage.server.act({ do: 'write', name: 'Ellen', text: 'Here I am.' });
    await shop.page.getByText('Here I am.').waitFor();
    await shop.page.getByRole('button', { name: 'Open chat, 1 unread' }).waitFor();
    const log = await shop.page.evaluate(() =>
      JSON.stringify((window as unknown as { log: unknown[] }).log),
    );
    expect(log).toContain('Here I am.');
    expect(log).toContain('["unread",1]');
    const kept = await shop.page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]),
    );
    // Host and panel share an origin here; the loader's own notes must be without the token.
    expect(JSON.parse(kept)[0]['zhiyin:demo']).not.toContain('zv_');
  });

  it('may say who the visitor is, before the script is there', async () => {
    const shop = await stage.shop(await person());
    await shop.page.addInitScript(() => {
      (window as unknown as { Zhiyin: unknown[] }).Zhiyin = [
        ['setAttributes', { plan: 'gold', items: 3 }],
        ['identify', { jwt: 'mei' }],
      ];
    });
    await shop.page.reload();
    await expect.poll(() => stage.visitor()?.attributes).toEqual({ plan: 'gold', items: '3' });
    await open(shop);
    await write(shop, 'It is me.');
    await shop.panel.getByText('Sent').waitFor();
  });

  it('needs no `connect-src`, no inline style and no eval', async () => {
    const only =
      "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'";
    stage.server.control.hostCsp = only;
    const shop = await stage.shop(await person());
    await open(shop);
    await write(shop, 'hello');
    await shop.panel.getByText('Sent').waitFor();
    const others = shop.errors.filter(
      (text) => !text.includes('connect-src') && !text.includes('Fetch API'),
    );
    expect(others).toEqual([]);
  });

  it('shows nothing where the inbox may not be', async () => {
    const shop = await stage.shop(await person(), '?inbox=forbidden');
    await shop.page.waitForTimeout(500);
    expect(await shop.page.locator('zhiyin-chat').count()).toBe(0);
  });
});
