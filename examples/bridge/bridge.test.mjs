import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { bridge, isGenuine } from './bridge.mjs';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;

function signed(id, body, secret = SECRET, at = Math.floor(Date.now() / 1000)) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
}

/** The bridge over a Zhiyin that says yes and keeps what it hears. */
async function start(t) {
  const calls = [];
  const fetch = async (url, { method, body }) => {
    calls.push({ method, path: new URL(url).pathname, body: JSON.parse(body) });
    return new Response(JSON.stringify({ is_repeat: calls.length > 1 }), { status: 200 });
  };
  const settings = { zhiyin: 'http://zhiyin.test', token: 'zy_x', inboxId: 'ib_x', secret: SECRET, fetch };
  const server = bridge(settings).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { calls, url: `http://127.0.0.1:${server.address().port}` };
}

function hook(url, id, data, headers) {
  const body = JSON.stringify(data);
  return globalThis.fetch(`${url}/hook`, { method: 'POST', body, headers: headers ?? signed(id, body) });
}

const CREATED = {
  type: 'message.created',
  data: { contact: { external_id: 'user-7' }, message: { id: 'ms_1', seq: 2, text: '给您补发' } },
};

test('the published example is genuine', () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  assert.equal(isGenuine(secret, headers, body, 1614265330), true);
  assert.equal(isGenuine(secret, headers, body, 1614265330 + 301), false, 'too old');
  assert.equal(isGenuine(secret, headers, `${body} `, 1614265330), false, 'changed');
  assert.equal(isGenuine(secret, {}, body, 1614265330), false, 'unsigned');
});

test('what a customer says goes to Zhiyin under the ids of this system', async (t) => {
  const { calls, url } = await start(t);
  const body = JSON.stringify({ user: 'user-7', name: '李娜', id: 'm-1', text: '杯子碎了' });
  const answer = await globalThis.fetch(`${url}/say`, { method: 'POST', body });
  assert.equal(answer.status, 201);
  assert.deepEqual(calls[0], {
    method: 'POST',
    path: '/api/v1/channel/messages',
    body: {
      inbox_id: 'ib_x',
      external_id: 'm-1',
      text: '杯子碎了',
      contact: { external_id: 'user-7', name: '李娜' },
    },
  });
});

test('an answer reaches the customer once and is reported as delivered', async (t) => {
  const { calls, url } = await start(t);
  assert.equal((await hook(url, 'wd_1', CREATED)).status, 204);
  assert.equal((await hook(url, 'wd_1', CREATED)).status, 204);
  const messages = await (await globalThis.fetch(`${url}/user/user-7`)).json();
  assert.deepEqual(messages, [{ id: 'ms_1', seq: 2, text: '给您补发' }]);
  assert.equal(calls.length, 1);
  assert.deepEqual(calls[0].body, { inbox_id: 'ib_x', message_id: 'ms_1', delivery: 'delivered' });
});

test('nobody else speaks to the customer', async (t) => {
  const { url } = await start(t);
  const forged = signed('wd_2', JSON.stringify(CREATED), `whsec_${Buffer.from('other').toString('base64')}`);
  assert.equal((await hook(url, 'wd_2', CREATED, forged)).status, 401);
  assert.equal((await hook(url, 'wd_2', CREATED, {})).status, 401);
  assert.deepEqual(await (await globalThis.fetch(`${url}/user/user-7`)).json(), []);
});
