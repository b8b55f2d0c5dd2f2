import { type BrowserContext, type Locator, type Page, expect } from '@playwright/test';
import type { Server } from './server.js';
import { logIn } from './test.js';

/** An agent in the console. */
export class Agent {
  readonly page: Page;

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

  /** The row of the list that shows this line. */
  row(text: string): Locator {
    return this.page.locator('[role=option], [role=row], li, a').filter({ hasText: text }).last();
  }

  async opens(text: string): Promise<void> {
    await this.row(text).click();
    await this.sees(text);
  }

  /** The messages of the open conversation. */
  thread(): Locator {
    return this.page.getByRole('region', { name: /^(Messages|消息)$/ });
  }

  async sees(text: string): Promise<void> {
    await expect(this.thread().getByText(text, { exact: true })).toBeVisible();
  }

  box(): Locator {
    return this.page.getByRole('textbox', { name: /^(Write to|写给|回复)/ });
  }

  async answers(text: string): Promise<void> {
    await this.box().fill(text);
    await this.box().press('Enter');
    await this.sees(text);
  }

  async resolves(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^(Resolve|解决)$/ })
      .first()
      .click();
  }
}
