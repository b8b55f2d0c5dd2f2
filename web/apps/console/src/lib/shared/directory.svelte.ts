/** Agents, teams, inboxes, tags and whatever else is known by id. Loaded once, refreshed by events. */
import type {
  Agent,
  Api,
  ApiError,
  Attribute,
  Inbox,
  Page,
  Phrase,
  Presence,
  Result,
  Role,
  Tag,
  Team,
  View,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type DirectoryState = 'loading' | 'ready' | { failed: ApiError };
type Part = 'agents' | 'teams' | 'inboxes' | 'tags' | 'roles' | 'phrases' | 'views' | 'attributes';

const REFRESH_AFTER_MS = 300;

export class Directory {
  state: DirectoryState = $state.raw('loading');
  agents: Agent[] = $state.raw([]);
  teams: Team[] = $state.raw([]);
  inboxes: Inbox[] = $state.raw([]);
  tags: Tag[] = $state.raw([]);
  roles: Role[] = $state.raw([]);
  phrases: Phrase[] = $state.raw([]);
  /** Saved views, ours and the shared ones, by name. */
  views: View[] = $state.raw([]);
  attributes: Attribute[] = $state.raw([]);

  #agentsById = $derived(new Map(this.agents.map((agent) => [agent.id, agent])));
  #teamsById = $derived(new Map(this.teams.map((team) => [team.id, team])));
  #inboxesById = $derived(new Map(this.inboxes.map((inbox) => [inbox.id, inbox])));
  #tagsById = $derived(new Map(this.tags.map((tag) => [tag.id, tag])));

  #viewsById = $derived(new Map(this.views.map((view) => [view.id, view])));

  activeAgents = $derived(this.agents.filter((agent) => agent.is_active));
  /** Where all inboxes have the same channel, naming it says nothing. */
  hasManyChannels = $derived(new Set(this.inboxes.map((inbox) => inbox.channel)).size > 1);

  #api: Api;
  #due = new Set<Part>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  agent = (id: string | null | undefined) => (id ? this.#agentsById.get(id) : undefined);
  team = (id: string | null | undefined) => (id ? this.#teamsById.get(id) : undefined);
  inbox = (id: string | null | undefined) => (id ? this.#inboxesById.get(id) : undefined);
  tag = (id: string) => this.#tagsById.get(id);
  view = (id: string | null | undefined) => (id ? this.#viewsById.get(id) : undefined);

  async load(): Promise<void> {
    if (typeof this.state === 'object') this.state = 'loading';
    const parts: Part[] = [
      'agents',
      'teams',
      'inboxes',
      'tags',
      'roles',
      'phrases',
      'views',
      'attributes',
    ];
    const errors = await Promise.all(parts.map((part) => this.refresh(part)));
    // Roles and inbox settings may be closed to this person; names of people may not.
    const failed = errors[0];
    this.state = failed ? { failed } : 'ready';
  }

  async refresh(part: Part): Promise<ApiError | null> {
    switch (part) {
      case 'agents':
        return keepAll(this.#api.listAgents, (items) => (this.agents = items));
      case 'teams':
        return keep(await this.#api.listTeams(), (items) => (this.teams = items));
      case 'inboxes':
        return keep(await this.#api.listInboxes(), (items) => (this.inboxes = items));
      case 'tags':
        return keep(await this.#api.listTags(), (items) => (this.tags = items));
      case 'roles':
        return keep(await this.#api.listRoles(), (items) => (this.roles = items));
      case 'views':
        return keep(await this.#api.listViews(), (items) => (this.views = items));
      case 'attributes':
        return keep(
          await this.#api.listAttributes(),
          (items) => (this.attributes = items.toSorted((a, b) => a.position - b.position)),
        );
      case 'phrases':
        return keepAll(this.#api.listPhrases, (items) => (this.phrases = items));
    }
  }

  /** An event tells that something changed; several in a row are fetched once. */
  onEvent(event: EventFrame): void {
    // The frame has the presence in it; it is taken where presence is kept.
    if (event.type === 'agent.presence_changed') return;
    const subject = event.data?.['kind'];
    const part = partOf(typeof subject === 'string' ? subject : event.type.split('.')[0]);
    if (!part) return;
    this.#due.add(part);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = [...this.#due];
      this.#due.clear();
      for (const one of due) void this.refresh(one);
    }, REFRESH_AFTER_MS);
  }

  setPresence(id: string, presence: Presence): void {
    if (this.agent(id)?.presence === presence) return;
    this.agents = this.agents.map((agent) => (agent.id === id ? { ...agent, presence } : agent));
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

function keep<T>(result: Result<Page<T>>, take: (items: T[]) => void): ApiError | null {
  if (!result.ok) return result.error;
  take(result.value.items);
  return null;
}

/** The same for a list that comes in pages; a part of it would be taken for the whole. */
async function keepAll<T>(
  fetch: (cursor?: string) => Promise<Result<Page<T>>>,
  take: (items: T[]) => void,
): Promise<ApiError | null> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetch(cursor);
    if (!page.ok) return page.error;
    all.push(...page.value.items);
    cursor = page.value.next ?? undefined;
  } while (cursor);
  take(all);
  return null;
}

function partOf(subject: string | undefined): Part | null {
  switch (subject) {
    case 'agent':
      return 'agents';
    case 'team':
      return 'teams';
    case 'inbox':
      return 'inboxes';
    case 'tag':
      return 'tags';
    case 'role':
      return 'roles';
    case 'phrase':
      return 'phrases';
    case 'view':
      return 'views';
    case 'attribute':
      return 'attributes';
    default:
      return null;
  }
}
