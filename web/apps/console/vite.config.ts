import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const server = process.env['ZHIYIN_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [sveltekit()],
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/avatars': server,
      '/rate': server,
      '/widget': server,
    },
  },
  // Models are tested with the runes of the browser, not of the server.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    // A busy machine takes seconds to fetch the words of another page.
    testTimeout: 30_000,
  },
});
