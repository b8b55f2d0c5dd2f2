import { defineConfig } from 'vitest/config';

// Examples lie beside `web` and name the package as their readers do.
export default defineConfig({
  resolve: { alias: { '@zhiyin/api': new URL('src/index.ts', import.meta.url).pathname } },
});
