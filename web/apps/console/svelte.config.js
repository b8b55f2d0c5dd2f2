import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** A static single-page app: every unknown path answers index.html. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter({
      pages: 'build',
      assets: 'build',
      fallback: 'index.html',
      precompress: true,
    }),
    appDir: 'assets',
    // The fallback is one file at any depth, so its links must be absolute.
    paths: { relative: false },
    output: { bundleStrategy: 'split' },
    typescript: {
      config: (config) => ({
        ...config,
        include: [...config.include, '../dev/**/*.ts', '../test/**/*.ts'],
      }),
    },
  },
};
