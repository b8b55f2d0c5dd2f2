/**
 * Texts and files that try to become a program, in every field a stranger or a colleague can
 * fill, shown in the console and in the widget. Nothing may run, load or navigate.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { AgentApi, VisitorApi } from '../support/api.js';
import { openSite } from '../support/site.js';
import { expect, logIn, test } from '../support/test.js';
import { Visitor } from '../support/visitor.js';

/** Short enough for a name; each would leave a mark on the page or call somewhere. */
const PAYLOADS = [
  `<img src="//attacker.invalid/x" onerror="pwned=1">`,
  `"><script>pwned=1</script>`,
  `'><svg/onload=pwned=1>`,
  `javascript:pwned=1`,
  `{{constructor.constructor('pwned=1')()}}`,
];
const LINKS = `[click](javascript:pwned=1) [data](data:text/html,<script>pwned=1</script>) javascript:pwned=1 <javascript:pwned=1>`;

/** Listens for anything a payload could do in any frame of a page. */
function guard(page: Page): () => Promise<void> {
  const caught: string[] = [];
  page.on('dialog', (dialog) => {
    caught.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname === 'attacker.invalid') caught.push(request.url());
  });
  page.on('pageerror', (error) => caught.push(error.message));
  return async () => {
    for (const frame of page.frames()) {
      if (await frame.evaluate(() => 'pwned' in globalThis)) caught.push(`ran in ${frame.url()}`);
      const links = await frame.evaluate(() =>
        [...document.querySelectorAll('a')].map((it) => it.protocol),
      );
      caught.push(...links.filter((it) => /^(javascript|data|vbscript):/.test(it)));
    }
    expect(caught).toEqual([]);
  };
}

interface Stage {
  admin: AgentApi;
  inbox: { id: string; key: string };
  visitor: VisitorApi;
  conversation: string;
}

/** An inbox, a customer and a conversation in which every text is an attack. */
async function prepare(url: string): Promise<Stage> {
  const admin = await AgentApi.logIn({ url });
  const { agent } = await admin.ask('GET', 'session');
  const all = PAYLOADS.join(' ');
  const both = { 'zh-CN': all, en: all };
  const inbox = await admin.ask('POST', 'inboxes', {
    name: PAYLOADS[0],
    member_ids: [agent.id],
    settings: { title: { en: PAYLOADS[1] }, greeting: both, offline_text: both },
  });
  const visitor = await VisitorApi.arrive({ url }, inbox.key, {
    context: { page_url: 'javascript:pwned=1', page_title: all, referrer: 'javascript:pwned=1' },
    attributes: { [`plan`]: all, city: PAYLOADS[2] },
  });
  await visitor.call('PATCH', 'visitor', { name: PAYLOADS[0] });
  const first = await visitor.call('POST', 'messages', { client_id: 'x0', text: all });
  expect(first.status).toBe(201);
  const conversation: string = first.body.conversation_id;
  for (const [n, text] of [...PAYLOADS, LINKS].entries())
    await visitor.call('POST', 'messages', { client_id: `x${String(n + 1)}`, text });
  return { admin, inbox, visitor, conversation };
}

/** What a colleague of bad intent could write. */
async function writeAsAgent({ admin, conversation }: Stage): Promise<void> {
  const place = `conversations/${conversation}`;
  for (const [n, text] of [...PAYLOADS, LINKS].entries()) {
    await admin.ask('POST', `${place}/messages`, { client_id: `a${String(n)}`, text });
    await admin.ask('POST', `${place}/messages`, {
      client_id: `n${String(n)}`,
      text,
      kind: 'note',
    });
  }
  const tag = await admin.ask('POST', 'tags', { name: PAYLOADS[2], color: '#3b82f6' });
  await admin.ask('PUT', `${place}/tags`, { tag_ids: [tag.id] });
  const text = PAYLOADS.slice(0, 4).join(' ');
  const phrase = { shortcut: 'attack', title: PAYLOADS[0], locale: 'en', text };
  await admin.ask('POST', 'phrases', phrase);
  await admin.ask('POST', 'teams', { name: PAYLOADS[1], member_ids: [] });
  const row = await admin.ask('GET', place);
  await admin.ask('POST', `contacts/${row.contact.id as string}/notes`, { text });
  await admin.ask('PUT', `${place}/draft`, { kind: 'text', text: PAYLOADS[1] });
}

test('scripts in texts stay texts, in the console and in the widget', async ({ browser, demo }) => {
  const stage = await prepare(demo.url);
  await writeAsAgent(stage);

  const consoles = await browser.newContext();
  const page = await consoles.newPage();
  const isClean = guard(page);
  await logIn(page, demo, 'zoe.shen');
  const paths = [
    '/inbox/all',
    `/inbox/all/${stage.conversation}`,
    '/settings/inboxes',
    `/settings/inboxes/${stage.inbox.id}`,
    '/settings/tags',
    '/settings/teams',
    '/settings/phrases',
    '/settings/audit',
    `/search?q=${encodeURIComponent('onerror')}`,
    `/search?q=${encodeURIComponent(PAYLOADS[0] ?? '')}`,
    `/login?next=${encodeURIComponent('javascript:pwned=1')}`,
  ];
  for (const path of paths) {
    await page.goto(demo.url + path);
    await expect(page.getByText('pwned').or(page.getByRole('heading')).first()).toBeVisible();
    await isClean();
  }

  // The same texts in the widget, on a site of another origin.
  const site = await openSite('127.0.0.1');
  site.show(`<script async src="${demo.url}/widget.js" data-inbox="${stage.inbox.key}"></script>`);
  const guest = await browser.newContext();
  await keepToken(guest, stage, site.url, demo.url);
  const visitor = Visitor.on(await guest.newPage());
  const isPanelClean = guard(visitor.page);
  await visitor.page.goto(site.url);
  await visitor.open();
  await expect(visitor.panel.getByRole('listitem').getByText('pwned').first()).toBeVisible();
  await isPanelClean();
  site.close();
});

/** Gives a browser the visitor's token, as if they had written there before. */
async function keepToken(
  context: BrowserContext,
  { inbox, visitor }: Stage,
  site: string,
  server: string,
): Promise<void> {
  await context.addInitScript(
    ([key, token, origin]) => {
      if (location.origin === origin) localStorage.setItem(key as string, token as string);
    },
    [`zhiyin:${inbox.key}:token`, visitor.token, new URL(server).origin],
  );
  expect(new URL(site).origin).not.toBe(new URL(server).origin);
}

test('files that pretend stay files', async ({ browser, demo }) => {
  const stage = await prepare(demo.url);
  const script = '<script>globalThis.pwned=1;parent.pwned=1</script>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="pwned=1">${script}</svg>`;
  const files: [name: string, type: string, text: string][] = [
    ['picture.svg', 'image/svg+xml', svg],
    ['picture.png', 'image/png', svg],
    ['page.html', 'text/html', `<!doctype html>${script}`],
    ['page.jpg', 'image/jpeg', `<!doctype html>${script}`],
    [`${PAYLOADS[0] ?? ''}.txt`, 'text/plain', 'harmless'],
    ['invoice\u202Efdp.exe', 'application/x-msdownload', 'MZ'],
  ];
  const page = await (await browser.newContext()).newPage();
  const isClean = guard(page);
  await logIn(page, demo, 'zoe.shen');
  const taken: string[] = [];
  for (const [name, type, text] of files) {
    const { status, body } = await stage.visitor.upload(name, type, text);
    if (status >= 300) {
      expect([413, 415, 422]).toContain(status);
      expect(body.code).toEqual(expect.any(String));
      continue;
    }
    taken.push(body.id);
    expect(body.kind).toBe('file');
  }
  const sent = await stage.visitor.call('POST', 'messages', {
    client_id: 'files',
    text: 'Look at these',
    attachment_ids: taken,
  });
  expect(sent.status).toBe(201);

  // Opened by their address they are handed over for saving, and cannot run.
  for (const id of taken) {
    const answer = await page.request.get(`${demo.url}/api/v1/files/${id}`);
    const headers = answer.headers();
    expect(headers['content-disposition']).toMatch(/^attachment/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(headers['content-type']).not.toMatch(/html|svg|xml|javascript/);
  }
  await page.goto(`${demo.url}/inbox/all/${stage.conversation}`);
  await expect(page.getByText('Look at these').first()).toBeVisible();
  await isClean();
});
