/**
 * One visitor's talk with one inbox: start, catch up, send, read, be forgotten.
 *
 * Flow: (token known? `start`) → snapshot → stream from the snapshot's revision. A
 * visitor is created on the server only when there is something to keep: a first message,
 * a file, or an identity the site vouches for.
 */
import { API, failureOf } from '../../panel/desk';
import type { Desk, Extras } from '../../panel/desk';
import type { Message, Page, ServerFrame, Started, WidgetConversation } from '../../panel/dto';
import { t } from '../../panel/i18n';
import type { Outgoing } from '../../panel/state';
import type { Identity } from '../../shared/protocol';
import { adopt } from '../adopt';
import { createConnection } from './connection';
import { call, failure, isPassing } from './http';
import type { Problem, Result } from './http';
import { List } from './list';
import { Notice } from './notice';
import { createOutbox } from './outbox';
import { arrivals, forgotten, merge, take, unreadOf } from './rows';
import css from './talk.css?inline';

adopt(css);

const PAGE_SIZE = 30;
const TYPING_SHOWN_MS = 6000;
const TYPING_EVERY_MS = 2500;
const PREVIEW_EVERY_MS = 1000;
const PREVIEW_CHARS_MAX = 500;
const SUMMARY_CHARS_MAX = 90;

export type Talk = ReturnType<typeof createTalk>;

/** `crypto.randomUUID` is missing on plain http. */
const randomId = (): string =>
  crypto
    .getRandomValues(new Uint8Array(16))
    .reduce((id, byte) => id + (byte + 256).toString(16).slice(1), '');

export function createTalk(desk: Desk) {
  const { storage, host, get, set, token } = desk;
  let since = 0;
  let starting: Promise<Result<Started>> | null = null;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let typedTimer: ReturnType<typeof setTimeout> | undefined;
  let typedAt = 0;
  let isAtEnd = true;
  let saved: Outgoing[] = [];

  async function api<T>(method: string, path: string, body?: unknown): Promise<Result<T>> {
    const used = token();
    const result = await call<T>(method, path, used, body);
    if (!result.ok && result.problem.status === 401 && used && used === token()) {
      // The token has run out. What waits to be sent is said by a new visitor.
      storage.set('token', null);
      connection.stop();
      const { outbox, draft } = get();
      set({ ...forgotten, outbox, draft });
    }
    return result;
  }

  /** Not now, but soon, and not everybody in the same second. */
  const later = (run: () => void): void => void setTimeout(run, 4000 * (1 + Math.random()));

  const connection = createConnection({
    open: () => new WebSocket(location.origin.replace(/^http/, 'ws') + API + '/widget/stream'),
    random: Math.random,
    hello: () => ({ t: 'hello', token: token() ?? '', since }),
    onFrame: hear,
    onLink(link) {
      set({ link });
      if (link === 'online') outbox.pump();
    },
  });

  const outbox = createOutbox({
    entries: () => get().outbox,
    change: (entries) => set({ outbox: entries }),
    deliver,
    onAccepted(message) {
      set(take(get(), [message]));
      // The first message has opened a conversation: from now on there is news to hear.
      if (get().link === 'idle') connection.start();
    },
    onSlowDown: (until) => set({ slowUntil: until }),
    random: Math.random,
  });

  async function deliver(entry: Outgoing): Promise<Result<Message>> {
    const result =
      (await ready()) ??
      (await api<Message>('POST', 'messages', {
        client_id: entry.client_id,
        text: entry.text,
        attachment_ids: entry.attachments.map(({ id }) => id),
        reply_to_id: entry.quote?.id,
        prechat: entry.prechat ?? undefined,
      }));
    if (result.ok) return result;
    if (result.problem.status === 401) return failure(0, 'unauthenticated');
    if (result.problem.status === 403) refuse(result.problem);
    return result;
  }

  /** Sees to it that there is a visitor; returns why there is none. */
  async function ready(): Promise<{ ok: false; problem: Problem } | null> {
    const started = token() ? null : await (starting ?? start());
    return started?.ok === false ? started : null;
  }

  /** Makes us known to the server: again with our token, or for the first time. */
  function start(identity?: Identity): Promise<Result<Started>> {
    const attempt = (starting ?? Promise.resolve()).then(() => enter(identity));
    starting = attempt;
    void attempt.finally(() => {
      if (starting === attempt) starting = null;
    });
    return attempt;
  }

  async function enter(identity?: Identity): Promise<Result<Started>> {
    const before = token();
    const { context, attributes, inbox } = desk;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const path = `inboxes/${inbox}/visitors`;
    const body = {
      token: before,
      identity,
      locale: get().locale,
      context: context && { ...context, time_zone: zone },
      attributes,
    };
    // A refused identity says nothing about the token we have.
    const result = identity
      ? await call<Started>('POST', path, null, body)
      : await api<Started>('POST', path, body);
    if (result.ok) await welcome(result.value, before);
    else if (identity) host.post('error', result.problem.code);
    else if (isPassing(result.problem)) {
      if (before) later(() => get().visitor || void start());
    } else refuse(result.problem);
    return result;
  }

  function refuse({ status, code }: Pick<Problem, 'status' | 'code'>): void {
    if (status === 401) return;
    const known: Record<string, string> = {
      blocked: 'blocked',
      'identity-required': 'identity',
    };
    set({ failure: known[code] ?? failureOf(status) });
  }

  async function welcome(
    { token: ours, visitor, conversation }: Started,
    before: string | null,
  ): Promise<void> {
    storage.set('token', ours);
    const known = get().conversation;
    if (known && known.id !== conversation?.id) {
      storage.set('told', null);
      set({ messages: [], hasOlder: false, quote: null });
    }
    set({ visitor, conversation, failure: null });
    if (conversation) await snapshot(conversation);
    if (conversation || ours !== before) restart();
  }

  /** A new line with the present token, if there is a conversation to hear of. */
  function restart(): void {
    if (get().conversation) connection.start();
    else connection.stop();
  }

  /** The latest page, in place of what we have; the stream goes on from its revision. */
  async function snapshot(conversation: WidgetConversation): Promise<void> {
    since = conversation.revision;
    const page = await api<Page<Message>>('GET', `messages?limit=${PAGE_SIZE}`);
    if (!page.ok) return later(() => get().conversation && void snapshot(conversation));
    const { items, next } = page.value;
    const fresh = { ...get(), messages: [], hasOlder: false };
    set({ ...take(fresh, items, conversation), hasOlder: next !== null });
    markNew();
    const unseen = items.filter(({ seq }) => seq > conversation.contact_seen_seq);
    const last = arrivals([], unseen).pop();
    // Shown once, not on every page of the site.
    if (last && isUntold(last)) preview(last);
  }

  async function reset(): Promise<void> {
    const result = await api<WidgetConversation | null>('GET', 'conversation');
    if (!result.ok) return token() ? later(() => void reset()) : undefined;
    if (result.value) await snapshot(result.value);
  }

  function hear(frame: ServerFrame): void {
    if (frame.t === 'sync' || frame.t === 'event') {
      const before = get().messages;
      since = Math.max(since, frame.revision ?? 0);
      set(take(get(), frame.messages ?? [], frame.conversation));
      const news = arrivals(before, get().messages);
      if (news.length) receive(news);
    } else if (frame.t === 'queue') {
      const { conversation } = get();
      if (conversation) set({ conversation: { ...conversation, queue: frame.queue } });
    } else if (frame.t === 'reset') void reset();
    else if (frame.t === 'signal' && frame.kind === 'typing') showTyping(frame.agent?.name);
    else if (frame.t === 'bye' && frame.code === 'blocked') {
      connection.stop();
      refuse({ status: 403, code: 'blocked' });
    } else if (frame.t === 'bye' && frame.code === 'unauthenticated') {
      // Replaced in another tab, or run out: starting again tells which.
      connection.stop();
      later(() => void start());
    }
  }

  function receive(news: Message[]): void {
    clearTimeout(typingTimer);
    const last = news[news.length - 1] as Message;
    const name = last.author.name || t('someone');
    set({ typing: null, announcement: t('said', { name, text: last.text }) });
    if (desk.isSeen()) return;
    markNew();
    preview(last);
    // The tabs of a site share one ear: who is first rings.
    if (isUntold(last) && !get().isMuted) void import('../chime').then(({ chime }) => chime());
  }

  /** True once for each message, in whichever tab asks first. */
  function isUntold({ seq }: Message): boolean {
    if (+(storage.get('told') ?? 0) >= seq) return false;
    storage.set('told', '' + seq);
    return true;
  }

  function preview({ id, author, text, created_at: at }: Message): void {
    if (!desk.isSeen())
      host.post('message', {
        id,
        author: author.name || t('someone'),
        text: text.slice(0, SUMMARY_CHARS_MAX),
        at,
      });
  }

  function markNew(): void {
    const { conversation, messages, newFrom } = get();
    const seen = conversation?.contact_seen_seq ?? 0;
    const first = arrivals([], messages).find(({ seq }) => seq > seen);
    if (!desk.isSeen() && first && newFrom !== first.seq) set({ newFrom: first.seq });
  }

  function showTyping(name?: string): void {
    set({ typing: name ?? t('someone') });
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => set({ typing: null }), TYPING_SHOWN_MS);
  }

  /** Keeps what must survive the page, and reads what is on the screen. */
  function changed(): void {
    const { conversation, messages, outbox: entries } = get();
    if (saved !== entries) {
      saved = entries;
      storage.set('outbox', entries.length ? JSON.stringify(entries) : null);
    }
    const last = messages[messages.length - 1]?.seq ?? 0;
    if (!conversation || !desk.isSeen() || !isAtEnd || last <= conversation.contact_seen_seq)
      return;
    if (connection.send({ t: 'seen', seq: last }))
      set({ conversation: { ...conversation, contact_seen_seq: last, unread_count: 0 } });
  }

  /** Tells the agents that (and, if the inbox wants it, what) the visitor writes. */
  function typed(): void {
    const { config, draft } = get();
    const hasPreview = !!config?.settings.show_typing_preview;
    const wait = typedAt + (hasPreview ? PREVIEW_EVERY_MS : TYPING_EVERY_MS) - Date.now();
    clearTimeout(typedTimer);
    if (!draft && !hasPreview) return;
    if (wait > 0) {
      if (hasPreview) typedTimer = setTimeout(typed, wait);
      return;
    }
    typedAt = Date.now();
    const text = hasPreview ? draft.slice(0, PREVIEW_CHARS_MAX) : undefined;
    connection.send({ t: 'typing', text });
  }

  function send(text: string, extras: Extras): void {
    clearTimeout(typedTimer);
    const { quote } = get();
    isAtEnd = true;
    set({ draft: '', quote: null, newFrom: null, uploads: [], sheet: null });
    outbox.add({
      client_id: randomId(),
      text,
      attachments: [],
      quote: quote && { id: quote.id, text: quote.text, author_name: quote.author.name },
      prechat: null,
      at: new Date().toISOString(),
      state: 'waiting',
      code: '',
      ...extras,
    });
  }

  async function loadOlder(): Promise<void> {
    const first = get().messages[0];
    if (!first) return;
    const path = `messages?before_seq=${first.seq}&limit=${PAGE_SIZE}`;
    const page = await api<Page<Message>>('GET', path);
    if (page.ok)
      set({
        messages: merge(get().messages, page.value.items),
        hasOlder: page.value.next !== null,
      });
  }

  /** Another tab has become a visitor, somebody else, or nobody. */
  async function follow(): Promise<void> {
    connection.stop();
    const { outbox: entries, draft } = get();
    set(token() ? { ...forgotten, outbox: entries, draft } : forgotten);
    if (!token()) return;
    await reset();
    restart();
  }

  /** Forgets the visitor on this device. Pictures in memory go with the page. */
  async function logout(): Promise<void> {
    connection.stop();
    if (token()) await api('DELETE', 'visitor');
    storage.clear();
    set(forgotten);
    location.reload();
  }

  // What was on its way when the last page went has to be sent again.
  const left = JSON.parse(storage.get('outbox') ?? '[]') as Outgoing[];
  set({
    outbox: left.map((entry) =>
      entry.state === 'failed' ? entry : { ...entry, state: 'waiting' },
    ),
  });
  void (token() ? start() : Promise.resolve()).then(outbox.pump);

  return {
    List,
    Notice,
    api,
    start,
    ready,
    changed,
    typed,
    send,
    loadOlder,
    follow,
    logout,
    unread: () => unreadOf(get()),
    retry: outbox.retry,
    discard: outbox.discard,
    describe: () => token() && void api('PATCH', 'visitor', { attributes: desk.attributes }),
    page() {
      const { page_url: url = '', page_title: title = '' } = desk.context ?? {};
      connection.send({ t: 'page', url, title });
    },
    /** Whether the newest message is on the screen. */
    scrolled(toEnd: boolean) {
      isAtEnd = toEnd;
      set({});
    },
    wake() {
      if (get().isOffline) return;
      connection.hurry();
      outbox.pump();
    },
  };
}
