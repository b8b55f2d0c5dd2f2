/** One queue while it is edited; nothing changes for customers until saved. */
import type { Ease, EaseStep, Queue, QueueBody, RoutingApi, TeamId } from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';

/** Limits of the server, for the form. */
export const LIMITS = {
  eases: 8,
  credit: { min: 0, max: 86_400 },
  expires: { min: 5, max: 600 },
  answer: { min: 10, max: 86_400 },
  reply: { min: 60, max: 30 * 86_400 },
};

export type EaseKind = Ease['kind'];
export const EASES: EaseKind[] = [
  'lower_levels',
  'add_teams',
  'any_team',
  'drop_skills',
  'drop_language',
];

export type QueueFault = 'eases-order' | 'eases-teams';

/** A queue as it begins: everybody answers, offers of twenty seconds, the usual credits. */
export function freshQueue(name: string): QueueBody {
  return { name };
}

type Draft = Omit<Queue, 'id' | 'place' | 'waiting' | 'version'>;

export class QueueEditorModel {
  readonly form = new FormModel();
  draft: Draft = $state() as Draft;
  #queue: Queue;
  #saved = $state('');
  #api: Pick<RoutingApi, 'updateQueue'>;

  constructor(queue: Queue, api: Pick<RoutingApi, 'updateQueue'>) {
    this.#queue = queue;
    this.#api = api;
    this.#adopt(queue);
  }

  #adopt(queue: Queue): void {
    this.#queue = queue;
    this.draft = structuredClone(draftOf(queue));
    this.#saved = JSON.stringify(this.body());
  }

  body(): QueueBody {
    const draft = $state.snapshot(this.draft) as Draft;
    return { ...draft, name: draft.name.trim() };
  }

  get hasChanges(): boolean {
    return JSON.stringify(this.body()) !== this.#saved;
  }

  /** What the server would refuse; said before it is asked. */
  get fault(): QueueFault | null {
    const { eases } = this.draft;
    const isRising = eases.every(
      (step, i) => i === 0 || step.after_s > (eases[i - 1]?.after_s ?? 0),
    );
    if (!isRising) return 'eases-order';
    const isEmpty = ({ ease }: EaseStep) => ease.kind === 'add_teams' && ease.value.length === 0;
    return eases.some(isEmpty) ? 'eases-teams' : null;
  }

  setTier(tier: number, seconds: number): void {
    this.draft.priorities.tier_s[String(tier)] = seconds;
  }

  /** The next tier from the top that has no credit of its own. */
  addTier(): void {
    const named = Object.keys(this.draft.priorities.tier_s).map(Number);
    const free = [9, 8, 7, 6, 5, 4, 3, 2, 1].find((tier) => !named.includes(tier));
    if (free !== undefined) this.setTier(free, 60);
  }

  moveTier(from: number, to: number): void {
    const { tier_s: tiers } = this.draft.priorities;
    if (from === to || String(to) in tiers) return;
    const seconds = tiers[String(from)] ?? 0;
    delete tiers[String(from)];
    tiers[String(to)] = seconds;
  }

  removeTier(tier: number): void {
    delete this.draft.priorities.tier_s[String(tier)];
  }

  addEase(): void {
    const last = this.draft.eases.at(-1);
    const used = new Set(this.draft.eases.map((step) => step.ease.kind));
    const kind = EASES.find((one) => one !== 'add_teams' && !used.has(one)) ?? 'any_team';
    this.draft.eases.push({ after_s: last ? last.after_s + 60 : 60, ease: easeOf(kind) });
  }

  setEase(index: number, kind: EaseKind): void {
    const step = this.draft.eases[index];
    if (step && step.ease.kind !== kind) step.ease = easeOf(kind);
  }

  setEaseTeams(index: number, teams: TeamId[]): void {
    const step = this.draft.eases[index];
    if (step?.ease.kind === 'add_teams') step.ease = { kind: 'add_teams', value: teams };
  }

  removeEase(index: number): void {
    this.draft.eases.splice(index, 1);
  }

  setDelivery(mode: Queue['delivery']['mode']): void {
    if (mode === this.draft.delivery.mode) return;
    this.draft.delivery =
      mode === 'offer' ? { mode, expires_s: 20 } : { mode, answer_within_s: 60 };
  }

  save(onDone: (queue: Queue) => void): Promise<void> {
    return this.form.run(
      () => this.#api.updateQueue(this.#queue.id, { ...this.body(), version: this.#queue.version }),
      (queue) => {
        this.#adopt(queue);
        onDone(queue);
      },
    );
  }
}

function draftOf(queue: Queue): Draft {
  return {
    name: queue.name,
    teams: queue.teams,
    priorities: queue.priorities,
    order: queue.order,
    tie: queue.tie,
    continuity: queue.continuity,
    eases: queue.eases,
    delivery: queue.delivery,
    decline_pause_s: queue.decline_pause_s,
    waiting_max: queue.waiting_max,
    calendar_id: queue.calendar_id,
    out_of_hours: queue.out_of_hours,
  };
}

function easeOf(kind: EaseKind): Ease {
  switch (kind) {
    case 'lower_levels':
      return { kind, value: 1 };
    case 'add_teams':
      return { kind, value: [] };
    case 'drop_skills':
    case 'drop_language':
    case 'any_team':
      return { kind };
  }
}
