/**
 * Clients of the streams without a browser: the console's and the widget's own reducers and
 * connections on real sockets, so that what they hold can be compared with a fresh fetch.
 */
import type { Conversation, Message } from '@zhiyin/api';
import * as realtime from '@zhiyin/realtime';
import { WebSocket } from 'ws';
import { type Connection, createConnection } from '../../apps/widget/src/chunks/talk/connection.js';
import { newer, take } from '../../apps/widget/src/chunks/talk/rows.js';
import type * as widget from '../../apps/widget/src/panel/dto.js';
import { initialState, type State } from '../../apps/widget/src/panel/state.js';
import type { AgentApi, VisitorApi } from './api.js';
import type { Server } from './server.js';

const PAGE = 50;

/** The socket as both connections want it. */
function dial(server: Server, path: string, headers: Record<string, string>): realtime.Socket {
  const socket = new WebSocket(server.url.replace('http', 'ws') + path, { headers });
  const shape: realtime.Socket = {
    send: (text) => socket.send(text),
    close: () => socket.terminate(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  socket.on('open', () => shape.onopen?.());
  socket.on('message', (data) => shape.onmessage?.({ data: String(data) }));
  socket.on('close', () => shape.onclose?.());
  // A refused connection closes, too.
  socket.on('error', () => undefined);
  return shape;
}

/** What an agent's console holds. */
export class ConsoleClient {
  state: realtime.State;
  readonly #stream: realtime.Stream;
  /** Fetches under way; nothing is settled before they are answered. */
  #pending = 0;
  readonly #opened = new Set<string>();

  constructor(
    readonly api: AgentApi,
    me: string,
    private readonly specs: realtime.ViewSpec[],
    server: Server,
  ) {
    this.state = realtime.emptyState(me);
    const headers = { cookie: api.cookie, origin: server.url };
    this.#stream = new realtime.Stream(
      {
        connect: () => dial(server, '/api/v1/stream', headers),
        timers: { set: (run, ms) => Number(setTimeout(run, ms)), clear: (it) => clearTimeout(it) },
        random: Math.random,
        topics: ['conversations'],
      },
      {
        onEvents: (events) => {
          this.state = realtime.applyEvents(this.state, events);
          this.#refetch();
          for (const id of this.#opened)
            if (this.state.conversations.has(id) && !this.state.messages.has(id))
              void this.open(id);
        },
        onReset: () => {
          this.state = realtime.markAllStale(this.state);
          this.#refetch();
          for (const id of this.state.messages.keys()) void this.#latest(id);
        },
        onSignal: () => undefined,
        onStatus: () => undefined,
      },
    );
    this.#stream.start();
  }

  cut = (): void => this.#stream.goOffline();
  mend = (): void => this.#stream.retryNow();
  stop = (): void => this.#stream.stop();

  async #busy(work: () => Promise<void>): Promise<void> {
    this.#pending += 1;
    await work().finally(() => (this.#pending -= 1));
  }

  #refetch(): void {
    for (const spec of this.specs) {
      const held = this.state.lists.get(realtime.viewKey(spec));
      if (!held || held.isStale) void this.#busy(() => this.#list(spec));
    }
  }

  async #list(spec: realtime.ViewSpec): Promise<void> {
    const { items, next } = await this.#page(spec);
    this.state = realtime.applyList(this.state, spec, items, next);
  }

  #page(spec: realtime.ViewSpec, limit = PAGE): Promise<{ items: Conversation[]; next: string }> {
    const query = new URLSearchParams({ ...spec, limit: String(limit) });
    return this.api.ask('GET', `conversations?${query.toString()}`);
  }

  #latest(id: string): Promise<void> {
    return this.#busy(async () => {
      const { status, body } = await this.api.call(
        'GET',
        `conversations/${id}/messages?limit=${String(PAGE)}`,
      );
      // Out of sight meanwhile: forgotten, until it comes back.
      this.state =
        status === 200
          ? realtime.applyLatestMessages(this.state, id, body.items, body.next !== null)
          : realtime.dropMessages(this.state, id);
    });
  }

  /** Opens a conversation and keeps it open as long as it can be seen. */
  async open(id: string): Promise<void> {
    this.#opened.add(id);
    this.state = realtime.beginMessages(this.state, id);
    await this.#latest(id);
  }

  /** Where what we hold is not what a fresh fetch gives; empty when it is. */
  async differences(): Promise<string[]> {
    if (this.#stream.status !== 'live' || this.#pending > 0) return ['not caught up'];
    const found: string[] = [];
    for (const spec of this.specs) found.push(...(await this.#listDiffers(spec)));
    for (const [id, held] of this.state.messages) {
      const path = `conversations/${id}/messages?limit=${String(PAGE)}`;
      const { status, body } = await this.api.call('GET', path);
      if (status !== 200) found.push(`${id} is held, and gone: ${String(status)}`);
      else found.push(...compare(`messages of ${id}`, tail(held.items, body.items), body.items));
    }
    return found;
  }

  async #listDiffers(spec: realtime.ViewSpec): Promise<string[]> {
    const key = realtime.viewKey(spec);
    const list = this.state.lists.get(key);
    if (!list) return [`${key} is not there`];
    const { items } = await this.#page(spec, 100);
    const { bound } = list;
    const fresh = items.filter((row) => !bound || realtime.compare(spec.sort, row, bound) <= 0);
    const held = list.ids.map((id) => this.state.conversations.get(id));
    return compare(key, held.slice(0, fresh.length), fresh);
  }
}

/** What a visitor's widget holds. */
export class WidgetClient {
  state: State = { ...initialState };
  #since = 0;
  #isOnline = false;
  readonly #connection: Connection;

  constructor(
    private readonly api: VisitorApi,
    server: Server,
  ) {
    this.#connection = createConnection({
      open: () => dial(server, '/api/v1/widget/stream', { origin: server.url }) as never,
      hello: () => ({ t: 'hello', token: api.token, since: this.#since }),
      onFrame: (frame) => this.#hear(frame),
      onLink: (link) => (this.#isOnline = link === 'online'),
      random: Math.random,
    });
    this.#connection.start();
  }

  cut = (): void => this.#connection.stop();
  mend = (): void => this.#connection.start();
  stop = (): void => this.#connection.stop();

  #hear(frame: widget.ServerFrame): void {
    if (frame.t === 'reset') void this.#load();
    if (frame.t !== 'sync' && frame.t !== 'event') return;
    this.#since = Math.max(this.#since, frame.revision ?? 0);
    const change = take(this.state, frame.messages ?? [], frame.conversation);
    this.state = { ...this.state, ...change };
  }

  async #fresh(): Promise<[widget.WidgetConversation | null, widget.Message[]]> {
    const row = await this.api.call('GET', 'conversation');
    const page = await this.api.call('GET', 'messages?limit=100');
    return [row.body, page.body.items];
  }

  async #load(): Promise<void> {
    const [row, messages] = await this.#fresh();
    const empty = { ...this.state, messages: [] };
    this.state = { ...empty, ...take(empty, messages, newer(this.state.conversation, row)) };
  }

  async differences(): Promise<string[]> {
    if (!this.#isOnline) return ['not caught up'];
    const [row, messages] = await this.#fresh();
    const known = (it: widget.WidgetConversation | null): unknown =>
      it && [it.id, it.status, it.assignee, it.session, it.agent_seen_seq, it.last_seq];
    return [
      ...compare('conversation', [known(this.state.conversation)], [known(row)]),
      ...compare('messages', this.state.messages, messages),
    ];
  }
}

const tail = (held: Message[], fresh: Message[]): Message[] => held.slice(-fresh.length);

function compare(what: string, held: readonly unknown[], fresh: readonly unknown[]): string[] {
  const [a, b] = [JSON.stringify(held), JSON.stringify(fresh)];
  if (a === b) return [];
  const at = fresh.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(held[i]));
  return [
    `${what}, row ${String(at)} of ${String(fresh.length)}: held ${JSON.stringify(held[at])}, fresh ${JSON.stringify(fresh[at])}`,
  ];
}
