import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { isRefund, step, tagNamed } from '../../../../examples/client/refunds.ts';
import { Api, Http, withToken, type LogEvent, type TagId } from '../src/index.ts';

const REFUND = 'tg_refund' as TagId;

/** A server that answers by path, and what it was asked. */
function server(answers: Record<string, unknown>) {
  const calls: { line: string; token: string | null; body: unknown }[] = [];
  const answer: typeof fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const line = `${init?.method} ${pathname}${search}`;
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : null;
    calls.push({ line, token: new Headers(init?.headers).get('authorization'), body });
    const found = answers[`${init?.method} ${pathname}`];
    return found ? Response.json(found) : new Response(null, { status: 404 });
  };
  const http = new Http({ base: 'https://zhiyin.test/api/v1', fetch: withToken('zy_x', answer) });
  return { http, calls };
}

const event = (kind: string, text: string, tag_ids: TagId[] = []) =>
  ({
    seq: 7,
    type: 'message.created',
    at: '2026-03-02T01:00:00Z',
    actor: { kind: 'system', id: null },
    conversation: { id: 'cv_1', tag_ids },
    message: { id: 'ms_1', text, author: { kind } },
  }) as unknown as LogEvent;

it('finds refunds in what customers say, once', () => {
  expect(isRefund(event('contact', '我要退款'), REFUND)).toBe(true);
  expect(isRefund(event('agent', 'Your refund is on its way'), REFUND)).toBe(false);
  expect(isRefund(event('contact', 'A refund, please', [REFUND]), REFUND)).toBe(false);
});

it('tags the conversation, keeps its other tags and goes on behind the page', async () => {
  const { http, calls } = server({
    'GET /api/v1/events': {
      items: [event('contact', 'I want my money back', ['tg_other' as TagId])],
      next: 9,
      has_more: false,
    },
    'PUT /api/v1/conversations/cv_1/tags': {},
  });
  expect(await step(http, REFUND, 5)).toBe(9);
  expect(calls[0]).toMatchObject({
    line: 'GET /api/v1/events?since=5&wait_s=15&types=message.created',
    token: 'Bearer zy_x',
  });
  expect(calls[1]?.body).toEqual({ tag_ids: ['tg_other', REFUND] });
});

it('uses the tag that is there', async () => {
  const { http, calls } = server({
    'GET /api/v1/tags': { items: [{ id: REFUND, name: 'Refund' }], next: null },
  });
  expect(await tagNamed(new Api(http), 'Refund')).toBe(REFUND);
  expect(calls).toHaveLength(1);
});

it('the bridge passes its own tests', async () => {
  const folder = fileURLToPath(new URL('../../../../examples/bridge/', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--test', '--test-reporter=tap', 'bridge.test.mjs'],
    // A runner inside a runner would report to the outer one and say nothing here.
    { cwd: folder, env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toMatch(/^# fail 0$/m);
}, 60_000);
