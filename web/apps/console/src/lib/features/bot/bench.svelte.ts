/** Past questions answered once more, as the bot would with other thresholds. Nothing is kept. */
import type { ApiError } from '@zhiyin/api';
import type { BotApi } from './api.ts';
import type { Outcome, Replay, ReplayItem, ReplaySource, Thresholds } from './types.ts';

export type Shown = Outcome | 'all' | 'changed';

const LIMIT = 100;
export const LIMITS = [50, 100, 300] as const;

export class BenchModel {
  state: 'idle' | 'working' | { failed: ApiError } = $state.raw('idle');
  replay: Replay | null = $state.raw(null);
  source: ReplaySource = $state('questions');
  limit: number = $state(LIMIT);
  shown: Shown = $state('all');
  #inbox: string;
  #api: Pick<BotApi, 'replay'>;
  #round = 0;

  constructor(inbox: string, api: Pick<BotApi, 'replay'>) {
    this.#inbox = inbox;
    this.#api = api;
  }

  items: ReplayItem[] = $derived(
    (this.replay?.items ?? []).filter(
      (one) =>
        this.shown === 'all' ||
        (this.shown === 'changed' ? isChanged(one) : one.outcome === this.shown),
    ),
  );
  changed: number = $derived((this.replay?.items ?? []).filter(isChanged).length);

  async run(thresholds: Thresholds | null): Promise<void> {
    const round = ++this.#round;
    this.state = 'working';
    const { source, limit } = this;
    const result = await this.#api.replay(this.#inbox, { thresholds, source, limit });
    if (round !== this.#round) return;
    this.state = result.ok ? 'idle' : { failed: result.error };
    if (!result.ok) return;
    this.replay = result.value;
    if (this.shown === 'changed' && this.changed === 0) this.shown = 'all';
  }
}

export const isChanged = (item: ReplayItem): boolean => item.outcome !== item.present_outcome;
