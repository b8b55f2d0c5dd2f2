/** The agent API from memory, for looking at pages while there is no server. Never shipped. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type * as T from '@zhiyin/api';
import { WebSocketServer, type WebSocket } from 'ws';
import * as d from './data.ts';

const permissions =
  'conversations.read conversations.reply conversations.note conversations.assign conversations.manage contacts.read contacts.edit personal.reveal inboxes.manage agents.manage teams.manage roles.manage workspace.manage phrases.manage tags.manage tokens.manage audit.read reports.read floor.supervise jobs.manage'.split(
    ' ',
  ) as T.Permission[];

let isSignedIn = process.argv.includes('--in');
let preferences: Record<string, unknown> = {};
let seq = 100;
const sockets = new Set<WebSocket>();
const drafts = new Map<string, T.Draft[]>();
const me = (): T.Me => ({
  agent: d.agents[0] as T.Agent,
  workspace: d.workspace,
  grants: permissions.map((permission) => ({ permission, scope: 'all' })),
  inboxes: ['ib_0', 'ib_1'],
  teams: ['tm_0', 'tm_1'],
  csrf_token: 'dev',
  second_factor: false,
  preferences,
});

function emit(type: string, row?: T.Conversation, message?: T.Message): void {
  seq += 1;
  const frame = {
    t: 'event',
    seq,
    type,
    at: new Date().toISOString(),
    actor: { kind: 'system', id: null },
    conversation: row,
    message,
  };
  for (const socket of sockets) socket.send(JSON.stringify(frame));
}

function touch(row: T.Conversation, type: string, message?: T.Message): T.Conversation {
  row.version += 1;
  row.updated_at = new Date().toISOString();
  emit(type, row, message);
  return row;
}

function write(row: T.Conversation, given: Partial<T.Message> & { text: string }): T.Message {
  const message = d.makeMessage(row, given);
  d.messages.get(row.id)?.push(message);
  d.settle(row);
  touch(row, 'message.created', message);
  return message;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

function conversation(id: string): T.Conversation {
  const row = d.conversations.get(id);
  if (!row) throw new Refusal(404, 'not-found');
  return row;
}

const page = <V>(items: V[], next: string | null = null): T.Page<V> => ({ items, next });

function list(query: URLSearchParams): T.Page<T.Conversation> {
  const view = query.get('view');
  const status = query.get('status') ?? 'open';
  const waiting = query.get('sort') === 'waiting';
  const at = (row: T.Conversation) => Date.parse(row.last_message?.at ?? row.created_at);
  const rows = [...d.conversations.values()].filter(
    (row) =>
      (status === 'all' || row.status.kind === status) &&
      (!query.get('inbox') || row.inbox_id === query.get('inbox')) &&
      (!query.get('tag') || row.tag_ids.includes(query.get('tag') ?? '')) &&
      (view !== 'mine' || row.assignee_id === 'ag_0') &&
      (view !== 'unassigned' || row.assignee_id === null) &&
      (view !== 'team' || row.team_id === query.get('team')) &&
      (view !== 'mentions' || row.id === 'cv_00000'),
  );
  rows.sort((a, b) => {
    if (waiting && a.waiting_since !== b.waiting_since) {
      if (!a.waiting_since) return 1;
      if (!b.waiting_since) return -1;
      return Date.parse(a.waiting_since) - Date.parse(b.waiting_since);
    }
    return at(b) - at(a) || (a.id < b.id ? 1 : -1);
  });
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  return page(
    rows.slice(from, from + limit),
    from + limit < rows.length ? String(from + limit) : null,
  );
}

type Body = Record<string, unknown>;
const lists: Record<string, unknown[]> = {
  agents: d.agents,
  teams: d.teams,
  inboxes: d.inboxes,
  tags: d.tags,
  roles: d.roles,
  phrases: d.phrases,
  tokens: [],
  'app-tokens': [],
  invitations: [
    {
      id: 'iv_1',
      email: 'new@qinghe.example',
      name: '何佳',
      role_ids: ['rl_agent'],
      team_ids: ['tm_1'],
      inbox_ids: [],
      created_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 6e8).toISOString(),
    },
  ],
  audit: [
    ['login.succeeded', '陈思远'],
    ['agent.role_changed', '陈思远'],
    ['inbox.updated', '李婉清'],
    ['login.failed', null],
    ['token.created', '陈思远'],
  ].map(([type, name], i) => ({
    id: `ev_${i}`,
    at: new Date(Date.now() - i * 3e6).toISOString(),
    actor: { kind: 'agent', id: 'ag_0', name },
    type,
    subject: 'ag_3',
    address: '203.0.113.7',
    data: {},
  })),
  jobs: [
    {
      id: 'jb_1',
      name: 'mail.transcript',
      state: 'dead',
      attempts: 8,
      last_error: 'connection refused by mail server',
      created_at: new Date().toISOString(),
      failed_at: new Date().toISOString(),
    },
  ],
};

function onConversation(
  method: string,
  id: string,
  rest: string,
  query: URLSearchParams,
  body: Body,
): unknown {
  const row = conversation(id);
  const all = d.messages.get(id) ?? [];
  switch (`${method} ${rest}`) {
    case 'GET ':
      return row;
    case 'GET messages': {
      const before = Number(query.get('before_seq') ?? Infinity);
      const limit = Number(query.get('limit') ?? 50);
      const older = all.filter((message) => message.seq < before);
      return page(older.slice(-limit), older.length > limit ? 'more' : null);
    }
    case 'POST messages': {
      if (String(body['text']).includes('失败')) throw new Refusal(503, 'unavailable');
      const agent = d.agents[0] as T.Agent;
      row.waiting_since = null;
      return write(row, {
        text: String(body['text']),
        kind: body['kind'] as 'text',
        client_id: String(body['client_id']),
        author: d.by(agent),
      });
    }
    case 'GET draft':
      return { items: drafts.get(id) ?? [] };
    case 'PUT draft':
      drafts.set(id, [body as unknown as T.Draft]);
      return undefined;
    case 'POST assign':
      row.assignee_id = body['agent_id'] as string | null;
      row.team_id = (body['team_id'] as string | null) ?? row.team_id;
      return touch(row, 'conversation.assigned');
    case 'POST resolve':
      row.status = { kind: 'resolved', at: new Date().toISOString(), by: 'ag_0' };
      row.waiting_since = null;
      return touch(row, 'conversation.resolved');
    case 'POST reopen':
      row.status = { kind: 'open' };
      return touch(row, 'conversation.reopened');
    case 'POST snooze':
      row.status = { kind: 'snoozed', until: String(body['until']), by: 'ag_0' };
      return touch(row, 'conversation.snoozed');
    case 'POST seen':
      row.unread_count = 0;
      row.agent_seen_seq = Number(body['seq']);
      return touch(row, 'conversation.seen');
    case 'POST unread':
      row.unread_count = 1;
      return touch(row, 'conversation.unread');
    case 'PUT tags':
      row.tag_ids = body['tag_ids'] as string[];
      return touch(row, 'conversation.tagged');
    default:
      return row;
  }
}

function answer(method: string, url: URL, body: Body): unknown {
  const [name = '', id = '', rest = ''] = url.pathname.replace('/api/v1/', '').split('/');
  const query = url.searchParams;
  if (name === 'setup') return { needed: false };
  if (name === 'session') {
    if (method === 'POST') {
      if (body['password'] === 'wrong') throw new Refusal(401, 'invalid-credentials');
      isSignedIn = true;
    } else if (method === 'DELETE') isSignedIn = false;
    if (!isSignedIn) {
      if (method === 'DELETE') return undefined;
      throw new Refusal(401, 'unauthenticated');
    }
    return me();
  }
  if (name === 'me') return onMe(method, id, rest, body);
  if (name === 'workspace') return Object.assign(d.workspace, body);
  if (name === 'counters') {
    const open = [...d.conversations.values()].filter((row) => row.status.kind === 'open');
    return {
      inboxes: d.inboxes.map((inbox) => ({
        inbox_id: inbox.id,
        open: open.filter((row) => row.inbox_id === inbox.id).length,
        unassigned: open.filter((row) => row.inbox_id === inbox.id && !row.assignee_id).length,
      })),
      mine_open: open.filter((row) => row.assignee_id === 'ag_0').length,
      mentions_unread: 1,
    };
  }
  if (name === 'conversations') {
    if (id === '') return list(query);
    if (id === 'bulk')
      return page(
        (body['ids'] as string[]).map((one) =>
          onConversation(
            'POST',
            one,
            String((body['action'] as Body)['type']),
            query,
            body['action'] as Body,
          ),
        ),
      );
    return onConversation(method, id, rest, query, body);
  }
  if (name === 'contacts') {
    if (rest === 'sessions') return page(id === 'ct_0' ? d.sessions : []);
    const contact = d.contacts.get(id);
    if (!contact) return page([...d.contacts.values()].slice(0, 20));
    if (rest === 'notes')
      contact.notes = [
        ...(contact.notes ?? []),
        {
          id: String(Date.now()),
          text: String(body['text']),
          author_id: 'ag_0',
          created_at: new Date().toISOString(),
        },
      ];
    else Object.assign(contact, body);
    return contact;
  }
  if (name === 'search') return search(query.get('q') ?? '', query.get('kind'));
  const rows = lists[name] as { id: string }[] | undefined;
  if (!rows) throw new Refusal(404, 'not-found');
  return onList(name, rows, method, id, body);
}

function onList(
  name: string,
  rows: { id: string }[],
  method: string,
  id: string,
  body: Body,
): unknown {
  if (method === 'GET') return page(rows);
  const at = rows.findIndex((row) => row.id === id);
  if (method === 'DELETE') return void rows.splice(at, 1);
  if (method === 'PATCH') return Object.assign(rows[at] ?? {}, body);
  const made = {
    id: `${name}_${Date.now()}`,
    created_at: new Date().toISOString(),
    ...body,
    secret: 'zy_4Kd9mEXAMPLEonly',
    link: 'https://zhiyin.example/invite#token=example',
  };
  rows.push(made);
  return made;
}

function onMe(method: string, id: string, rest: string, body: Body): unknown {
  if (id === 'sessions')
    return page([
      {
        id: 'ls_1',
        user_agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Chrome/156.0 Safari/537',
        address: '203.0.113.7',
        created_at: new Date().toISOString(),
        last_seen_at: new Date().toISOString(),
        is_current: true,
      },
    ]);
  if (id === 'totp')
    return rest === 'confirm'
      ? { recovery_codes: ['fern-lake-71', 'moss-pine-20', 'reed-hill-93', 'jade-moon-14'] }
      : {
          secret: 'JBSWY3DPEHPK3PXP',
          otpauth_url: 'otpauth://totp/Zhiyin:chen?secret=JBSWY3DPEHPK3PXP&issuer=Zhiyin',
        };
  if (id === 'presence') (d.agents[0] as T.Agent).presence = body['presence'] as T.Presence;
  else if (body['preferences']) preferences = body['preferences'] as Record<string, unknown>;
  return method === 'PATCH' ? me() : undefined;
}

function search(text: string, kind: string | null): T.Page<T.SearchHit> {
  if (kind === 'contacts') {
    const found = [...d.contacts.values()]
      .filter((contact) => contact.name.includes(text))
      .slice(0, 20);
    return page(
      found.map((contact) => ({ conversation: null, message: null, contact, highlights: [] })),
    );
  }
  const hits: T.SearchHit[] = [];
  for (const [id, all] of d.messages) {
    for (const message of all) {
      const start = message.text.indexOf(text);
      if (text && start >= 0)
        hits.push({
          conversation: conversation(id),
          message,
          contact: null,
          highlights: [[start, text.length]],
        });
    }
    if (hits.length >= 20) break;
  }
  return page(hits);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname.startsWith('/files/')) {
    response.setHeader('content-type', 'image/svg+xml');
    response.end(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 420"><rect width="640" height="420" fill="#5b3d28"/><path d="M0 300 640 250v170H0z" fill="#7a5437"/><path d="m430 262 90-22" stroke="#e8d5bd" stroke-width="4"/></svg>',
    );
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  try {
    let value: unknown;
    if (url.pathname.endsWith('/attachments')) {
      value = {
        id: `at_${Date.now()}`,
        name: 'file',
        media_type: 'image/png',
        size_bytes: raw.length,
        width: 320,
        height: 200,
        url: '/files/at_2',
        thumbnail_url: null,
        kind: 'image',
      };
    } else {
      const body = raw.length > 0 ? (JSON.parse(raw.toString()) as Body) : {};
      value = answer(request.method ?? 'GET', url, body);
    }
    response.statusCode = value === undefined ? 204 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(value === undefined ? undefined : JSON.stringify(value));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal');
    if (!(error instanceof Refusal)) console.error(error);
    response.statusCode = refusal.status;
    response.setHeader('content-type', 'application/problem+json');
    response.end(
      JSON.stringify({
        status: refusal.status,
        code: refusal.code,
        detail: '',
        fields: [],
        request_id: 'dev',
      }),
    );
  }
}

const server = createServer((request, response) => void handle(request, response));
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.on('message', (raw) => {
    const frame = JSON.parse(String(raw)) as { t: string };
    if (frame.t !== 'hello') return;
    sockets.add(socket);
    socket.send(JSON.stringify({ t: 'ready', seq }));
  });
  socket.on('close', () => sockets.delete(socket));
});
server.listen(4010, () => console.log('mock on 4010'));

if (process.argv.includes('--live')) {
  setInterval(() => {
    const rows = [...d.conversations.values()].slice(0, 30);
    const row = rows[d.pick(rows.length)];
    if (row)
      write(row, { text: row.contact.locale === 'en' ? 'Any news on this?' : '请问有进展了吗?' });
  }, 5000);
}
