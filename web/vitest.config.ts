import { defineConfig } from 'vitest/config';

/** One run for every workspace; each app may bring its own Vite configuration. */
export default defineConfig({
  test: { projects: ['packages/*', 'apps/*'], passWithNoTests: true },
});
