/** Prints the contrast of every token pair; fails if one is too low. `--markdown` prints the table for docs/design.md. */
import { readFileSync } from 'node:fs';
import { measure, readTokens } from '../src/color.ts';

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8');
const findings = measure(readTokens(css));

if (process.argv.includes('--markdown')) {
  console.log('| text | on | needs | light | dark |\n| --- | --- | --- | --- | --- |');
  for (const light of findings.filter((f) => f.theme === 'light')) {
    const dark = findings.find(
      (f) =>
        f.theme === 'dark' && f.text === light.text && f.on === light.on && f.least === light.least,
    );
    const cells = [
      light.text,
      light.on,
      light.least,
      light.ratio.toFixed(1),
      dark?.ratio.toFixed(1),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const failed = findings.filter((f) => !f.isEnough);
for (const f of failed) {
  console.error(`${f.theme}: ${f.text} on ${f.on} is ${f.ratio.toFixed(2)}, needs ${f.least}`);
}
console.error(`${findings.length - failed.length} of ${findings.length} pairs are clear enough`);
process.exit(failed.length === 0 ? 0 : 1);
