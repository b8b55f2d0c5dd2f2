/** Queues and skills by id: fetched when first needed, and again when somebody changes them. */
import type { ApiError, Queue, QueueId, RoutingApi, Skill, SkillId } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type BookState = 'idle' | 'loading' | 'ready' | { failed: ApiError };

const REFRESH_AFTER_MS = 300;

export class RoutingBook {
  state: BookState = $state.raw('idle');
  queues: Queue[] = $state.raw([]);
  skills: Skill[] = $state.raw([]);
  #queuesById = $derived(new Map(this.queues.map((queue) => [queue.id, queue])));
  #skillsById = $derived(new Map(this.skills.map((skill) => [skill.id, skill])));
  #api: Pick<RoutingApi, 'listQueues' | 'listSkills'>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<RoutingApi, 'listQueues' | 'listSkills'>) {
    this.#api = api;
  }

  queue = (id: QueueId | null | undefined) => (id ? this.#queuesById.get(id) : undefined);
  skill = (id: SkillId) => this.#skillsById.get(id);

  /** Asks once; what is known stays known. */
  ensure(): void {
    if (this.state === 'idle') void this.load();
  }

  async load(): Promise<void> {
    if (this.state === 'idle') this.state = 'loading';
    const [queues, skills] = await Promise.all([this.#api.listQueues(), this.#api.listSkills()]);
    if (queues.ok) this.queues = queues.value.items.toSorted((a, b) => a.place - b.place);
    if (skills.ok) this.skills = skills.value.items;
    const failed = !queues.ok ? queues.error : !skills.ok ? skills.error : null;
    this.state = failed ? { failed } : 'ready';
  }

  onEvent(event: EventFrame): void {
    const kind = event.data?.['kind'];
    if (event.type !== 'setting.changed' || (kind !== 'queue' && kind !== 'skill')) return;
    if (this.state === 'idle') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REFRESH_AFTER_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
