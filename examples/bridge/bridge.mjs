// A bridge between Zhiyin and a system of your own, in Node.js 20 without dependencies.
//
//   customer → your system → POST /say → Zhiyin's API inbox → agent
//   agent → Zhiyin → POST /hook (signed) → your system → customer
//
// Here "your system" is a list per user that GET /user/<id> shows. Replace `deliver` and
// whoever calls /say by what you have.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

/** Requests older or newer than this are refused: somebody may have recorded them. */
const TOLERANCE_S = 300;
/** Deliveries whose id is remembered, so that one that comes twice has one effect. */
const REMEMBERED_MAX = 10_000;
const BODY_BYTES_MAX = 1_000_000;

/**
 * Checks a delivery by the rules of Standard Webhooks: one of the signatures must be right,
 * and the time near. `body` is what came, to the byte.
 */
export function isGenuine(secret, headers, body, nowS = Date.now() / 1000) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (!id || !timestamp || !signatures) return false;
  if (!(Math.abs(nowS - Number(timestamp)) <= TOLERANCE_S)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(' ').some((one) => {
    const [version, text] = one.split(',');
    const given = Buffer.from(text ?? '', 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** The bridge as an HTTP server; it listens when you tell it to. */
export function bridge({ zhiyin, token, inboxId, secret, fetch = globalThis.fetch }) {
  const users = new Map();
  const seen = new Set();

  async function call(method, path, body) {
    const answer = await fetch(`${zhiyin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ inbox_id: inboxId, ...body }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** The customer gets something. Yours may be a push, an SMS, a row in a table. */
  function deliver(user, message) {
    const messages = users.get(user) ?? [];
    const at = messages.findIndex((known) => known.id === message.id);
    if (at >= 0) messages[at] = message;
    else messages.push(message);
    users.set(user, messages);
  }

  async function hook(request, body) {
    if (!isGenuine(secret, request.headers, body)) return [401, 'the signature is not right'];
    const id = request.headers['webhook-id'];
    if (seen.has(id)) return [204, ''];
    const { type, data } = JSON.parse(body);
    const isMessage = ['message.created', 'message.edited', 'message.recalled'].includes(type);
    if (isMessage) {
      const { id: message, seq, text, recalled_at: recalledAt } = data.message;
      deliver(data.contact.external_id, { id: message, seq, text: recalledAt ? '' : text });
    }
    // Only now: a delivery that failed half-way must come again.
    seen.add(id);
    if (seen.size > REMEMBERED_MAX) seen.delete(seen.values().next().value);
    if (type === 'message.created') {
      const report = { message_id: data.message.id, delivery: 'delivered' };
      call('POST', '/channel/deliveries', report).catch((error) => console.error(error.message));
    }
    return [204, ''];
  }

  /** `{ "user", "name"?, "id", "text" }`: `id` is yours, so a repeat is one message. */
  async function say(body) {
    const { user, name, id, text } = JSON.parse(body);
    const contact = { external_id: user, ...(name ? { name } : {}) };
    const taken = await call('POST', '/channel/messages', { external_id: id, text, contact });
    return [taken.is_repeat ? 200 : 201, JSON.stringify(taken)];
  }

  /** `{ "user", "seq" }`: the customer has read so far. */
  async function read(body) {
    const { user, seq } = JSON.parse(body);
    await call('POST', '/channel/seen', { contact_external_id: user, seq });
    return [204, ''];
  }

  function answer(request, body) {
    const { method, url } = request;
    if (method === 'POST' && url === '/hook') return hook(request, body);
    if (method === 'POST' && url === '/say') return say(body);
    if (method === 'POST' && url === '/read') return read(body);
    const user = /^\/user\/([^/?]+)$/.exec(url ?? '')?.[1];
    if (method === 'GET' && user) {
      return [200, JSON.stringify(users.get(decodeURIComponent(user)) ?? [])];
    }
    return [404, 'POST /say, POST /read, POST /hook or GET /user/<id>'];
  }

  return createServer(async (request, response) => {
    try {
      const chunks = [];
      let size = 0;
      for await (const chunk of request) {
        size += chunk.length;
        if (size > BODY_BYTES_MAX) throw new Error('the body is too large');
        chunks.push(chunk);
      }
      const [status, text] = await answer(request, Buffer.concat(chunks).toString('utf8'));
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    } catch (error) {
      console.error(error.message);
      response.writeHead(502).end();
    }
  });
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  const { ZHIYIN_URL, ZHIYIN_TOKEN, ZHIYIN_INBOX, ZHIYIN_SECRET, PORT = '8090' } = process.env;
  if (!ZHIYIN_URL || !ZHIYIN_TOKEN || !ZHIYIN_INBOX || !ZHIYIN_SECRET) {
    console.error('Set ZHIYIN_URL, ZHIYIN_TOKEN, ZHIYIN_INBOX and ZHIYIN_SECRET; see README.md.');
    process.exit(2);
  }
  const settings = {
    zhiyin: ZHIYIN_URL.replace(/\/$/, ''),
    token: ZHIYIN_TOKEN,
    inboxId: ZHIYIN_INBOX,
    secret: ZHIYIN_SECRET,
  };
  bridge(settings).listen(Number(PORT), () => console.log(`The bridge listens on port ${PORT}`));
}
