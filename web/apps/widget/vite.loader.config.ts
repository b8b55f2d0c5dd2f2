import { defineConfig } from 'vite';

/** `widget.js`: one classic script with a stable name, for the host page. */
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome99', 'safari16.4', 'firefox119'],
    // Newer than the code's: else `color-scheme` brings a stand-in for `light-dark()` we do not use.
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    lib: {
      entry: 'src/loader/index.ts',
      formats: ['iife'],
      name: 'zhiyinLoader',
      fileName: () => 'widget.js',
    },
  },
});
