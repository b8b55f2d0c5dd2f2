/** The bot of one inbox while its settings are edited. */
import type { Locale } from '@zhiyin/api';
import { withText } from '$lib/features/case-types/edits.ts';
import { FormModel } from '$lib/shared/form.svelte.ts';
import type { BotApi } from './api.ts';
import type { BotSettings, BotSettingsBody, Thresholds } from './types.ts';

export const THRESHOLD = { min: 0.2, max: 0.95 };
export const TRIES = { min: 1, max: 5 };
export const IDLE_MIN = { min: 5, max: 1440 };
export const NAME_CHARS_MAX = 40;

export const within = (value: number, { min, max }: { min: number; max: number }): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** What the server takes: suggestions begin no later than answers. */
export const isThresholds = ({ answer, suggest }: Thresholds): boolean =>
  THRESHOLD.min <= suggest && suggest <= answer && answer <= THRESHOLD.max;

export const round = (share: number): number => Math.round(share * 100) / 100;

export class BotSettingsModel {
  readonly form = new FormModel();
  readonly inbox: string;
  held: BotSettings = $state.raw() as BotSettings;
  #saved = $state('');
  #api: Pick<BotApi, 'putSettings'>;

  constructor(inbox: string, held: BotSettings, api: Pick<BotApi, 'putSettings'>) {
    this.inbox = inbox;
    this.#api = api;
    this.adopt(held);
  }

  adopt(held: BotSettings): void {
    this.held = held;
    this.#saved = JSON.stringify(bodyOf(held));
  }

  hasChanges: boolean = $derived(
    this.held !== undefined && JSON.stringify(bodyOf(this.held)) !== this.#saved,
  );
  /** What decides as it stands here. */
  inForce: Thresholds = $derived(this.held?.thresholds ?? this.held?.learned);
  areThresholdsRight: boolean = $derived(
    this.held?.thresholds == null || isThresholds(this.held.thresholds),
  );

  canSave: boolean = $derived(
    this.hasChanges &&
      this.areThresholdsRight &&
      within(this.held.tries_max, TRIES) &&
      within(this.held.idle_minutes, IDLE_MIN),
  );

  set(change: Partial<BotSettingsBody>): void {
    this.held = { ...this.held, ...change };
  }

  setName(locale: Locale, text: string): void {
    this.set({ name: withText(this.held.name, locale, text) });
  }

  /** By hand begins with what was learned. */
  setOwn(isOwn: boolean): void {
    const { answer, suggest } = this.held.learned;
    this.set({ thresholds: isOwn ? { answer: round(answer), suggest: round(suggest) } : null });
  }

  setThreshold(name: keyof Thresholds, percent: number): void {
    const { thresholds } = this.held;
    if (thresholds) this.set({ thresholds: { ...thresholds, [name]: round(percent / 100) } });
  }

  save(onDone: () => void): Promise<void> {
    return this.form.run(
      () => this.#api.putSettings(this.inbox, bodyOf(this.held)),
      (saved) => {
        this.adopt(saved);
        onDone();
      },
    );
  }
}

export function bodyOf({ learned: _, ...body }: BotSettings): BotSettingsBody {
  return body;
}
