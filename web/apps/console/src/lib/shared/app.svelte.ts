/** Everything the pages share, built once and handed down by context. */
import { Api, Http, type ConversationId, type Limits, type Me } from '@zhiyin/api';
import { Stream, type EventFrame, type Socket } from '@zhiyin/realtime';
import { Toasts } from '@zhiyin/ui';
import { getContext, setContext } from 'svelte';
import { CaseBook } from '$lib/features/cases/book.svelte.ts';
import { Offers } from '$lib/features/offers/model.svelte.ts';
import { Activity } from '$lib/features/presence/activity.ts';
import { Attendance } from '$lib/features/presence/model.svelte.ts';
import { RoutingBook } from '$lib/features/routing/book.svelte.ts';
import { Clock } from './clock.svelte.ts';
import { Directory } from './directory.svelte.ts';
import { errorText } from './errors.ts';
import { Hotkeys } from './hotkeys.svelte.ts';
import { language } from './i18n.svelte.ts';
import { Live } from './live.svelte.ts';
import { Notifier } from './notifier.svelte.ts';
import { PreferencesModel } from './preferences.svelte.ts';
import { Presences } from './presences.svelte.ts';
import { Session } from './session.svelte.ts';

const KEY = Symbol('app');

export class App {
  readonly http = new Http({ locale: () => language.locale });
  readonly api = new Api(this.http);
  readonly session = new Session(this.api);
  readonly preferences = new PreferencesModel(this.api, localStorage);
  readonly toasts = new Toasts();
  readonly clock = new Clock();
  readonly hotkeys = new Hotkeys();

  constructor() {
    this.http.onUnauthenticated = () => {
      if (this.session.me) this.session.end();
    };
  }

  /** Shows what went wrong with something a person did. */
  fail(error: { code: Parameters<typeof errorText>[1]['code'] }): void {
    if (error.code === 'aborted') return;
    this.toasts.show(errorText(language.t, error), { tone: 'failed' });
  }
}

/** What exists only while somebody is logged in. */
export class Desk {
  readonly app: App;
  readonly directory: Directory;
  readonly live: Live;
  readonly stream: Stream;
  readonly presences: Presences;
  readonly notifier: Notifier;
  readonly attendance: Attendance;
  readonly offers: Offers;
  readonly routing: RoutingBook;
  readonly cases: CaseBook;
  /** Set by the page: what leads to a conversation. */
  onopen: (id: ConversationId) => void = () => undefined;
  readonly #me: Me;
  readonly #stop: (() => void)[] = [];
  readonly #listeners = new Set<(event: EventFrame) => void>();

  constructor(app: App, me: Me) {
    this.app = app;
    this.#me = me;
    this.directory = new Directory(app.api);
    this.presences = new Presences(me.agent.id, app.clock);
    this.notifier = new Notifier(app.preferences, me.agent.id);
    this.routing = new RoutingBook(app.api.routing);
    this.cases = new CaseBook(app.api.cases);
    this.attendance = new Attendance({
      api: app.api.routing,
      me: me.agent.id,
      storage: localStorage,
      onPresence: (id, presence) => this.directory.setPresence(id, presence),
    });
    this.offers = new Offers({
      api: app.api.routing,
      now: () => Date.now(),
      later: (run, ms) => void setTimeout(run, ms),
      fail: (error) => app.fail(error),
      announce: (offer, isDirect) => this.notifier.onOffer(offer, isDirect),
      onaccepted: (conversation) => {
        this.live.take({ ok: true, value: conversation });
        this.onopen(conversation.id);
      },
    });
    this.live = new Live(app.api, me.agent.id, {
      onEvent: (event) => {
        this.directory.onEvent(event);
        this.presences.onEvent(event);
        this.notifier.onEvent(event);
        this.attendance.onEvent(event);
        this.offers.onEvent(event);
        this.routing.onEvent(event);
        this.cases.onEvent(event);
        for (const listener of this.#listeners) listener(event);
      },
      onSignal: (signal) => this.presences.onSignal(signal, this.directory),
    });
    this.stream = new Stream(
      {
        connect: () => browserSocket(streamUrl(location)),
        timers: {
          set: (run, ms) => window.setTimeout(run, ms),
          clear: (handle) => window.clearTimeout(handle),
        },
        random: Math.random,
      },
      {
        onEvents: this.live.onEvents,
        onReset: this.live.onReset,
        onSignal: this.live.onSignal,
        onStatus: (status) => {
          this.live.onStatus(status);
          if (status === 'live') this.#comeBack();
          if (status === 'signed-out') app.session.end();
        },
      },
    );
  }

  get me(): Me {
    return this.app.session.me ?? this.#me;
  }

  get limits(): Limits {
    return this.me.limits;
  }

  /** Hears every event of the stream; gives back how to stop. */
  listen(listener: (event: EventFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.app.clock.start();
    this.app.preferences.adopt(this.#me.preferences);
    void this.directory.load();
    void this.live.refreshCounters();
    this.stream.start();
    // Who only looks at the wall, or may not answer, is not there for customers.
    const isAtDesk =
      this.app.session.can('conversations.reply') && location.pathname !== '/wallboard';
    void (isAtDesk ? this.attendance.arrive() : this.attendance.refresh());
    const activity = new Activity({
      report: () => this.app.api.routing.reportActivity(),
      now: () => Date.now(),
      storage: localStorage,
    });
    this.#stop.push(activity.watch(window));
    const online = () => this.stream.retryNow();
    const offline = () => this.stream.goOffline();
    const seen = () => document.visibilityState === 'visible' && this.stream.retryNow();
    addEventListener('online', online);
    addEventListener('offline', offline);
    document.addEventListener('visibilitychange', seen);
    this.#stop.push(() => {
      removeEventListener('online', online);
      removeEventListener('offline', offline);
      document.removeEventListener('visibilitychange', seen);
    });
  }

  /** What is told to one person only is not told twice: after every cut it is asked for. */
  #comeBack(): void {
    void this.offers.load();
    void this.attendance.refresh();
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    this.stream.stop();
    this.live.dispose();
    this.directory.dispose();
    this.presences.dispose();
    this.notifier.dispose();
    this.routing.dispose();
    this.cases.dispose();
    this.app.clock.stop();
  }
}

/** The browser's WebSocket with the few handles the stream uses. */
function browserSocket(url: string): Socket {
  const inner = new WebSocket(url);
  const socket: Socket = {
    send: (text) => {
      if (inner.readyState === WebSocket.OPEN) inner.send(text);
    },
    close: () => inner.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  inner.onopen = () => socket.onopen?.();
  inner.onmessage = (event) => socket.onmessage?.({ data: event.data });
  inner.onclose = () => socket.onclose?.();
  return socket;
}

function streamUrl(from: Location): string {
  return `${from.protocol === 'https:' ? 'wss' : 'ws'}://${from.host}/api/v1/stream`;
}

export const setApp = (app: App): App => setContext(KEY, app);
export const getApp = (): App => getContext(KEY);

const DESK = Symbol('desk');
export const setDesk = (desk: Desk): Desk => setContext(DESK, desk);
export const getDesk = (): Desk => getContext(DESK);
