/**
 * Serves the built widget, the demo shop and the mock API on one port, with the headers
 * the real server sends. `node dev/server.js [port]`.
 */
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { WebSocketServer } from 'ws';
import { Refusal, Service } from './service.js';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../dist');
const shop = join(here, '../../shop');

/** What the real server sends with the panel, and stricter still. */
export const PANEL_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
  "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; " +
  "require-trusted-types-for 'script'";

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** The one file of a multipart body; enough for a mock. */
function readUpload(bytes, contentType) {
  const boundary = '--' + /boundary=(.+)$/.exec(contentType)[1];
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = Buffer.from(text.slice(0, end), 'latin1').toString();
  const from = end + 4;
  const to = text.indexOf('\r\n' + boundary, from);
  return {
    name: /filename="([^"]*)"/.exec(head)?.[1] ?? 'file',
    type: /content-type: (\S+)/i.exec(head)?.[1] ?? 'application/octet-stream',
    bytes: bytes.subarray(from, to),
  };
}

/** path → handler; each gets the visitor of the token and the parsed body. */
function routes(service) {
  const visitor = (request) => service.of((request.headers.authorization ?? '').slice(7));
  const json = async (request) => JSON.parse((await body(request)).toString() || '{}');
  return {
    'GET /inboxes/:key': (_, key) => service.config(key),
    'POST /inboxes/:key/visitors': async (request, key) => service.start(key, await json(request)),
    'GET /inboxes/:key/articles': (_, __, query) =>
      service.find(query.get('q'), query.get('locale')),
    'GET /inboxes/:key/articles/:slug': (_, __, query, slug) =>
      service.article(slug, query.get('locale')),
    'POST /inboxes/:key/article-questions': async (request) => {
      const { text, locale } = await json(request);
      service.questions.push({ text, locale });
      return { ...service.find(text, locale), question_id: String(service.questions.length) };
    },
    'PATCH /inboxes/:key/article-questions/:slug': async (request, _, __, id) => {
      Object.assign(service.questions[id - 1], await json(request));
      return null;
    },
    'GET /conversation': (request) => visitor(request).conversation,
    'GET /messages': (request, _, query) =>
      service.page(
        visitor(request),
        Number(query.get('before_seq')),
        Number(query.get('limit') ?? 50),
      ),
    'POST /messages': async (request) => service.write(visitor(request), await json(request)),
    'POST /rating': async (request) => {
      const who = visitor(request);
      const rating = await json(request);
      who.conversation.session.rating = rating;
      service.publish(who, []);
      return rating;
    },
    'POST /asks/:id': async (request, id) =>
      service.answer(visitor(request), id, await json(request)),
    'POST /end': (request) =>
      service.act(visitor(request), { do: 'resolve', event: 'ended_by_contact' }) ?? null,
    'POST /transcript': async (request) => {
      visitor(request).transcript = await json(request);
      return null;
    },
    'PATCH /visitor': async (request) => {
      Object.assign(visitor(request), await json(request));
      return null;
    },
    'DELETE /visitor': (request) => {
      const who = visitor(request);
      service.visitors.delete(who.token);
      for (const listen of who.listeners) listen({ t: 'bye', code: 'unauthenticated' });
      return null;
    },
    'POST /attachments': async (request) => {
      visitor(request);
      const { name, type, bytes } = readUpload(
        await body(request),
        request.headers['content-type'],
      );
      if (/\.(svg|html?)$/i.test(name)) throw new Refusal(422, 'unsupported-file');
      return service.upload(name, type, bytes);
    },
  };
}

function match(table, method, path) {
  for (const [route, handler] of Object.entries(table)) {
    const [wanted, pattern] = route.split(' ');
    const found = new RegExp('^' + pattern.replace(/:\w+/g, '([^/]+)') + '$').exec(path);
    if (wanted === method && found) return [handler, found[1], found[2]];
  }
  return null;
}

function problem(response, { status = 500, code = 'internal', retryAfter }) {
  const headers = { 'content-type': 'application/problem+json' };
  if (retryAfter) headers['retry-after'] = String(retryAfter);
  response.writeHead(status, headers).end(JSON.stringify({ status, code, detail: code }));
}

async function sendFile(response, root, path, headers = {}) {
  const file = normalize(join(root, path));
  if (!file.startsWith(root) || !existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    ...headers,
  });
  createReadStream(file).pipe(response);
}

/** The stream of one visitor: authenticate, catch up, stay. */
function serveStream(service, socket) {
  const send = (frame) => {
    socket.send(JSON.stringify(frame));
    if (frame.t === 'bye') socket.close();
  };
  let visitor;
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (!visitor) {
      visitor = service.visitors.get(frame.token);
      if (!visitor) return send({ t: 'bye', code: 'unauthenticated' });
      const since = frame.since ?? 0;
      const messages = visitor.messages.filter(({ revision }) => revision > since);
      const { conversation } = visitor;
      visitor.listeners.add(send);
      send({ t: 'sync', conversation, messages, revision: conversation?.revision ?? 0 });
      return undefined;
    }
    visitor.seen.push(frame);
    if (frame.t === 'seen' && visitor.conversation)
      service.publish(visitor, [], {
        contact_seen_seq: Math.max(frame.seq, visitor.conversation.contact_seen_seq),
      });
    return undefined;
  });
  socket.on('close', () => visitor?.listeners.delete(send));
  const timer = setInterval(() => send({ t: 'ping' }), 25_000);
  socket.on('close', () => clearInterval(timer));
}

/** Starts listening; `control` is how tests cut the line, refuse and look inside. */
export async function serve(port = 0) {
  const service = new Service();
  const table = routes(service);
  const control = {
    isDown: false,
    sockets: new WebSocketServer({ noServer: true }),
    service,
    dropAnswer: false,
  };

  async function handle(request, response) {
    const url = new URL(request.url, 'http://localhost');
    const path = url.pathname;
    if (path.startsWith('/mock/act/')) {
      const who = [...service.visitors.values()].at(-1);
      service.act(who, JSON.parse((await body(request)).toString()));
      return response.writeHead(204).end();
    }
    if (path.startsWith('/api/v1/')) {
      if (control.isDown) return request.socket.destroy();
      return api(request, response, url);
    }
    if (path.startsWith('/widget/panel/'))
      return sendFile(response, dist, 'panel.html', { 'content-security-policy': PANEL_CSP });
    if (path.startsWith('/widget/assets/'))
      return sendFile(response, dist, path.slice('/widget/'.length));
    if (path === '/widget.js') return sendFile(response, dist, 'widget.js');
    if (path === '/demo/shop') return response.writeHead(308, { location: '/demo/shop/' }).end();
    if (path.startsWith('/demo/shop/')) return sendShop(request, response, url);
    return response.writeHead(404).end();
  }

  async function sendShop(request, response, url) {
    const key = url.searchParams.get('inbox') ?? 'demo';
    const locale = /^en/.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh-CN';
    const name = url.pathname.slice('/demo/shop/'.length) || 'index.html';
    if (!name.endsWith('.html')) return sendFile(response, shop, name);
    const file = join(shop, name);
    if (!existsSync(file)) return response.writeHead(404).end();
    const html = (await readFile(file, 'utf8'))
      .replaceAll('{{inbox_key}}', encodeURIComponent(key))
      .replace('<html lang="zh-CN">', `<html lang="${locale}">`);
    return response
      .writeHead(200, {
        'content-type': types['.html'],
        'content-security-policy': control.hostCsp ?? '',
      })
      .end(html);
  }

  async function api(request, response, url) {
    response.setHeader('access-control-allow-origin', '*');
    const path = url.pathname.slice('/api/v1'.length);
    try {
      if (path.startsWith('/files/')) {
        service.of((request.headers.authorization ?? '').slice(7));
        const file = service.files.get(path.slice('/files/'.length));
        if (!file) throw new Refusal(404, 'not-found');
        return response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
      }
      const found = match(table, request.method, path.slice('/widget'.length));
      if (!found) throw new Refusal(404, 'not-found');
      const value = await found[0](request, found[1], url.searchParams, found[2]);
      if (control.dropAnswer && request.method === 'POST') return request.socket.destroy();
      const text = JSON.stringify(value ?? null);
      return response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      return problem(response, error);
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  server.on('upgrade', (request, socket, head) => {
    if (control.isDown || request.url !== '/api/v1/widget/stream') return socket.destroy();
    return control.sockets.handleUpgrade(request, socket, head, (line) =>
      serveStream(service, line),
    );
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    ...control,
    control,
    url: `http://127.0.0.1:${server.address().port}`,
    /** Cuts every line and refuses new ones until `up`. */
    down() {
      control.isDown = true;
      for (const line of control.sockets.clients) line.terminate();
    },
    up: () => (control.isDown = false),
    act: (action) => service.act([...service.visitors.values()].at(-1), action),
    close() {
      for (const line of control.sockets.clients) line.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url } = await serve(Number(process.argv[2] ?? 8787));
  console.log(`${url}/demo/shop/  (?inbox=demo|orange|prechat|offline|blocked|identity|forbidden)`);
}
