/**
 * State + events = fresh state, with the real program: agents and visitors act at random
 * while consoles and widgets lose their lines at random. In the end each holds, by its own
 * reducers, exactly what a fresh fetch answers.
 */
import type { ViewSpec } from '@zhiyin/realtime';
import { AgentApi, VisitorApi } from '../support/api.js';
import { ConsoleClient, WidgetClient } from '../support/client.js';
import { type Server } from '../support/server.js';
import { expect, test } from '../support/test.js';

const STEPS = 120;
const SPECS: ViewSpec[] = [
  { view: 'all', status: 'open', sort: 'recent' },
  { view: 'unassigned', status: 'open', sort: 'waiting' },
  { view: 'mine', status: 'all', sort: 'recent' },
  { view: 'all', status: 'resolved', sort: 'recent' },
];

type Dice = (sides: number) => number;

function dice(seed: number): Dice {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

interface Floor {
  agents: AgentApi[];
  ids: string[];
  visitors: VisitorApi[];
  consoles: ConsoleClient[];
  widgets: WidgetClient[];
  /** Conversations the visitors opened. */
  talks: string[];
}

async function furnish(server: Server): Promise<Floor> {
  const names = ['zoe.shen', 'martin.zhou', 'emily.carter'];
  const agents = await Promise.all(names.map((who) => AgentApi.logIn(server, who)));
  const ids = await Promise.all(
    agents.map(async (agent) => (await agent.ask('GET', 'session')).agent.id as string),
  );
  const keys = ['demo-cn', 'demo-intl'];
  const visitors = await Promise.all(
    [0, 1, 2, 3].map((n) => VisitorApi.arrive(server, keys[n % 2] as string)),
  );
  const floor: Floor = { agents, ids, visitors, consoles: [], widgets: [], talks: [] };
  for (const [n, visitor] of visitors.entries()) {
    const text = `Question ${String(n)} of the convergence run`;
    const { body } = await visitor.call('POST', 'messages', {
      client_id: `first-${String(n)}`,
      text,
    });
    floor.talks.push(body.conversation_id);
  }
  floor.consoles = agents.map((agent, n) => {
    const client = new ConsoleClient(agent, ids[n] as string, SPECS, server);
    return client;
  });
  floor.widgets = visitors.map((visitor) => new WidgetClient(visitor, server));
  return floor;
}

/** Somebody does something. Refusals are part of life. */
async function act(floor: Floor, roll: Dice, step: number): Promise<void> {
  const n = roll(floor.visitors.length);
  const visitor = floor.visitors[n] as VisitorApi;
  const text = `Line ${String(step)}`;
  if (roll(3) === 0) {
    await visitor.call('POST', 'messages', { client_id: `v-${String(step)}`, text });
    return;
  }
  const agent = floor.agents[roll(floor.agents.length)] as AgentApi;
  const place = `conversations/${floor.talks[n] as string}`;
  const steps: [string, string, unknown][] = [
    ['POST', `${place}/messages`, { client_id: `a-${String(step)}`, text }],
    ['POST', `${place}/messages`, { client_id: `n-${String(step)}`, text, kind: 'note' }],
    ['POST', `${place}/assign`, { agent_id: floor.ids[roll(floor.ids.length)], team_id: null }],
    ['POST', `${place}/assign`, { agent_id: null, team_id: null }],
    ['POST', `${place}/resolve`, undefined],
    ['POST', `${place}/reopen`, undefined],
    ['POST', `${place}/seen`, { seq: 1 + roll(10) }],
    ['PUT', `${place}/priority`, { priority: ['low', 'normal', 'high', 'urgent'][roll(4)] }],
  ];
  const [method, path, body] = steps[roll(steps.length)] as [string, string, unknown];
  await agent.call(method, path, body);
}

for (const seed of [7, 2026]) {
  test(`whatever happens in between, seed ${String(seed)}`, async ({ demo }) => {
    const roll = dice(seed);
    const floor = await furnish(demo);
    const clients = [...floor.consoles, ...floor.widgets];
    try {
      for (const console of floor.consoles)
        for (const talk of floor.talks.slice(0, 2)) await console.open(talk);
      for (let step = 0; step < STEPS; step += 1) {
        await act(floor, roll, step);
        const client = clients[roll(clients.length)] as ConsoleClient | WidgetClient;
        if (roll(5) === 0) client.cut();
        if (roll(5) === 1) client.mend();
      }
      for (const client of clients) client.mend();
      for (const [n, client] of clients.entries())
        await expect
          .poll(() => client.differences(), { message: `client ${String(n)}`, timeout: 30_000 })
          .toEqual([]);
    } finally {
      for (const client of clients) client.stop();
    }
  });
}
