import { defineConfig } from 'vitest/config';

/** Journeys in Chromium against the mock server; needs a finished build. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
