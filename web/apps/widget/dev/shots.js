/**
 * Screenshots of the widget in its situations, to be looked at: `node dev/shots.js [folder]`.
 * Desktop and phone, light and dark, zh-CN and en.
 */
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { serve } from './server.js';
import { stories } from './stories.js';

const folder = process.argv[2] ?? 'shots';
const only = process.argv[3];
mkdirSync(folder, { recursive: true });

const looks = [
  {
    name: 'desk-light-zh',
    locale: 'zh-CN',
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
  },
  {
    name: 'desk-dark-en',
    locale: 'en-GB',
    colorScheme: 'dark',
    viewport: { width: 1280, height: 800 },
  },
  {
    name: 'phone-light-en',
    locale: 'en-GB',
    colorScheme: 'light',
    viewport: { width: 390, height: 760 },
    hasTouch: true,
    isMobile: true,
  },
  {
    name: 'phone-dark-zh',
    locale: 'zh-CN',
    colorScheme: 'dark',
    viewport: { width: 390, height: 760 },
    hasTouch: true,
    isMobile: true,
  },
];

const server = await serve();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const look of looks) {
  for (const story of stories) {
    const title = `${story.name}-${look.name}`;
    if (only && !title.includes(only)) continue;
    const context = await browser.newContext({ ...look, timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    page.on(
      'console',
      (line) => line.type() === 'error' && console.error(title, line.text(), line.location().url),
    );
    page.on('pageerror', (error) => console.error(title, error.message));
    await page.goto(`${server.url}/demo/shop/?inbox=${story.inbox ?? 'demo'}`);
    try {
      await story.play({ page, panel: page.frameLocator('iframe'), server, locale: look.locale });
    } catch (error) {
      console.error(title, error.message.split('\n')[0]);
    }
    await page.screenshot({ path: `${folder}/${title}.png` });
    await context.close();
  }
}
await browser.close();
server.close();
