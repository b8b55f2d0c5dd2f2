/**
 * Moves SvelteKit's inline start script into a file of its own, so that the console runs
 * under `script-src 'self'` without hashes that would change with every build.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const build = new URL('../build/', import.meta.url).pathname;
const page = join(build, 'index.html');
const html = readFileSync(page, 'utf8');
const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)];
if (scripts.length !== 1) throw new Error(`expected one inline script, found ${scripts.length}`);

const [whole, code] = scripts[0];
const hash = createHash('sha256').update(code).digest('hex').slice(0, 8);
const name = `assets/start.${hash}.js`;
/** Writes a file and its compressed copies. */
function write(path, text) {
  writeFileSync(path, text);
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(text));
}

write(join(build, name), code.trim() + '\n');
write(page, html.replace(whole, `<script src="/${name}"></script>`));
console.log(`index.html starts from /${name}`);
