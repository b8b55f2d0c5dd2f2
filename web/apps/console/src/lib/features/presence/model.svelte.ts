/** What each agent chose, and what the system takes them for; our own first of all. */
import type {
  AgentId,
  AgentPresence,
  ApiError,
  BreakReason,
  Presence,
  Result,
  RoutingApi,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export interface AttendanceDeps {
  api: Pick<
    RoutingApi,
    'getPresence' | 'setPresence' | 'listPresences' | 'setPresenceOf' | 'reportActivity'
  >;
  me: AgentId;
  /** What this device keeps: whether somebody is offline because they said so. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Tells the rest of the page who is there. */
  onPresence: (id: AgentId, presence: Presence) => void;
}

const OFFLINE = 'zhiyin.offline';

export class Attendance {
  mine: AgentPresence | null = $state.raw(null);
  /** Everybody's; filled when somebody asks for it. */
  all: ReadonlyMap<AgentId, AgentPresence> = $state.raw(new Map());
  isSetting = $state(false);
  #deps: AttendanceDeps;

  constructor(deps: AttendanceDeps) {
    this.#deps = deps;
  }

  of = (id: AgentId): AgentPresence | undefined => this.all.get(id);

  /** Comes to the desk: who is there is online, unless they said otherwise before. */
  async arrive(): Promise<void> {
    await this.refresh();
    const mine = this.mine;
    const staysAway = this.#deps.storage.getItem(OFFLINE) === this.#deps.me;
    if (mine?.chosen === 'offline' && !staysAway) await this.choose('online');
  }

  /** Our own as the server has it, as after the line was cut. */
  async refresh(): Promise<void> {
    const result = await this.#deps.api.getPresence();
    if (result.ok) this.#take(result.value);
  }

  async loadAll(): Promise<ApiError | null> {
    const result = await this.#deps.api.listPresences();
    if (!result.ok) return result.error;
    this.all = new Map(result.value.items.map((one) => [one.agent_id, one]));
    const mine = this.all.get(this.#deps.me);
    if (mine) this.#take(mine);
    return null;
  }

  async choose(presence: Presence, reason?: BreakReason): Promise<Result<AgentPresence>> {
    this.isSetting = true;
    const result = await this.#deps.api.setPresence(presence, reason);
    this.isSetting = false;
    if (!result.ok) return result;
    if (presence === 'offline') this.#deps.storage.setItem(OFFLINE, this.#deps.me);
    else this.#deps.storage.removeItem(OFFLINE);
    this.#take(result.value);
    return result;
  }

  /** A supervisor sets somebody else's. */
  async force(
    id: AgentId,
    presence: Presence,
    reason?: BreakReason,
  ): Promise<Result<AgentPresence>> {
    const result = await this.#deps.api.setPresenceOf(id, presence, reason);
    if (result.ok) this.#take(result.value);
    return result;
  }

  onEvent(event: EventFrame): void {
    if (event.type !== 'agent.presence_changed') return;
    const presence = event.data?.['presence'];
    if (isPresence(presence)) this.#take(presence);
  }

  #take(presence: AgentPresence): void {
    const id = presence.agent_id;
    if (id === this.#deps.me) this.mine = presence;
    this.all = new Map(this.all).set(id, presence);
    this.#deps.onPresence(id, presence.effective);
  }
}

function isPresence(value: unknown): value is AgentPresence {
  if (typeof value !== 'object' || value === null) return false;
  const { agent_id: id, effective } = value as Partial<AgentPresence>;
  return typeof id === 'string' && typeof effective === 'string';
}

/** Whether the system takes somebody for other than they said. */
export function isDoubted(presence: AgentPresence): boolean {
  return presence.chosen !== presence.effective;
}
