import { describe, expect, it } from 'vitest';
import { Http } from '../src/index.ts';

interface Call {
  url: string;
  init: RequestInit;
}

function setup(answers: (Response | Error)[]) {
  const calls: Call[] = [];
  const waits: number[] = [];
  const http = new Http({
    fetch: async (url, init) => {
      calls.push({ url: String(url), init: init ?? {} });
      const answer = answers.shift();
      if (!answer) throw new Error('no answer left');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    wait: async (ms) => void waits.push(ms),
    newKey: () => 'key-1',
  });
  return { http, calls, waits };
}

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code, detail: 'd', fields: [], request_id: 'r1' }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });

describe('http', () => {
  it('sends the CSRF header only with changes', async () => {
    const { http, calls } = setup([Response.json({}), Response.json({})]);
    http.csrfToken = 'token';
    await http.get('/a');
    await http.post('/b');
    expect(calls[0]?.init.headers).not.toHaveProperty('X-CSRF-Token');
    expect(calls[1]?.init.headers).toHaveProperty('X-CSRF-Token', 'token');
  });

  it('asks for the language that is read now', async () => {
    const asked: (string | null)[] = [];
    let locale = 'zh-CN';
    const http = new Http({
      locale: () => locale,
      fetch: async (_, init) => {
        asked.push(new Headers(init?.headers).get('accept-language'));
        return Response.json({});
      },
    });
    await http.get('/a');
    locale = 'en';
    await http.post('/b');
    expect(asked).toEqual(['zh-CN', 'en']);
  });

  it('keeps one idempotency key over the repeats of a creation', async () => {
    const { http, calls, waits } = setup([
      problem(503, 'unavailable', { 'retry-after': '1' }),
      Response.json({ id: 'x' }, { status: 201 }),
    ]);
    const result = await http.create('/things', {});
    expect(result).toEqual({ ok: true, value: { id: 'x' } });
    expect(waits).toEqual([1000]);
    expect(calls.map((c) => new Headers(c.init.headers).get('idempotency-key'))).toEqual([
      'key-1',
      'key-1',
    ]);
  });

  it('does not repeat a change that is not a creation', async () => {
    const { http, calls } = setup([problem(503, 'unavailable', { 'retry-after': '1' })]);
    const result = await http.post('/x');
    expect(result.ok).toBe(false);
    expect(calls).toHaveLength(1);
  });

  it('keeps known codes and judges unknown ones by status', async () => {
    const { http } = setup([problem(422, 'snooze-in-past'), problem(422, 'something-new')]);
    const first = await http.post('/x');
    const second = await http.post('/x');
    expect(!first.ok && first.error.code).toBe('snooze-in-past');
    expect(!second.ok && second.error.code).toBe('invalid-field');
    expect(!second.ok && second.error.raw).toBe('something-new');
  });

  it('reports a lost network as a code, not as an exception', async () => {
    const { http } = setup([new TypeError('failed to fetch')]);
    const result = await http.get('/x');
    expect(!result.ok && result.error.code).toBe('network');
  });

  it('leaves empty query values out', async () => {
    const { http, calls } = setup([Response.json({})]);
    await http.get('/x', { a: 1, b: null, c: undefined, d: '' });
    expect(calls[0]?.url).toBe('/api/v1/x?a=1');
  });

  it('takes 204 as a value', async () => {
    const { http } = setup([new Response(null, { status: 204 })]);
    expect(await http.delete('/x')).toEqual({ ok: true, value: undefined });
  });
});
