/** What axe finds on a page, one line for each rule. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  rule: string;
  places: string;
}

/** With frames the builder collects what each finds, for which it opens a page of its own. */
async function inAllFrames(page: Page, rules: string[] | undefined): Promise<Finding[]> {
  const builder = new AxeBuilder({ page });
  const { violations } = await (rules ? builder.withRules(rules) : builder).analyze();
  return violations.map((it) => ({
    rule: it.id,
    places: it.nodes.map((node) => node.target.join(' ')).join(' | '),
  }));
}

/** A page without frames is looked at where it stands, and axe stays in it for the next time. */
async function inPlace(page: Page, rules: string[] | undefined): Promise<Finding[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (wanted) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      ...(wanted ? { runOnly: { type: 'rule' as const, values: wanted } } : {}),
    });
    return violations.map((it) => ({
      rule: it.id,
      places: it.nodes.map((node) => node.target.join(' ')).join(' | '),
    }));
  }, rules);
}

export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const found = await (page.frames().length > 1 ? inAllFrames : inPlace)(page, rules);
  return found.map(({ rule, places }) => `${page.url()} ${rule}: ${places}`);
}
