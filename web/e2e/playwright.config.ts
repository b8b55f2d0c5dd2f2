import { defineConfig } from '@playwright/test';

/**
 * Journeys through the real program: each worker starts its own server on a copy of one sample
 * company. Two of them keep two cores busy; more would only wait for each other.
 * `CHROMIUM` and `ZHIYIN_BIN` name the browser and the program; `cargo xtask test` sets both.
 */
export default defineConfig({
  testDir: './journeys',
  outputDir: '../test-results',
  globalSetup: './support/sample.ts',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  // What a machine needs on which ten others work; only what fails waits for so long.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: [['line']],
  use: {
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    // Without the film, which costs a core while every test runs and shows little that these do not.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
