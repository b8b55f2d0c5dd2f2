/** What a call came to: a value, or an error whose code is one of a closed set. */

/** Every code the interface has words for. Anything else is shown as `unexpected`. */
export const ERROR_CODES = [
  'network',
  'timeout',
  'aborted',
  'unexpected',
  'internal',
  'unavailable',
  'rate-limited',
  'malformed',
  'unauthenticated',
  'invalid-credentials',
  'second-factor-required',
  'workspace-required',
  'csrf',
  'forbidden',
  'not-found',
  'conflict',
  'conversation-changed',
  'already-resolved',
  'already-exists',
  'in-use',
  'validation',
  'snooze-in-past',
  'edit-too-late',
  'too-large',
  'unsupported-media-type',
  'weak-password',
  'wrong-password',
  'invalid-code',
  'expired-token',
  'last-administrator',
  'setup-done',
  'blocked',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface FieldError {
  path: string;
  code: string;
}

export interface ApiError {
  code: ErrorCode;
  /** The code as the server said it, for the record line of an error. */
  raw: string;
  status: number;
  detail: string;
  fields: FieldError[];
  requestId: string | null;
  retryAfterSeconds: number | null;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: ApiError };

const known = new Set<string>(ERROR_CODES);

const byStatus: Record<number, ErrorCode> = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media-type',
  422: 'validation',
  429: 'rate-limited',
  500: 'internal',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** The closed code for what the server said; falls back on the status. */
export function toErrorCode(raw: string, status: number): ErrorCode {
  if (known.has(raw)) return raw as ErrorCode;
  return byStatus[status] ?? 'unexpected';
}

/** An error that never reached the server. */
export function localError(code: 'network' | 'timeout' | 'aborted', detail: string): ApiError {
  return {
    code,
    raw: code,
    status: 0,
    detail,
    fields: [],
    requestId: null,
    retryAfterSeconds: null,
  };
}

/** Reads a problem+json answer; anything unreadable is judged by its status. */
export async function readProblem(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('retry-after') ?? Number.NaN);
  const base = {
    status: response.status,
    retryAfterSeconds: Number.isFinite(retry) ? retry : null,
  };
  const body: unknown = await response.json().catch(() => null);
  const problem = isRecord(body) ? body : {};
  const raw = typeof problem['code'] === 'string' ? problem['code'] : '';
  return {
    ...base,
    raw,
    code: toErrorCode(raw, response.status),
    detail: typeof problem['detail'] === 'string' ? problem['detail'] : response.statusText,
    fields: Array.isArray(problem['fields']) ? problem['fields'].filter(isFieldError) : [],
    requestId: typeof problem['request_id'] === 'string' ? problem['request_id'] : null,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value['path'] === 'string' && typeof value['code'] === 'string';
}
