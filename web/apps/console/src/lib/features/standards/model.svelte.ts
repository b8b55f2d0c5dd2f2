/** A service standard while it is made or changed. */
import {
  METRICS,
  type Api,
  type CalendarId,
  type Metric,
  type Standard,
  type StandardBody,
  type StandardTarget,
  type OnMoment,
} from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import {
  byMetric,
  FIELDS,
  fromActionRow,
  fromConditionRows,
  fromGuidance,
  fromTargetRow,
  isWhole,
  startAction,
  startCondition,
  startTarget,
  toActionRow,
  toConditionRows,
  toGuidance,
  toTargetRow,
  type ActionRow,
  type ConditionRow,
  type FieldId,
  type GuidanceForm,
  type TargetRow,
} from './forms.ts';

export const TARGETS_MAX = 10;
export const ACTIONS_MAX = 20;

const nothing = {
  inboxes: [],
  channels: [],
  topics: [],
  tier_from: null,
  tier_to: null,
  languages: [],
  priorities: [],
  stages: [],
  teams: [],
};

export class StandardEditorModel {
  readonly form = new FormModel();
  /** Null until a new one is created. */
  standard: Standard | null = $state.raw(null);
  name = $state('');
  isEnabled = $state(true);
  /** Empty: around the clock. */
  calendar: CalendarId | '' = $state('');
  conditions: ConditionRow[] = $state([]);
  targets: TargetRow[] = $state([]);
  actions: ActionRow[] = $state([]);
  guidance: GuidanceForm = $state(toGuidance({}));
  #topics: string[] = [];
  #saved = $state('');
  #api: Pick<Api['journey'], 'createStandard' | 'updateStandard'>;
  #nextKey = 0;

  constructor(
    standard: Standard | null,
    api: Pick<Api['journey'], 'createStandard' | 'updateStandard'>,
  ) {
    this.#api = api;
    if (standard) this.adopt(standard);
    else {
      this.targets = (['first_response', 'next_response', 'resolution'] as const).map(startTarget);
      this.#saved = JSON.stringify(this.body());
    }
  }

  adopt(standard: Standard): void {
    const { terms } = standard;
    this.standard = standard;
    this.name = standard.name;
    this.isEnabled = standard.is_enabled;
    this.calendar = standard.calendar_id ?? '';
    this.conditions = toConditionRows({ ...nothing, ...terms.conditions });
    this.#topics = [...(terms.conditions.topics ?? [])];
    this.targets = terms.targets.toSorted(byMetric).map(toTargetRow);
    this.actions = terms.actions.map((on) => toActionRow(on, this.#nextKey++));
    this.guidance = toGuidance(terms.guidance);
    this.#saved = JSON.stringify(this.body());
  }

  /** What would be saved; null while something is not whole. */
  body(): StandardBody | null {
    const targets = this.targets.map(fromTargetRow);
    const actions = this.actions.map(fromActionRow);
    const areWhole =
      targets.every((one) => one !== null) &&
      actions.every((one) => one !== null) &&
      this.conditions.every((row) => row.field !== 'tier' || isWhole(row));
    if (!areWhole) return null;
    return {
      name: this.name.trim(),
      is_enabled: this.isEnabled,
      calendar_id: this.calendar === '' ? null : this.calendar,
      terms: {
        conditions: fromConditionRows(this.conditions, { topics: this.#topics }),
        targets: (targets as StandardTarget[]).toSorted(byMetric),
        actions: actions as OnMoment[],
        guidance: fromGuidance(this.guidance),
      },
    };
  }

  get hasChanges(): boolean {
    return JSON.stringify(this.body()) !== this.#saved;
  }

  get canSave(): boolean {
    return this.name.trim() !== '' && this.body() !== null;
  }

  get freeFields(): FieldId[] {
    return FIELDS.filter((field) => !this.conditions.some((row) => row.field === field));
  }

  addCondition(field: FieldId): void {
    this.conditions.push(startCondition(field));
  }

  removeCondition(field: FieldId): void {
    this.conditions = this.conditions.filter((row) => row.field !== field);
  }

  get freeMetrics(): Metric[] {
    return METRICS.filter((metric) => !this.targets.some((row) => row.metric === metric));
  }

  addTarget(metric: Metric): void {
    if (this.targets.length >= TARGETS_MAX) return;
    this.targets = [...this.targets, startTarget(metric)].sort(byMetric);
  }

  /** What was to happen with a target goes with it. */
  removeTarget(metric: Metric): void {
    this.targets = this.targets.filter((row) => row.metric !== metric);
    this.actions = this.actions.filter((row) => row.metric !== metric);
  }

  addAction(): void {
    if (this.actions.length < ACTIONS_MAX) this.actions.push(startAction(this.#nextKey++));
  }

  removeAction(key: number): void {
    this.actions = this.actions.filter((row) => row.key !== key);
  }

  save(onDone: (standard: Standard) => void): Promise<void> {
    const body = this.body();
    const { standard } = this;
    if (!body) return Promise.resolve();
    return this.form.run(
      () =>
        standard
          ? this.#api.updateStandard(standard.id, { ...body, version: standard.version })
          : this.#api.createStandard(body),
      (saved) => {
        this.adopt(saved);
        onDone(saved);
      },
    );
  }
}

/** The order after one of them moved; null if it cannot. */
export function moved(ids: readonly string[], id: string, step: 1 | -1): string[] | null {
  const at = ids.indexOf(id);
  const to = at + step;
  if (at < 0 || to < 0 || to >= ids.length) return null;
  const order = [...ids];
  order.splice(at, 1);
  order.splice(to, 0, id);
  return order;
}
