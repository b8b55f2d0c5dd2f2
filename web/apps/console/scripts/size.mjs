/** First load of the console: every script the inbox pulls in when it is opened, gzipped. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_BYTES = 180 * 1024;
const root = new URL('..', import.meta.url).pathname;
const build = join(root, 'build');
const read = (path) => readFileSync(join(root, path), 'utf8');

/** Files that a built module imports without waiting for anything. */
function staticImports(file) {
  const code = readFileSync(join(build, file), 'utf8');
  const found = [...code.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)];
  return found.map((match) => normalize(join(dirname(file), match[1])));
}

/** The parts of the app that make up the page people open: its layouts, itself, one language. */
function entries() {
  const app = read('.svelte-kit/generated/client-optimized/app.js');
  const route = /"\/\(app\)\/inbox\/\[view\]\/\[\[id\]\]": \[(\d+),\[([\d,]+)\]/.exec(app);
  if (!route) throw new Error('the inbox route is gone');
  const nodes = new Set(['0', route[1], ...route[2].split(',')]);
  const manifest = JSON.parse(read('.svelte-kit/output/client/.vite/manifest.json'));
  return Object.entries(manifest)
    .filter(([source]) => {
      const node = /nodes\/(\d+)\.js$/.exec(source);
      return (node && nodes.has(node[1])) || source.endsWith('i18n/src/zh-CN/index.ts');
    })
    .map(([, entry]) => entry.file);
}

const html = readFileSync(join(build, 'index.html'), 'utf8');
const linked = [...html.matchAll(/(?:href|src)="\/(assets\/[^"]+\.js)"/g)].map((m) => m[1]);
const seen = new Set();
const queue = [...linked, ...entries()];
while (queue.length > 0) {
  const file = queue.pop();
  if (seen.has(file)) continue;
  seen.add(file);
  queue.push(...staticImports(file));
}

const rows = [...seen].map((file) => ({
  file,
  bytes: gzipSync(readFileSync(join(build, file)), { level: 9 }).length,
}));
const total = rows.reduce((sum, row) => sum + row.bytes, 0);
for (const { file, bytes } of rows.sort((a, b) => b.bytes - a.bytes).slice(0, 8)) {
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
const limit = LIMIT_BYTES / 1024;
console.log(
  `first load: ${(total / 1024).toFixed(1)} KiB gzip in ${rows.length} files (limit ${limit})`,
);
if (total > LIMIT_BYTES) {
  console.error('The first load is over its budget.');
  process.exit(1);
}
