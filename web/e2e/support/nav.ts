import { type Page, expect } from '@playwright/test';

/** Waits until a page has its heading and no part of it is on its way. */
export async function isThere(page: Page): Promise<void> {
  await expect(page.getByRole('heading').first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('status', { name: /^(Loading|正在加载)$/ })).toHaveCount(0);
}

/** Goes on inside the console, as a link leads there: quicker than to load everything again. */
export async function follow(page: Page, url: string): Promise<void> {
  await page.evaluate((to) => {
    const link = document.createElement('a');
    link.href = to;
    document.querySelector('main')?.append(link);
    link.click();
    link.remove();
  }, url);
  // As the browser writes it, which escapes what is not ASCII.
  await page.waitForURL(new URL(url).href);
  await isThere(page);
}
