import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/**
 * The panel: `panel.html` and hashed files under `/widget/assets/`. Built as a library,
 * because a library carries no preload helper (the parts on use bring their styles in
 * their scripts), and the page is written here: nothing inline, so that the server can
 * send a strict Content-Security-Policy.
 */
const page: Plugin = {
  name: 'panel-page',
  enforce: 'post',
  generateBundle(_, bundle) {
    const files = Object.values(bundle);
    const entry = files.find((file) => file.type === 'chunk' && file.isEntry);
    const sheet = files.find((file) => file.fileName.endsWith('.css'));
    this.emitFile({
      type: 'asset',
      fileName: 'panel.html',
      source: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>Chat</title>
<link rel="stylesheet" href="/widget/${sheet?.fileName}">
<script type="module" src="/widget/${entry?.fileName}"></script>
<body></body>
</html>
`,
    });
  },
};

export default defineConfig({
  base: '/widget/',
  plugins: [page],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: ['chrome99', 'safari16.4', 'firefox119'],
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    assetsInlineLimit: 0,
    lib: { entry: { panel: 'src/panel/main.tsx' }, formats: ['es'] },
    rolldownOptions: {
      // The parts on use share what the entry has; no file of its own for that.
      preserveEntrySignatures: false,
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        minify: true,
      },
    },
  },
});
