/** Calls of the visitor API. The token travels in a header, never in an address. */

import { API } from '../../panel/desk';

export interface Problem {
  /** 0: no answer at all. */
  status: number;
  code: string;
  /** When the server may be asked again, as a time of our clock; 0 if it did not say. */
  retryAt: number;
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Longer than any honest answer takes on a bad mobile network. */
const TIMEOUT_MS = 20_000;

export const failure = (
  status: number,
  code: string,
  retryAt = 0,
): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { status, code, retryAt },
});

/** The same call may simply be made again: nobody refused it. */
export const isPassing = ({ status }: Problem): boolean =>
  !status || status === 408 || status > 428;

/** What a refusal says, from its body (RFC 9457) and `Retry-After`. */
export function readProblem(status: number, body: string, retryAfter: string | null): Problem {
  let code = '';
  try {
    code = '' + JSON.parse(body).code;
  } catch {
    // A proxy in between answered; the status has to do.
  }
  const wait_s = Number(retryAfter) || (status === 429 ? 5 : 0);
  return { status, code, retryAt: wait_s && Date.now() + wait_s * 1000 };
}

export async function call<T>(
  method: string,
  path: string,
  token: string | null,
  body?: unknown,
): Promise<Result<T>> {
  try {
    const headers: Record<string, string> = {};
    if (token) headers.authorization = 'Bearer ' + token;
    if (body) headers['content-type'] = 'application/json';
    const response = await fetch(API + '/widget/' + path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return response.ok
      ? { ok: true, value: (text ? JSON.parse(text) : null) as T }
      : {
          ok: false,
          problem: readProblem(response.status, text, response.headers.get('retry-after')),
        };
  } catch {
    return failure(0, 'unreachable');
  }
}
