import { defineConfig } from 'vite';

/**
 * The preview in the console's settings: the same sources, built for itself under
 * `/widget/preview/`, so that it adds nothing to what customers load.
 */
export default defineConfig({
  base: '/widget/preview/',
  build: {
    outDir: 'dist/preview',
    emptyOutDir: true,
    target: ['chrome111', 'safari16.4', 'firefox119'],
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    assetsInlineLimit: 0,
    lib: {
      entry: { stage: 'src/preview/stage.ts', panel: 'src/preview/panel.tsx' },
      formats: ['es'],
      cssFileName: 'panel',
    },
    rolldownOptions: {
      preserveEntrySignatures: false,
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name][extname]',
        minify: true,
      },
    },
  },
});
