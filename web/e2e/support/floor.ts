import { type BrowserContext, type Locator, expect } from '@playwright/test';
import { Agent } from './agent.js';
import { AgentApi, type Answer, VisitorApi } from './api.js';
import type { Server } from './server.js';
import { unique } from './test.js';

interface Named {
  id: string;
  name: string;
  email?: string;
  key?: string;
  routing?: object;
}

/**
 * The international shop with a queue in front of it, and nobody at work: what earlier tests left
 * must not take the customers of this one.
 */
export class Floor {
  private constructor(
    readonly server: Server,
    readonly admin: AgentApi,
    readonly inbox: Named,
    readonly queue: Named,
    readonly agents: Named[],
    readonly teams: Named[],
  ) {}

  static async open(server: Server, policy: object = {}): Promise<Floor> {
    const admin = await AgentApi.logIn(server);
    const [inboxes, agents, teams] = await Promise.all(
      ['inboxes', 'agents', 'teams'].map(async (path) => (await admin.ask('GET', path)).items),
    );
    const inbox = inboxes.find((it: Named) => it.name === '国际站');
    for (const { id } of (await admin.ask('GET', 'queues')).items) await drain(admin, id);
    for (const agent of agents as Named[])
      await admin.ask('PUT', `agents/${agent.id}/presence`, { presence: 'offline' });
    const queue = await admin.ask('POST', 'queues', { name: unique('Line'), ...policy });
    await admin.ask('PATCH', `inboxes/${inbox.id}`, {
      routing: { queue_id: queue.id, calendar_id: null, out_of_hours: null },
    });
    return new Floor(server, admin, inbox, queue, agents, teams);
  }

  agent(who: string): Named {
    const found = this.agents.find((it) => it.email?.startsWith(who));
    if (!found) throw new Error(`nobody is called ${who}`);
    return found;
  }

  team(name: string): Named {
    const found = this.teams.find((it) => it.name === name);
    if (!found) throw new Error(`no team is called ${name}`);
    return found;
  }

  /** Somebody comes to work with so many places for chats. */
  async arrives(context: BrowserContext, who: string, chats = 3): Promise<AtWork> {
    const { id } = this.agent(who);
    const profile = await this.admin.ask('GET', `agents/${id}/profile`);
    await this.admin.ask('PUT', `agents/${id}/profile`, {
      skills: profile.skills,
      languages: profile.languages,
      capacity: { units: chats, costs: { chat: 1 }, most: {} },
      calendar_id: null,
      version: profile.version,
    });
    const agent = await Agent.arrive(context, this.server, who);
    await expect(agent.page.getByRole('button', { name: 'Your presence: Online' })).toBeVisible();
    return new AtWork(agent, id);
  }

  /** A customer who writes by the API, of a tier. */
  async customer(text: string, tier = 0): Promise<{ visitor: VisitorApi; name: string }> {
    const visitor = await VisitorApi.arrive(this.server, this.inbox.key ?? '');
    const name = unique('Guest');
    await visitor.call('PATCH', 'visitor', { name });
    if (tier > 0) {
      const found = await this.admin.ask('GET', `contacts?q=${encodeURIComponent(name)}`);
      await this.admin.ask('PATCH', `contacts/${found.items[0].id}`, { tier });
    }
    await visitor.call('POST', 'messages', { client_id: unique('c').replace(' ', '-'), text });
    return { visitor, name };
  }

  async line(): Promise<Answer['body'][]> {
    return (await this.admin.ask('GET', `queues/${this.queue.id}/items`)).items;
  }

  async inLine(count: number): Promise<void> {
    await expect.poll(async () => (await this.line()).length).toBe(count);
  }

  readonly #found = new Map<string, string>();

  /** The conversation this line was the last of, when it was first asked for. */
  async conversation(text: string): Promise<Answer['body']> {
    const known = this.#found.get(text);
    if (known) return this.admin.ask('GET', `conversations/${known}`);
    const query = new URLSearchParams({ view: 'all', status: 'all', limit: '100' });
    const page = await this.admin.ask('GET', `conversations?${query.toString()}`);
    const found = page.items.find((it: Answer['body']) => it.last_message?.preview.includes(text));
    if (found) this.#found.set(text, found.id);
    return found;
  }

  /** The shop is worked as before, and nobody of this line waits for who comes next. */
  async close(): Promise<void> {
    await drain(this.admin, this.queue.id);
    await this.admin.ask('PATCH', `inboxes/${this.inbox.id}`, { routing: this.inbox.routing });
  }
}

async function drain(admin: AgentApi, queue: string): Promise<void> {
  for (const item of (await admin.ask('GET', `queues/${queue}/items`)).items)
    await admin.call('POST', `conversations/${item.conversation_id}/resolve`);
}

/** An agent who is asked. */
export class AtWork {
  constructor(
    readonly agent: Agent,
    readonly id: string,
  ) {}

  get page(): Agent['page'] {
    return this.agent.page;
  }

  offer(text: string): Locator {
    return this.page.getByRole('article').filter({ hasText: text });
  }

  async isOffered(text: string): Promise<void> {
    await expect(this.offer(text).getByRole('button', { name: /^Accept/ })).toBeVisible();
  }

  async accepts(text: string): Promise<void> {
    await this.isOffered(text);
    await this.offer(text)
      .getByRole('button', { name: /^Accept/ })
      .click();
    await this.agent.sees(text);
    this.agent.stays();
  }

  async declines(text: string): Promise<void> {
    await this.isOffered(text);
    await this.offer(text)
      .getByRole('button', { name: /^Decline/ })
      .click();
    await expect(this.offer(text)).toHaveCount(0);
  }
}

/** Who of several is asked, and who is not. */
export async function whoIsOffered(people: AtWork[], text: string): Promise<[AtWork, AtWork[]]> {
  const found = await Promise.race(
    people.map(async (one) => {
      await one.offer(text).first().waitFor();
      return one;
    }),
  );
  return [found, people.filter((one) => one !== found)];
}
