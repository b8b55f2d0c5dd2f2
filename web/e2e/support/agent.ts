import { type BrowserContext, type Locator, type Page, expect } from '@playwright/test';
import type { Server } from './server.js';
import { logIn } from './test.js';

/** An agent in the console. */
export class Agent {
  readonly page: Page;
  /** Where the conversation is that was opened last; resolving it leads on to the next. */
  #place = '';

  private constructor(page: Page) {
    this.page = page;
  }

  static async arrive(
    context: BrowserContext,
    server: Server,
    who = 'martin.zhou',
  ): Promise<Agent> {
    const agent = new Agent(await context.newPage());
    await logIn(agent.page, server, who);
    await agent.page.goto(`${server.url}/inbox/all`);
    return agent;
  }

  /** Somebody who came to the console by other means. */
  static on(page: Page): Agent {
    return new Agent(page);
  }

  /** The same agent in another tab. */
  static async arriveAgain(first: Agent, server: Server): Promise<Agent> {
    const agent = new Agent(await first.page.context().newPage());
    await agent.page.goto(`${server.url}/inbox/all`);
    return agent;
  }

  /** The rows of the list, from the top. An offer of the same customer stands elsewhere. */
  rows(): Locator {
    return this.page
      .getByRole('region', { name: /^(Conversations|会话列表)$/ })
      .getByRole('listitem')
      .getByRole('link');
  }

  /** The row of the list that shows this line. */
  row(text: string): Locator {
    return this.rows().filter({ hasText: text });
  }

  /** The row has come to the top, where the keys begin. */
  async hasOnTop(text: string): Promise<void> {
    await expect(this.rows().first()).toContainText(text);
  }

  async opens(text: string): Promise<void> {
    await this.row(text).click();
    await this.sees(text);
    this.stays();
  }

  /** Remembers the conversation on the screen as the one to come back to. */
  stays(): void {
    this.#place = this.page.url();
  }

  /** The messages of the open conversation. */
  thread(): Locator {
    return this.page.getByRole('region', { name: /^(Messages|消息)$/ });
  }

  async sees(text: string): Promise<void> {
    await expect(this.thread().getByText(text, { exact: true }).first()).toBeVisible();
  }

  box(): Locator {
    return this.page.getByRole('textbox', { name: /^(Write to|写给|回复)/ });
  }

  async answers(text: string): Promise<void> {
    await this.box().fill(text);
    await this.box().press('Enter');
    await this.sees(text);
    // What is shown at once is not yet with the server, and what comes next must not overtake it.
    await expect(this.thread().getByText(/^(Sending|正在发送)$/)).toHaveCount(0);
  }

  /** Chooses a phrase by its shortcut, as one writes: a slash, the word, Enter. */
  async usesPhrase(shortcut: string): Promise<void> {
    await this.box().press('End');
    await this.page.keyboard.type(`/${shortcut}`);
    await expect(this.page.getByRole('option', { name: `/${shortcut}` }).first()).toBeVisible();
    await this.page.keyboard.press('Enter');
    await expect(this.page.getByRole('option')).toHaveCount(0);
    await expect(this.box()).not.toHaveValue(new RegExp(`/${shortcut}$`));
  }

  /** Attaches a picture and waits until it has travelled. */
  async attaches(name: string, buffer: Buffer): Promise<void> {
    await this.page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'image/png', buffer });
    await this.hasAttached(name);
  }

  async hasAttached(name: string): Promise<void> {
    await expect(this.page.getByRole('button', { name: new RegExp(name) })).toBeVisible();
    await expect(this.page.getByRole('button', { name: /^(Send|发送)$/ })).toBeEnabled();
  }

  async sends(): Promise<void> {
    await this.page.getByRole('button', { name: /^(Send|发送)$/ }).click();
    await expect(this.box()).toHaveValue('');
  }

  /** The rating stands in the conversation, where the customer gave it. */
  async seesRating(score: number): Promise<void> {
    if (this.page.url() !== this.#place) await this.page.goto(this.#place);
    await expect(
      this.thread()
        .getByText(new RegExp(`(rated ${score} of 5|评价 ${score} 分)`, 'i'))
        .first(),
    ).toBeVisible();
  }

  async resolves(): Promise<void> {
    this.stays();
    await this.page
      .getByRole('button', { name: /^(Resolve|解决)$/ })
      .first()
      .click();
    await this.hasGoneOn();
  }

  /** The page leads on once the server has said yes; whoever comes back earlier is led away again. */
  async hasGoneOn(): Promise<void> {
    await expect(this.page).not.toHaveURL(this.#place);
  }
}
