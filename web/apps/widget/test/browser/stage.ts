/** A browser, the mock server and a shop page that embeds the widget. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Frame,
  FrameLocator,
  Page,
} from 'playwright-core';
import { serve } from '../../dev/server';
import type { MockServer } from '../../dev/server';
import type { Visitor } from '../../dev/service';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export interface Shop {
  page: Page;
  panel: FrameLocator;
  /** Errors of any frame, policy violations among them. */
  errors: string[];
}

export class Stage {
  private constructor(
    readonly server: MockServer,
    private readonly browser: Browser,
  ) {}

  static async set(): Promise<Stage> {
    const server = await serve();
    return new Stage(server, await chromium.launch({ executablePath, args: ['--no-sandbox'] }));
  }

  async strike(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }

  async person(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(8000);
    return context;
  }

  async shop(context: BrowserContext, query = ''): Promise<Shop> {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${this.server.url}/demo/shop/${query}`);
    return { page, panel: page.frameLocator('iframe'), errors };
  }

  visitor(): Visitor {
    return [...this.server.service.visitors.values()].at(-1) as Visitor;
  }
}

export async function open({ page, panel }: Shop): Promise<void> {
  await page.getByRole('button', { name: /open chat/i }).click();
  await panel.getByRole('textbox').waitFor();
}

export async function write({ panel }: Shop, text: string): Promise<void> {
  await panel.getByRole('textbox').fill(text);
  await panel.getByRole('textbox').press('Enter');
  await panel.getByRole('listitem').filter({ hasText: text }).waitFor();
}

const panelFrame = (page: Page): Frame =>
  page.frames().find((frame) => frame.url().includes('/widget/panel/')) as Frame;

/** What axe finds in the host page or the panel: rule and place. */
export async function findings(page: Page, where: 'host' | 'panel'): Promise<string[]> {
  const frame = where === 'panel' ? panelFrame(page) : page.mainFrame();
  await frame.evaluate(axeSource);
  return frame.evaluate(async () => {
    interface Axe {
      run(
        options: object,
      ): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
    }
    const { violations } = await (window as unknown as { axe: Axe }).axe.run({
      iframes: false,
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id} ${target.join(' ')}`),
    );
  });
}
