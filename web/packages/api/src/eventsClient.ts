/** The event log, for programs that follow what happens. The console has the stream instead. */
import type { Http } from './http.ts';
import type { InboxId } from './ids.ts';
import type { Result } from './result.ts';
import type { Conversation, Message } from './types.ts';

/** One event of the log, with the rows it touched as they are now. */
export interface LogEvent {
  /** Its place in the log. */
  seq: number;
  type: string;
  at: string;
  actor: { kind: string; id: string | null };
  conversation?: Conversation | null;
  message?: Message | null;
  data?: Record<string, unknown> | null;
}

export interface EventPage {
  items: LogEvent[];
  /** Where to go on: the `since` of the next call. */
  next: number;
  has_more: boolean;
}

export interface EventQuery {
  /** 0 is the beginning; left out, the page is empty and says where the log ends. */
  since?: number | undefined;
  /** Names or groups, such as `case.*`. */
  types?: readonly string[];
  inbox_id?: InboxId;
  /** At most 256. */
  limit?: number;
  /** Seconds to wait if nothing is new, at most 25; less than the 20 after which a call ends. */
  wait_s?: number;
}

export class EventsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list = ({ types, ...query }: EventQuery, signal?: AbortSignal): Promise<Result<EventPage>> =>
    this.#http.get<EventPage>('/events', { ...query, types: types?.join(',') }, signal);
}

/** A `fetch` that comes with a token, for programs; browsers have their session. */
export function withToken(token: string, inner: typeof fetch = fetch): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return inner(input, { ...init, headers });
  };
}
