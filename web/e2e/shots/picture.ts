/** How a picture is taken: the looks, waiting until nothing moves, where it goes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';

export const OUT = new URL('../../test-results/shots/', import.meta.url).pathname;
export const DOCS = new URL('../../../docs/images/', import.meta.url).pathname;

const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

export interface Look {
  size: keyof typeof SIZES;
  locale: 'zh-CN' | 'en';
  scheme: 'light' | 'dark';
}

/** What is shown in the README and the guides, by the name of the picture. */
const DOCUMENTED = [
  'conversation-desktop-zh-CN-light',
  'conversation-desktop-en-light',
  'conversation-desktop-en-dark',
  'widget-desktop-zh-CN-light',
  'widget-desktop-en-light',
];

export async function newPage(browser: Browser, { size, locale, scheme }: Look): Promise<Page> {
  const context = await browser.newContext({
    ...SIZES[size],
    locale,
    colorScheme: scheme,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  return context.newPage();
}

/** Waits until nothing on the page moves or loads any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isLoading = document.querySelector(
      '[role=status]:is([aria-label="Loading"], [aria-label="正在加载"])',
    );
    return !isLoading && [...document.images].every((it) => it.complete || it.loading === 'lazy');
  });
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  });
}

/** The picture as WebP: a third of the size, and the browser at hand can write it. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const url = await page.evaluate(async (data) => {
    const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
    const image = await createImageBitmap(blob);
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9);
  }, png.toString('base64'));
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

export async function take(
  page: Page,
  what: string,
  look: Look,
  { isWhole = false }: { isWhole?: boolean } = {},
): Promise<void> {
  await settle(page);
  const name = `${what}-${look.size}-${look.locale}-${look.scheme}`;
  const png = await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: isWhole });
  if (!DOCUMENTED.includes(name)) return;
  const blank = await page.context().newPage();
  await writeFile(join(DOCS, `${name}.webp`), await toWebp(blank, png));
  await blank.close();
}
