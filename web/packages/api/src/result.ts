/** What a call came to: a value, or an error whose code is one of a closed set. */

/** Every code the interface has words for. Anything else is shown as `unexpected`. */
export const ERROR_CODES = [
  // Never from the server: the call did not come to an answer.
  'network',
  'timeout',
  'aborted',
  'unexpected',
  // The server's own list.
  'malformed-body',
  'invalid-body',
  'invalid-query',
  'invalid-cursor',
  'invalid-header',
  'unsupported-media-type',
  'body-too-large',
  'method-not-allowed',
  'request-timeout',
  'upgrade-required',
  'unauthenticated',
  'invalid-credentials',
  'second-factor-required',
  'invalid-second-factor',
  'workspace-required',
  'locked-out',
  'forbidden',
  'beyond-own',
  'session-required',
  'foreign-origin',
  'invalid-csrf-token',
  'invalid-identity',
  'identity-required',
  'blocked',
  'invalid-token',
  'already-set-up',
  'not-found',
  'changed',
  'conversation-changed',
  'already-exists',
  'in-use',
  'already-resolved',
  'already-open',
  'snooze-in-past',
  'schedule-in-past',
  'not-waiting',
  'not-sendable',
  'not-rateable',
  'message-not-editable',
  'idempotency-key-reused',
  'idempotency-key-in-use',
  'idempotency-answer-lost',
  'precondition-failed',
  'invalid-field',
  'empty-message',
  'too-long',
  'too-many',
  'wrong-password',
  'weak-password',
  'not-assignable',
  'offer-over',
  'agent-absent',
  'not-assigned',
  'not-in-line',
  'case-merged',
  'case-status',
  'case-open-work',
  'case-not-closable',
  'case-too-late',
  'case-link',
  'case-merge',
  'handover-pending',
  'handover-over',
  'step-moved',
  'step-awaiting',
  'step-over',
  'approval-refused',
  'task-over',
  'task-asked',
  'case-type-findings',
  'case-type-same',
  'recovery-above-all',
  'recovery-budget',
  'recovery-state',
  'recovery-needs-more',
  'complaint-phase',
  'complaint-not-ready',
  'follow-up-over',
  'evidence-full',
  'risk-open-steps',
  'not-verified',
  'last-administrator',
  'built-in',
  'unsupported-file',
  'file-too-large',
  'domain-not-allowed',
  'rate-limited',
  'busy',
  'unavailable',
  'storage-full',
  'internal',
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
  400: 'invalid-body',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'changed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  422: 'invalid-field',
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
