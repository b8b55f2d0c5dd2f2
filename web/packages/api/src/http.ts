/**
 * The one place that talks HTTP: adds the CSRF header, turns problem+json into a
 * closed error, gives creations an idempotency key, and repeats safe reads that
 * were told to come back later. It knows nothing about single endpoints.
 */
import { localError, readProblem, type Result } from './result.ts';

export interface HttpDeps {
  base?: string;
  fetch?: typeof fetch;
  /** Waits; injected so that tests need no clock. */
  wait?: (ms: number) => Promise<void>;
  newKey?: () => string;
  /** The language in which the server's own words are wanted, such as guidance. */
  locale?: () => string;
  /** Called when the server no longer knows who we are. */
  onUnauthenticated?: () => void;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** Marks a POST that creates something, so that a repeat is recognised. */
  creates?: boolean;
  timeoutMs?: number | undefined;
  /** The answer is no JSON. */
  isText?: boolean;
}

const READ_RETRIES_MAX = 2;
const RETRY_WAIT_MS_MAX = 8_000;
const TIMEOUT_MS = 20_000;

export class Http {
  csrfToken: string | null = null;
  readonly base: string;
  readonly #fetch: typeof fetch;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #newKey: () => string;
  readonly #locale: (() => string) | undefined;
  onUnauthenticated: (() => void) | undefined;

  constructor(deps: HttpDeps = {}) {
    this.base = deps.base ?? '/api/v1';
    this.#fetch = deps.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#wait = deps.wait ?? ((ms) => new Promise((done) => setTimeout(done, ms)));
    this.#newKey = deps.newKey ?? (() => crypto.randomUUID());
    this.#locale = deps.locale;
    this.onUnauthenticated = deps.onUnauthenticated;
  }

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<Result<T>> {
    return this.#send<T>('GET', path, { query, signal });
  }

  /** A part of a page, as it comes. */
  text(path: string, query?: Query, signal?: AbortSignal): Promise<Result<string>> {
    return this.#send<string>('GET', path, { query, signal, isText: true });
  }

  create<T>(path: string, body: unknown): Promise<Result<T>> {
    return this.#send<T>('POST', path, { body, creates: true });
  }

  post<T>(path: string, body: unknown = {}, timeoutMs?: number): Promise<Result<T>> {
    return this.#send<T>('POST', path, { body, timeoutMs });
  }

  put<T>(path: string, body: unknown): Promise<Result<T>> {
    return this.#send<T>('PUT', path, { body });
  }

  patch<T>(path: string, body: unknown): Promise<Result<T>> {
    return this.#send<T>('PATCH', path, { body });
  }

  delete<T = void>(path: string, body?: unknown): Promise<Result<T>> {
    return this.#send<T>('DELETE', path, { body });
  }

  /** Headers that a caller with its own transport (uploads) must send. */
  headers(): Record<string, string> {
    return this.csrfToken ? { 'X-CSRF-Token': this.csrfToken } : {};
  }

  async #send<T>(method: string, path: string, options: Options): Promise<Result<T>> {
    const accept = options.isText ? 'text/html' : 'application/json';
    const headers: Record<string, string> = { Accept: accept };
    if (this.#locale) headers['Accept-Language'] = this.#locale();
    if (method !== 'GET') Object.assign(headers, this.headers());
    // The browser names the boundary of a form by itself.
    const isForm = options.body instanceof FormData;
    if (options.body !== undefined && !isForm) headers['Content-Type'] = 'application/json';
    if (options.creates) headers['Idempotency-Key'] = this.#newKey();
    const init: RequestInit = {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: bodyOf(options.body) }),
    };
    const url = this.base + path + toQueryString(options.query);
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#once<T>(url, init, options);
      const mayRepeat = method === 'GET' || options.creates === true;
      if (result.ok || !mayRepeat || attempt >= READ_RETRIES_MAX) return result;
      const { status, retryAfterSeconds } = result.error;
      if (status !== 503 || retryAfterSeconds === null) return result;
      await this.#wait(Math.min(retryAfterSeconds * 1000, RETRY_WAIT_MS_MAX));
      if (options.signal?.aborted) return result;
    }
  }

  async #once<T>(url: string, init: RequestInit, options: Options): Promise<Result<T>> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    try {
      const response = await this.#fetch(url, { ...init, signal });
      if (!response.ok) {
        const error = await readProblem(response);
        if (error.code === 'unauthenticated') this.onUnauthenticated?.();
        return { ok: false, error };
      }
      if (response.status === 204 || response.headers.get('content-length') === '0') {
        return { ok: true, value: undefined as T };
      }
      const text = await response.text();
      if (options.isText) return { ok: true, value: text as T };
      return { ok: true, value: (text === '' ? undefined : JSON.parse(text)) as T };
    } catch (cause) {
      if (options.signal?.aborted) return { ok: false, error: localError('aborted', '') };
      if (timeout.aborted) return { ok: false, error: localError('timeout', String(cause)) };
      return { ok: false, error: localError('network', String(cause)) };
    }
  }
}

function bodyOf(body: unknown): BodyInit {
  return body instanceof FormData ? body : JSON.stringify(body);
}

function toQueryString(query: Query | undefined): string {
  if (!query) return '';
  const pairs = Object.entries(query).filter(([, value]) => value != null && value !== '');
  if (pairs.length === 0) return '';
  return '?' + new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
}
