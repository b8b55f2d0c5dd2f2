import { type BrowserContext, type FrameLocator, type Page, expect } from '@playwright/test';
import type { Server } from './server.js';
import { panelOf } from './test.js';

/** A customer on the page of the sample shop. */
export class Visitor {
  readonly page: Page;
  readonly panel: FrameLocator;

  private constructor(page: Page) {
    this.page = page;
    this.panel = panelOf(page);
  }

  /** Opens the shop for customers abroad, and the chat on it. */
  static async arrive(
    context: BrowserContext,
    server: Server,
    site = 'shop-intl',
  ): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage());
    await visitor.page.goto(`${server.url}/demo/${site}/`);
    await visitor.open();
    return visitor;
  }

  /** A page on which the chat was opened by other means. */
  static on(page: Page): Visitor {
    return new Visitor(page);
  }

  async open(): Promise<void> {
    const launcher = this.page.getByRole('button', { name: /chat|在线客服/i });
    // The widget remembers whether it was open.
    if ((await launcher.getAttribute('aria-expanded')) !== 'true') await launcher.click();
    await expect(this.box()).toBeVisible();
  }

  box(): ReturnType<FrameLocator['getByRole']> {
    return this.panel.getByRole('textbox', { name: /write a message|输入消息/i });
  }

  async write(text: string): Promise<void> {
    await this.box().fill(text);
    await this.box().press('Enter');
  }

  async sees(text: string): Promise<void> {
    await expect(this.panel.getByText(text, { exact: true })).toBeVisible();
  }

  /** A picture has arrived and can be looked at. */
  async seesPicture(name: string): Promise<void> {
    const picture = this.panel.getByRole('img', { name });
    await expect(picture).toBeVisible();
    await expect
      .poll(() => picture.evaluate((it) => (it as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
  }

  /** One tap, as the question asks. */
  async rates(score: number): Promise<void> {
    const star = this.panel
      .getByRole('radiogroup', { name: /How did we do|满意吗/ })
      .getByRole('radio', { name: new RegExp(`^${score} (stars?|星)`) });
    // The stars are drawn over the buttons that carry them.
    await star.check({ force: true });
    await this.isThanked();
  }

  async isThanked(): Promise<void> {
    await expect(this.panel.getByText(/Thank you for your rating|感谢您的评价/)).toBeVisible();
  }
}
