import type { Api, ApiError, Result, Me } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { LoginModel } from './login.svelte.ts';

const failed = (code: ApiError['code'], fields: ApiError['fields'] = []): Result<Me> => ({
  ok: false,
  error: {
    code,
    raw: code,
    status: 401,
    detail: '',
    fields,
    requestId: null,
    retryAfterSeconds: null,
  },
});

function setup(answers: Result<Me>[]) {
  const bodies: unknown[] = [];
  const entered: Me[] = [];
  const api = {
    createSession: async (body: unknown) => {
      bodies.push(body);
      return answers.shift() ?? failed('unexpected');
    },
  } as unknown as Api;
  const model = new LoginModel(api, (me) => entered.push(me));
  model.email = ' lin@example.com ';
  model.password = 'secret words';
  return { model, bodies, entered };
}

describe('log-in', () => {
  it('asks for the second factor when the server does, and sends it', async () => {
    const { model, bodies, entered } = setup([
      failed('second-factor-required'),
      { ok: true, value: {} as Me },
    ]);
    await model.submit();
    expect(model.step).toBe('second-factor');
    model.code = '123 456';
    await model.submit();
    expect(bodies[1]).toMatchObject({ email: 'lin@example.com', code: '123456' });
    expect(entered).toHaveLength(1);
  });

  it('offers the workspaces of an address', async () => {
    const { model, bodies } = setup([
      failed('workspace-required', [
        { path: '/workspace', code: 'north' },
        { path: '/workspace', code: 'south' },
      ]),
      failed('invalid-credentials'),
    ]);
    await model.submit();
    expect(model.workspaces).toEqual(['north', 'south']);
    await model.submit();
    expect(bodies[1]).toMatchObject({ workspace: 'north' });
    expect(model.error?.code).toBe('invalid-credentials');
  });

  it('sends a recovery code as such', async () => {
    const { model, bodies } = setup([failed('second-factor-required')]);
    await model.submit();
    model.toggleRecovery();
    model.code = 'abcd-efgh';
    await model.submit();
    expect(bodies[1]).toMatchObject({ recovery_code: 'abcd-efgh' });
  });
});
