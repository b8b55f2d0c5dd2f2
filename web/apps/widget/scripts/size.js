/**
 * The widget's weight, gzip level 9, against its budgets. Fails when one is exceeded.
 *
 * Opening the panel for the first time: loader, page, styles, everything the entry imports
 * at once, and the first words of one language. Writing adds `talk` (stream, outbox, messages)
 * and its words, fetched while the visitor types. The rest comes with what is opened.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const BUDGETS = {
  loader: 3 * KIB,
  'first open (loader + panel)': 15 * KIB,
  'first message (with talk)': 23 * KIB,
  'largest part on use': 3 * KIB,
};

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const names = readdirSync(join(dist, 'assets')).filter((name) => /\.(js|css)$/.test(name));
const weigh = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
const asset = (name) => weigh(join('assets', name));

/** A file with all it imports statically. */
function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const code = readFileSync(join(dist, 'assets', name), 'utf8');
  // `import … from "./x.js"` and `import"./x.js"`, but not `import("./x.js")`.
  for (const [, next] of code.matchAll(/(?:from|import)\s*[`"']\.\/([^`"']+\.js)[`"']/g))
    closure(next, seen);
  return seen;
}

const one = (prefix) => {
  const found = names.filter(
    (name) => name.startsWith(prefix + '-') || name.startsWith(prefix + '.'),
  );
  if (found.length !== 1)
    throw new Error(`expected one ${prefix}, found ${found.join(', ') || 'none'}`);
  return found[0];
};
const sum = (list) => [...list].reduce((total, name) => total + asset(name), 0);
const language = (part) => Math.max(...['en', 'zh-CN'].map((tag) => asset(one(`${part}.${tag}`))));

const loader = weigh('widget.js');
const entry = closure(one('panel'));
const sheets = names.filter((name) => name.endsWith('.css'));
const first = loader + weigh('panel.html') + sum(entry) + sum(sheets) + language('core');
const talk = [...closure(one('talk'))].filter((name) => !entry.has(name));
const message = first + sum(talk) + language('chat');
const rest = names.filter(
  (name) =>
    name.endsWith('.js') &&
    !entry.has(name) &&
    !talk.includes(name) &&
    !/^(core|chat)\./.test(name),
);

const figures = {
  loader,
  'first open (loader + panel)': first,
  'first message (with talk)': message,
  'largest part on use': Math.max(...rest.map(asset)),
};

let isOver = false;
for (const [name, bytes] of Object.entries(figures)) {
  const budget = BUDGETS[name];
  isOver ||= bytes > budget;
  const mark = bytes > budget ? 'OVER' : 'ok';
  console.log(`${name.padEnd(30)} ${String(bytes).padStart(6)} / ${budget} bytes  ${mark}`);
}
console.log(
  'parts on use: ' + rest.map((name) => `${name.split('-')[0]} ${asset(name)}`).join(', '),
);
if (isOver) {
  console.error('The widget is heavier than its budget allows.');
  process.exitCode = 1;
}
