/** Search as one types: the last question wins, earlier answers are dropped. */
import type { Api, ApiError, InboxId, SearchHit } from '@zhiyin/api';

export type SearchKind = 'messages' | 'contacts';
export type SearchState = 'idle' | 'searching' | 'more' | 'done' | { failed: ApiError };

export interface SearchForm {
  q: string;
  kind: SearchKind;
  inbox: InboxId | '';
  from: string;
  to: string;
}

const AFTER_MS = 250;
const DAY_MS = 86_400_000;

export class SearchModel {
  state: SearchState = $state.raw('idle');
  hits: SearchHit[] = $state.raw([]);
  next: string | null = $state.raw(null);
  form: SearchForm = $state({ q: '', kind: 'messages', inbox: '', from: '', to: '' });
  #api: Pick<Api, 'search'>;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<Api, 'search'>, q: string) {
    this.#api = api;
    this.form.q = q;
    if (q) void this.run();
  }

  set<Key extends keyof SearchForm>(key: Key, value: SearchForm[Key]): void {
    this.form[key] = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), AFTER_MS);
  }

  #query(cursor?: string) {
    const { q, kind, inbox, from, to } = this.form;
    // A day in the form means the whole day where the reader is.
    const start = from ? new Date(`${from}T00:00:00`).toISOString() : undefined;
    const end = to
      ? new Date(new Date(`${to}T00:00:00`).getTime() + DAY_MS).toISOString()
      : undefined;
    return {
      q: q.trim(),
      kind,
      ...(inbox ? { inbox } : {}),
      ...(start ? { from: start } : {}),
      ...(end ? { to: end } : {}),
      ...(cursor ? { cursor } : {}),
    };
  }

  async run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const query = this.#query();
    if (query.q === '') {
      this.hits = [];
      this.next = null;
      this.state = 'idle';
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    this.state = 'searching';
    const result = await this.#api.search(query, abort.signal);
    if (abort.signal.aborted) return;
    if (result.ok) {
      this.hits = result.value.items;
      this.next = result.value.next;
    }
    this.state = result.ok ? 'done' : { failed: result.error };
  }

  async more(): Promise<void> {
    if (!this.next || this.state !== 'done') return;
    this.state = 'more';
    const result = await this.#api.search(this.#query(this.next));
    if (result.ok) {
      this.hits = [...this.hits, ...result.value.items];
      this.next = result.value.next;
    }
    this.state = result.ok ? 'done' : { failed: result.error };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }
}

export interface Piece {
  text: string;
  isHit: boolean;
}

/** Cuts a text into pieces by its highlights, which count UTF-16 code units as the server does. */
export function pieces(text: string, highlights: readonly (readonly [number, number])[]): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const [from, length] of highlights) {
    if (from < at || from >= text.length) continue;
    if (from > at) result.push({ text: text.slice(at, from), isHit: false });
    result.push({ text: text.slice(from, from + length), isHit: true });
    at = from + length;
  }
  if (at < text.length) result.push({ text: text.slice(at), isHit: false });
  return result;
}
