import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../src/index.ts';

const document = new URL('../../../../crates/api/openapi.json', import.meta.url);
const local = new Set<string>(['network', 'timeout', 'aborted', 'unexpected']);

describe('the generated schema', () => {
  it('is fresh; otherwise run `npm run generate -w packages/api`', async () => {
    const made = astToString(await openapiTS(document));
    const kept = readFileSync(new URL('../src/schema.ts', import.meta.url), 'utf8');
    expect(kept.endsWith(made)).toBe(true);
  });

  it('has the error codes we have words for, and no others', () => {
    const { components } = JSON.parse(readFileSync(document, 'utf8')) as {
      components: { schemas: { Code: { enum: string[] } } };
    };
    const ours = ERROR_CODES.filter((code) => !local.has(code));
    expect([...ours].sort()).toEqual([...components.schemas.Code.enum].sort());
  });
});
