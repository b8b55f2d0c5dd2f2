/** The whole conversation without a browser: a fake server, a fake line, time by hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalk } from '../../src/chunks/talk/talk';
import { createDesk } from '../../src/panel/desk';
import type { Desk } from '../../src/panel/desk';
import type { Message } from '../../src/panel/dto';
import type { Host } from '../../src/panel/host';
import { speak, speakMore } from '../../src/panel/i18n';
import { createStorage } from '../../src/panel/storage';
import type { Storage } from '../../src/panel/storage';
import { chime } from '../../src/chunks/chime';
import { conversation, FakeSocket, message, ours, settle } from './fakes';

vi.mock('../../src/chunks/chime', () => ({ chime: vi.fn() }));

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | 'cut';
type Handler = (body: Record<string, unknown>, token: string | null) => Answer;

/** What the server would do; each test changes what it needs. */
class FakeServer {
  calls: string[] = [];
  messages: Message[] = [];
  handlers: Record<string, Handler> = {
    'POST inboxes/key/visitors': (body) => ({
      body: {
        token: body.token ?? 'zv_new',
        visitor: { contact_id: 'ct_1', name: '', has_email: false, is_verified: false },
        conversation: this.messages.length ? this.row() : null,
      },
    }),
    'GET messages': () => ({ body: { items: this.messages, next: null } }),
    'GET conversation': () => ({ body: this.row() }),
    'POST messages': (body) => ({ status: 201, body: this.store(body) }),
    'DELETE visitor': () => ({ status: 204 }),
  };

  row = () => {
    const count = this.messages.length;
    return conversation({ revision: count, contact_seen_seq: count });
  };

  store({ client_id: id, text }: Record<string, unknown>): Message {
    const known = this.messages.find((row) => row.client_id === id);
    if (known) return known;
    const row = ours(this.messages.length + 1, id as string, { text: text as string });
    this.messages.push(row);
    return row;
  }

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const name = `${init.method} ${url.replace('/api/v1/widget/', '').replace(/\?.*/, '')}`;
    const token = (init.headers as Record<string, string>).authorization?.slice(7) ?? null;
    this.calls.push(`${name} ${token ?? '-'}`);
    expect(url).not.toContain('zv_');
    const handler = this.handlers[name];
    if (!handler) throw new Error('no handler for ' + name);
    const answer = handler(JSON.parse((init.body as string | null) ?? '{}'), token);
    if (answer === 'cut') throw new TypeError('network');
    const { status = 200, body = null, headers = {} } = answer;
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  };

  count = (name: string): number => this.calls.filter((call) => call.startsWith(name)).length;
}

let server: FakeServer;
let storage: Storage;
let posts: [string, unknown][];
let desk: Desk;

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-08T08:00:00Z') });
  vi.spyOn(Math, 'random').mockReturnValue(0);
  vi.spyOn(location, 'reload').mockImplementation(() => {});
  localStorage.clear();
  sessionStorage.clear();
  FakeSocket.all = [];
  vi.mocked(chime).mockClear();
  server = new FakeServer();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('WebSocket', FakeSocket);
  storage = createStorage('key');
  posts = [];
  await speak('en');
  await speakMore('chat');
});

afterEach(() => vi.useRealTimers());

function begin(isOpen = true) {
  const host: Host = { post: (name, value) => posts.push([name, value]) };
  desk = createDesk({ inbox: 'key', storage, host, locale: 'en', render: () => {} });
  const talk = createTalk(desk);
  const settings = { color: '#1f6f6b', position: 'right', show_typing_preview: false };
  desk.set({ talk, isOpen, config: { settings } as never });
  return talk;
}

/** A visitor with one message of theirs, online. */
async function online(isOpen = true) {
  storage.set('token', 'zv_1');
  server.messages = [ours(1, 'old')];
  const talk = begin(isOpen);
  await settle();
  FakeSocket.last().open();
  const row = conversation({ revision: 1, last_seq: 1, contact_seen_seq: 1 });
  FakeSocket.last().hear({ t: 'sync', revision: 1, conversation: row, messages: [] });
  return talk;
}

const event = (revision: number, messages: Message[], changes = {}) => ({
  t: 'event',
  revision,
  conversation: conversation({ revision, ...changes }),
  messages,
});
const posted = (name: string): unknown[] =>
  posts.filter(([kind]) => kind === name).map(([, value]) => value);
const state = () => desk.get();

describe('a first message', () => {
  it('makes a visitor, is shown at once, and opens the stream', async () => {
    const talk = begin();
    await settle();
    expect(server.calls).toEqual([]);
    talk.send('hello', {});
    expect(state().outbox).toMatchObject([{ text: 'hello', state: 'sending' }]);
    await settle();
    expect(server.calls).toEqual(['POST inboxes/key/visitors -', 'POST messages zv_new']);
    expect(state().outbox).toEqual([]);
    expect(state().messages).toMatchObject([{ text: 'hello' }]);
    FakeSocket.last().open();
    expect(FakeSocket.last().sent).toEqual([{ t: 'hello', token: 'zv_new', since: 0 }]);
    expect(posted('state').at(-1)).toMatchObject({ isKnown: true });
  });

  it('is sent by one visitor, however many are written before the first answer', async () => {
    const talk = begin();
    talk.send('one', {});
    talk.send('two', {});
    await settle();
    expect(server.count('POST inboxes')).toBe(1);
    expect(state().messages.map(({ text }) => text)).toEqual(['one', 'two']);
  });
});

describe('a first message after another tab’s', () => {
  it('brings what was said there', async () => {
    const talk = begin();
    talk.send('third', {});
    server.messages = [ours(1, 'x', { text: 'first' }), message(2, { text: 'second' })];
    await settle();
    FakeSocket.last().open();
    const row = conversation({ revision: 3 });
    FakeSocket.last().hear({
      t: 'sync',
      revision: 3,
      conversation: row,
      messages: server.messages,
    });
    expect(state().messages.map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  });
});

describe('a known visitor', () => {
  it('sees the latest page, and hears from its revision on', async () => {
    await online();
    expect(server.calls).toEqual(['POST inboxes/key/visitors zv_1', 'GET messages zv_1']);
    expect(FakeSocket.last().sent[0]).toEqual({ t: 'hello', token: 'zv_1', since: 1 });
    expect(state().link).toBe('online');
  });

  it('loses nothing over a break', async () => {
    await online();
    FakeSocket.last().hear(event(2, [message(2)]));
    FakeSocket.last().cut();
    await settle(1000);
    FakeSocket.last().open();
    expect(FakeSocket.last().sent[0]).toMatchObject({ since: 2 });
    const row = conversation({ revision: 4 });
    FakeSocket.last().hear({
      t: 'sync',
      revision: 4,
      conversation: row,
      messages: [message(3), message(4)],
    });
    expect(state().messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('starts afresh when too much was missed', async () => {
    await online();
    server.messages = [message(90), message(91)];
    FakeSocket.last().hear({
      t: 'reset',
      revision: 91,
      conversation: conversation({ revision: 91 }),
    });
    await settle();
    expect(state().messages.map(({ seq }) => seq)).toEqual([90, 91]);
  });

  it('is a new visitor when the token has run out', async () => {
    const talk = await online();
    server.handlers['POST messages'] = (body, token) =>
      token === 'zv_1'
        ? { status: 401, body: { code: 'unauthenticated' } }
        : { status: 201, body: server.store(body) };
    server.messages = [];
    talk.send('again', {});
    await settle(1000);
    expect(storage.get('token')).toBe('zv_new');
    expect(state().messages.map(({ text }) => text)).toEqual(['again']);
    expect(state().outbox).toEqual([]);
  });
});

describe('sending over a bad line', () => {
  it('waits for the line and sends by itself', async () => {
    const talk = await online();
    let isDown = true;
    server.handlers['POST messages'] = (body) =>
      isDown ? 'cut' : { status: 201, body: server.store(body) };
    FakeSocket.last().cut();
    talk.send('are you there?', {});
    await settle();
    expect(state().outbox).toMatchObject([{ state: 'waiting' }]);
    isDown = false;
    await settle(300);
    FakeSocket.last().open();
    FakeSocket.last().hear({ t: 'sync', revision: 1, conversation: conversation(), messages: [] });
    await settle();
    expect(state().outbox).toEqual([]);
    expect(server.messages.map(({ text }) => text)).toEqual(['text 1', 'are you there?']);
  });

  it('never doubles a message whose answer was lost', async () => {
    const talk = await online();
    let isLost = true;
    server.handlers['POST messages'] = (body) => {
      const row = server.store(body);
      if (!isLost) return { body: row };
      isLost = false;
      return 'cut';
    };
    talk.send('once', {});
    await settle(1000);
    FakeSocket.last().hear(event(2, [server.messages[1] as Message]));
    expect(server.count('POST messages')).toBe(2);
    expect(server.messages).toHaveLength(2);
    expect(state().messages.filter(({ text }) => text === 'once')).toHaveLength(1);
    expect(state().outbox).toEqual([]);
  });

  it('sends what was left when the last page went', async () => {
    const talk = begin();
    server.handlers['POST messages'] = () => 'cut';
    talk.send('left behind', {});
    await settle();
    const left = JSON.parse(storage.get('outbox') ?? '[]');
    expect(left).toHaveLength(1);
    server.handlers['POST messages'] = (body) => ({ status: 201, body: server.store(body) });
    begin();
    await settle(1000);
    expect(server.messages).toMatchObject([{ text: 'left behind', client_id: left[0].client_id }]);
    expect(storage.get('outbox')).toBe(null);
  });

  it('says how long to wait when writing too fast', async () => {
    const talk = await online();
    let isFull = true;
    server.handlers['POST messages'] = (body) =>
      isFull
        ? { status: 429, body: { code: 'rate-limited' }, headers: { 'retry-after': '7' } }
        : { status: 201, body: server.store(body) };
    talk.send('fast', {});
    await settle();
    expect(state().slowUntil).toBe(Date.now() + 7000);
    isFull = false;
    await settle(7000);
    expect(state().outbox).toEqual([]);
  });
});

describe('reading', () => {
  it('is told when the message is on the screen', async () => {
    await online();
    FakeSocket.last().hear(event(2, [message(2)], { unread_count: 1, contact_seen_seq: 1 }));
    expect(FakeSocket.last().sent.at(-1)).toEqual({ t: 'seen', seq: 2 });
    expect(state().announcement).toBe('Ellen: text 2');
  });

  it('waits while the panel is closed, and shows number and preview outside', async () => {
    await online(false);
    FakeSocket.last().hear(event(2, [message(2)], { unread_count: 1, contact_seen_seq: 1 }));
    expect(FakeSocket.last().sent).toHaveLength(1);
    expect(posted('state').at(-1)).toMatchObject({ unread: 1 });
    expect(posted('message').at(-1)).toMatchObject({ author: 'Ellen', text: 'text 2' });
    expect(state().newFrom).toBe(2);
    await settle();
    expect(chime).toHaveBeenCalledTimes(1);
    desk.set({ isOpen: true });
    expect(FakeSocket.last().sent.at(-1)).toEqual({ t: 'seen', seq: 2 });
    expect(posted('state').at(-1)).toMatchObject({ unread: 0 });
  });

  it('rings once, though every tab of the site hears it', async () => {
    await online(false);
    storage.set('told', '2');
    FakeSocket.last().hear(event(2, [message(2)], { contact_seen_seq: 1 }));
    await settle();
    expect(chime).not.toHaveBeenCalled();
    expect(posted('message')).toHaveLength(1);
  });

  it('does not put the number into the title when muted', async () => {
    await online(false);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    desk.set({ isMuted: true });
    FakeSocket.last().hear(event(2, [message(2)], { contact_seen_seq: 1 }));
    expect(posted('state').at(-1)).toMatchObject({ unread: 1, inTitle: 0 });
    desk.set({ isMuted: false });
    expect(posted('state').at(-1)).toMatchObject({ unread: 1, inTitle: 1 });
  });

  it('waits while the reader is further up', async () => {
    const talk = await online();
    talk.scrolled(false);
    FakeSocket.last().hear(event(2, [message(2)], { contact_seen_seq: 1 }));
    expect(FakeSocket.last().sent).toHaveLength(1);
    talk.scrolled(true);
    expect(FakeSocket.last().sent.at(-1)).toEqual({ t: 'seen', seq: 2 });
  });
});

describe('typing', () => {
  it('is shown until it is old or a message comes', async () => {
    await online();
    FakeSocket.last().hear({ t: 'signal', kind: 'typing', agent: { name: 'Ellen' } });
    expect(state().typing).toBe('Ellen');
    await settle(6000);
    expect(state().typing).toBe(null);
    FakeSocket.last().hear({ t: 'signal', kind: 'typing', agent: { name: 'Ellen' } });
    FakeSocket.last().hear(event(2, [message(2)]));
    expect(state().typing).toBe(null);
  });

  it('is told at most every few seconds, without the text', async () => {
    const talk = await online();
    desk.set({ draft: 'my secret' });
    for (let i = 0; i < 10; i++) talk.typed();
    const told = FakeSocket.last().sent.filter(({ t }) => t === 'typing');
    expect(told).toEqual([{ t: 'typing' }]);
  });

  it('tells the text where the inbox shows it, also the last of it', async () => {
    const talk = await online();
    desk.set({ config: { settings: { show_typing_preview: true } } as never, draft: 'a' });
    talk.typed();
    desk.set({ draft: 'ab' });
    talk.typed();
    await settle(1000);
    const told = FakeSocket.last().sent.filter(({ t }) => t === 'typing');
    expect(told.map(({ text }) => text)).toEqual(['a', 'ab']);
  });
});

describe('who the visitor is', () => {
  it('changes with a proof; the token is replaced', async () => {
    const talk = await online();
    server.handlers['POST inboxes/key/visitors'] = () => ({
      body: {
        token: 'zv_mei',
        visitor: { contact_id: 'ct_2', name: 'Mei', has_email: true, is_verified: true },
        conversation: conversation({ id: 'cv_2', revision: 8 }),
      },
    });
    server.messages = [message(8, { text: 'for Mei' })];
    await talk.start({ jwt: 'x' });
    await settle();
    expect(storage.get('token')).toBe('zv_mei');
    expect(state().messages.map(({ text }) => text)).toEqual(['for Mei']);
    FakeSocket.last().open();
    expect(FakeSocket.last().sent[0]).toMatchObject({ token: 'zv_mei', since: 8 });
  });

  it('stays when the proof is refused, and the site is told why', async () => {
    const talk = await online();
    server.handlers['POST inboxes/key/visitors'] = () => ({
      status: 401,
      body: { code: 'invalid-identity' },
    });
    await talk.start({ jwt: 'bad' });
    expect(posted('error')).toEqual(['invalid-identity']);
    expect(storage.get('token')).toBe('zv_1');
    expect(state().messages).toHaveLength(1);
  });

  it('may be blocked', async () => {
    const talk = begin();
    server.handlers['POST inboxes/key/visitors'] = () => ({
      status: 403,
      body: { code: 'blocked' },
    });
    talk.send('hello', {});
    await settle();
    expect(state().failure).toBe('blocked');
  });

  it('may be blocked in the middle of a conversation', async () => {
    await online();
    FakeSocket.last().hear({ t: 'bye', code: 'blocked' });
    expect(state().failure).toBe('blocked');
    expect(FakeSocket.last().isClosed).toBe(true);
  });

  it('is forgotten at log-out', async () => {
    const talk = await online();
    desk.set({ draft: 'half a' });
    await talk.logout();
    expect(server.count('DELETE visitor')).toBe(1);
    expect([storage.get('token'), storage.get('draft'), storage.get('outbox')]).toEqual([
      null,
      null,
      null,
    ]);
    expect(state().messages).toEqual([]);
    expect(posted('state').at(-1)).toMatchObject({ isKnown: false, unread: 0 });
    expect(location.reload).toHaveBeenCalled();
  });

  it('follows another tab', async () => {
    const talk = await online();
    storage.set('token', null);
    await talk.follow();
    expect(state().messages).toEqual([]);
    expect(state().link).toBe('idle');
    storage.set('token', 'zv_other');
    await talk.follow();
    expect(state().messages).toHaveLength(1);
    FakeSocket.last().open();
    expect(FakeSocket.last().sent[0]).toMatchObject({ token: 'zv_other' });
    expect(server.count('POST inboxes')).toBe(1);
  });
});

describe('earlier messages', () => {
  it('come page by page', async () => {
    const talk = await online();
    server.handlers['GET messages'] = () => ({
      body: { items: [message(38), message(39)], next: null },
    });
    desk.set({ hasOlder: true, messages: [message(40)] });
    await talk.loadOlder();
    expect(state().messages.map(({ seq }) => seq)).toEqual([38, 39, 40]);
    expect(state().hasOlder).toBe(false);
  });
});
