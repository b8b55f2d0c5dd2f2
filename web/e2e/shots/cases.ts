/** Cases from all sides: the console, the page of a task, and the portal of the customer. */
import type { Browser } from '@playwright/test';
import { AgentApi } from '../support/api.js';
import { follow } from '../support/nav.js';
import type { Server } from '../support/server.js';
import { logIn } from '../support/test.js';
import { type Look, newPage, take } from './picture.js';

interface Shown {
  id: string;
  type: string;
}

const LISTS: [name: string, path: string][] = [
  ['today', '/today'],
  ['cases', '/cases?view=all'],
  ['cases-none', '/cases?view=all&words=quetzal'],
  ['tasks', '/tasks?view=all'],
  ['approvals', '/approvals'],
  ['follow-ups', '/follow-ups'],
  ['risks', '/risks'],
  ['report-recovery', '/reports/recovery'],
  ...['case-types', 'severity', 'recovery', 'case-labels', 'desks', 'warnings'].map(
    (path): [string, string] => [`settings-${path}`, `/settings/${path}`],
  ),
];
/** The sections of a long page that one looks at by themselves. */
const PARTS = [/^(Back office|后台)/, /^(Call back|回访)/];
const TABS = { evidence: /^(Evidence|证据)/, history: /^(History|历史)/ };

async function shown(api: AgentApi): Promise<Map<string, Shown>> {
  const { items } = await api.ask('GET', 'cases?view=all&limit=100');
  const rows = items as { id: string; type: { key: string } }[];
  return new Map(rows.map((row) => [row.type.key, { id: row.id, type: row.type.key }]));
}

/** A gesture that waits for others, words that are kept, a call back: once for all looks. */
async function enrich(martin: AgentApi, complaint: string): Promise<void> {
  const { items } = await martin.ask('GET', `cases/${complaint}/recovery`);
  if (items.length > 0) return;
  const { catalogue, limits } = await martin.ask('GET', 'settings/recovery');
  const gesture = catalogue.find((one: { cost: { kind: string } }) => one.cost.kind !== 'free');
  const minor = (gesture.cost.most?.minor ?? gesture.cost.of?.minor ?? 5_000) as number;
  const emily = await AgentApi.logIn({ url: martin.url }, 'emily.carter');
  await emily.call('POST', `cases/${complaint}/recovery`, {
    gesture: gesture.key,
    cost: { minor, currency: limits.currency },
    reason: '运费由客户垫付两次 / The customer paid the shipping twice.',
  });
  await martin.ask('POST', `cases/${complaint}/evidence`, {
    kind: 'statement',
    speaker: '仓库 / Warehouse',
    text: '标签贴反 / The labels were swapped.',
    note: '电话记录 / On the telephone',
  });
  await martin.call('POST', `cases/${complaint}/follow-ups`, { owner_id: null, limit: null });
}

async function pictureConsole(browser: Browser, server: Server, look: Look): Promise<void> {
  const page = await newPage(browser, look);
  const martin = await AgentApi.logIn(server, 'martin.zhou');
  const cases = await shown(martin);
  const complaint = cases.get('complaint');
  if (complaint) await enrich(martin, complaint.id);
  await logIn(page, server, 'zoe.shen');
  await page.goto(`${server.url}/today`);
  for (const [what, path] of LISTS) {
    await follow(page, server.url + path);
    await take(page, what, look);
  }
  for (const type of ['complaint', 'return_exchange', 'fault', 'billing']) {
    const one = cases.get(type);
    if (!one) continue;
    await follow(page, `${server.url}/cases/${one.id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await take(page, `case-${type}`, look);
    if (type !== 'complaint') continue;
    for (const [i, part] of PARTS.entries()) {
      const region = page.getByRole('region', { name: part }).first();
      if ((await region.count()) === 0) continue;
      await region.scrollIntoViewIfNeeded();
      await region.evaluate((it) => it.scrollIntoView({ block: 'start' }));
      await take(page, `case-part-${String(i)}`, look);
    }
    for (const [what, name] of Object.entries(TABS)) {
      await page.getByRole('tab', { name }).click();
      await take(page, `case-${what}`, look);
    }
  }
  const { items: types } = await martin.ask('GET', 'case-types');
  const type = types.find((one: { key: string }) => one.key === 'return_exchange');
  await follow(page, `${server.url}/settings/case-types/${type.id as string}`);
  await take(page, 'settings-case-type', look);
  await page.getByRole('tab', { name: /^(Procedure|处理流程)/ }).click();
  await take(page, 'settings-case-type-procedure', look);
  await page.context().close();
}

/** What colleagues without the console, and customers see. */
async function pictureOutside(browser: Browser, server: Server, look: Look): Promise<void> {
  const page = await newPage(browser, look);
  const martin = await AgentApi.logIn(server, 'martin.zhou');
  const { items } = await martin.ask('GET', 'tasks?view=all');
  const { items: agents } = await martin.ask('GET', 'agents');
  const task = (items as { id: string; status: string }[]).find((one) => one.status === 'open');
  for (const agent of agents as { id: string }[]) {
    if (!task) break;
    const made = await martin.call('POST', `tasks/${task.id}/link`, { agent_id: agent.id });
    if (made.status >= 300) continue;
    await page.goto(`${made.body.url as string}?lang=${look.locale}`);
    await take(page, 'task-page', look);
    break;
  }
  await page.goto(`${server.url}/task/none?lang=${look.locale}`);
  await take(page, 'task-gone', look);
  const cases = await shown(martin);
  for (const type of ['complaint', 'return_exchange', 'fault']) {
    const one = cases.get(type);
    if (!one) continue;
    const { url } = await martin.ask('POST', `cases/${one.id}/portal-link`, { send: false });
    await page.goto(`${url as string}?lang=${look.locale}&done=written`);
    await take(page, `portal-${type}`, look, { isWhole: true });
  }
  await page.goto(`${server.url}/portal/none?lang=${look.locale}`);
  await take(page, 'portal-gone', look);
  await page.context().close();
}

export async function pictureCases(browser: Browser, server: Server, look: Look): Promise<void> {
  await pictureConsole(browser, server, look);
  await pictureOutside(browser, server, look);
}
