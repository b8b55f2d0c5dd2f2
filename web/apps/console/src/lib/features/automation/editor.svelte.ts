/** A rule while it is made or changed, and trying it on what was. */
import type {
  ActionKind,
  ApiError,
  AutomationAction,
  AutomationApi,
  AutomationRule,
  DryRun,
  RuleTerms,
  RuleTrigger,
} from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import { ACTIONS_MAX, missingOf } from './actions.ts';
import { isComplete, type RuleField } from './fields.ts';
import { StepList } from './steps.svelte.ts';
import {
  DEPTH_MAX,
  depthOf,
  fromTree,
  keysFrom,
  LEAVES_MAX,
  pathsOf,
  toTree,
  countLeaves,
  type GroupItem,
  type Item,
  type Keys,
} from './tree.ts';

export const emptyTerms = (): RuleTerms => ({
  scope: { inbox_ids: [], team_ids: [] },
  trigger: { kind: 'event', events: ['customer_wrote'] },
  conditions: { all: [] },
  actions: [],
  is_final: false,
  budget: { per_hour: 500, per_day: 5000 },
});

export const AFTER_MINUTES_MAX = 129_600;
export const BUDGET_MAX = { per_hour: 10_000, per_day: 100_000 };

type Calls = Pick<AutomationApi, 'createRule' | 'updateRule' | 'dryRun'>;

export type Trial = 'idle' | 'working' | { failed: ApiError } | { result: DryRun };

export class RuleEditorModel {
  readonly form = new FormModel();
  name = $state('');
  trigger: RuleTrigger = $state.raw(emptyTerms().trigger);
  inboxIds: string[] = $state([]);
  teamIds: string[] = $state([]);
  isFinal = $state(false);
  perHour = $state(500);
  perDay = $state(5000);
  tree: GroupItem = $state.raw({
    kind: 'group',
    key: 0,
    match: 'all',
    isNegated: false,
    items: [],
  });
  readonly steps: StepList;
  /** Whether what is missing is pointed at: not before somebody wanted to save or try. */
  isChecked = $state(false);
  trial: Trial = $state.raw('idle');
  days = $state(30);
  /** What the trial was made with; another rule since then makes it old. */
  #tried = $state('');
  rule: AutomationRule | null = $state.raw(null);
  #saved = $state('');
  readonly keys: Keys = keysFrom(1);
  readonly #api: Calls;
  readonly #fields: () => readonly RuleField[];

  constructor(api: Calls, fields: () => readonly RuleField[], rule: AutomationRule | null) {
    this.#api = api;
    this.#fields = fields;
    this.steps = new StepList(this.keys);
    this.#adopt(rule);
  }

  #adopt(rule: AutomationRule | null): void {
    this.rule = rule;
    this.name = rule?.name ?? '';
    this.take(rule?.terms ?? emptyTerms());
    this.#saved = this.#state();
  }

  /** Puts other terms in place of these, as those of an older version. */
  take(terms: RuleTerms): void {
    this.trigger = terms.trigger;
    this.inboxIds = [...terms.scope.inbox_ids];
    this.teamIds = [...terms.scope.team_ids];
    this.isFinal = terms.is_final;
    this.perHour = terms.budget.per_hour;
    this.perDay = terms.budget.per_day;
    this.tree = toTree(terms.conditions, this.keys);
    this.steps.take(terms.actions);
  }

  get terms(): RuleTerms {
    return {
      scope: { inbox_ids: [...this.inboxIds], team_ids: [...this.teamIds] },
      trigger: this.trigger,
      conditions: fromTree(this.tree),
      actions: this.steps.actions,
      is_final: this.isFinal,
      budget: { per_hour: this.perHour, per_day: this.perDay },
    };
  }

  #state(): string {
    return JSON.stringify([this.name.trim(), this.terms]);
  }

  get hasChanges(): boolean {
    return this.#state() !== this.#saved;
  }

  /** The trial says nothing of the rule as it is now. */
  get isTrialOld(): boolean {
    return this.#tried !== JSON.stringify([this.terms, this.days]);
  }

  field = (id: string): RuleField | undefined => this.#fields().find((one) => one.id === id);

  get canAddLeaf(): boolean {
    return countLeaves(this.tree) < LEAVES_MAX;
  }

  get isTooDeep(): boolean {
    return depthOf(this.tree) > DEPTH_MAX;
  }

  /** Keys of conditions and groups that say nothing yet. */
  unfinished: ReadonlySet<number> = $derived.by(() => new Set(unfinishedIn(this.tree, this.field)));

  get hasTrigger(): boolean {
    const { trigger } = this;
    if (trigger.kind === 'event') return trigger.events.length > 0;
    return trigger.after_minutes >= 1 && trigger.after_minutes <= AFTER_MINUTES_MAX;
  }

  get isComplete(): boolean {
    return (
      this.name.trim() !== '' &&
      this.hasTrigger &&
      this.unfinished.size === 0 &&
      !this.isTooDeep &&
      this.steps.items.length > 0 &&
      this.steps.items.length <= ACTIONS_MAX &&
      this.steps.items.every((step) => missingOf(step.action) === null)
    );
  }

  /** What the server said of a place in the terms, such as `/actions/0/agent_id`. */
  refusedAt(path: string): boolean {
    return (
      this.form.error?.fields.some(
        (one) => one.path === `/terms${path}` || one.path.startsWith(`/terms${path}/`),
      ) ?? false
    );
  }

  /** Places of conditions in what is sent, by key. */
  paths: ReadonlyMap<number, string> = $derived.by(() => pathsOf(this.tree));

  async save(onDone: (rule: AutomationRule) => void): Promise<void> {
    this.isChecked = true;
    if (!this.isComplete) return;
    const { rule, terms } = this;
    const name = this.name.trim();
    await this.form.run(
      () =>
        rule
          ? this.#api.updateRule(rule.id, { name, terms, version: rule.version })
          : this.#api.createRule({ name, terms, is_enabled: false }),
      (saved) => {
        this.isChecked = false;
        this.#adopt(saved);
        onDone(saved);
      },
    );
  }

  /** Switching on or off elsewhere on the page is no unsaved change. */
  setRule(rule: AutomationRule): void {
    this.rule = rule;
  }

  async tryOut(): Promise<void> {
    if (this.trial === 'working') return;
    const { terms, days } = this;
    this.trial = 'working';
    const result = await this.#api.dryRun(terms, days);
    this.#tried = JSON.stringify([terms, days]);
    this.trial = result.ok ? { result: result.value } : { failed: result.error };
  }

  /** Whether enough is said to try it; what it would do does not matter for that. */
  get canTry(): boolean {
    return this.hasTrigger && this.unfinished.size === 0 && !this.isTooDeep;
  }

  addStep(kind: ActionKind): void {
    this.steps.add(kind);
  }

  setStep(key: number, action: AutomationAction): void {
    this.steps.set(key, action);
  }
}

function unfinishedIn(item: Item, field: (id: string) => RuleField | undefined): number[] {
  if (item.kind === 'leaf') return isComplete(field(item.field), item) ? [] : [item.key];
  return item.items.flatMap((one) => {
    const isEmpty = one.kind === 'group' && one.items.length === 0;
    return isEmpty ? [one.key] : unfinishedIn(one, field);
  });
}
