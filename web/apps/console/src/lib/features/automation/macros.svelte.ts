/** Macros: keeping them, and running one on conversations. */
import type {
  ApiError,
  AutomationApi,
  ConversationId,
  Macro,
  MacroResult,
  Result,
} from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import { missingOf, SPEAKS } from './actions.ts';
import { StepList } from './steps.svelte.ts';
import { keysFrom } from './tree.ts';

/** As many as the server takes at once. */
export const MACRO_CONVERSATIONS_MAX = 100;

type Calls = Pick<AutomationApi, 'createMacro' | 'updateMacro'>;

export class MacroEditorModel {
  readonly form = new FormModel();
  readonly macro: Macro | null;
  readonly steps = new StepList(keysFrom());
  name = $state('');
  description = $state('');
  isShared = $state(false);
  isChecked = $state(false);
  readonly #api: Calls;

  constructor(api: Calls, macro: Macro | null) {
    this.#api = api;
    this.macro = macro;
    this.name = macro?.name ?? '';
    this.description = macro?.description ?? '';
    this.isShared = macro?.is_shared ?? false;
    this.steps.take(macro?.actions ?? []);
  }

  get isComplete(): boolean {
    return (
      this.name.trim() !== '' &&
      this.steps.items.length > 0 &&
      this.steps.items.every((step) => missingOf(step.action) === null)
    );
  }

  async save(onDone: (macro: Macro) => void): Promise<void> {
    this.isChecked = true;
    if (!this.isComplete) return;
    const { macro } = this;
    const body = {
      name: this.name.trim(),
      description: this.description.trim(),
      is_shared: this.isShared,
      actions: this.steps.actions,
    };
    await this.form.run(
      () =>
        macro
          ? this.#api.updateMacro(macro.id, { ...body, version: macro.version })
          : this.#api.createMacro(body),
      onDone,
    );
  }
}

/** Whether customers hear of it. */
export function speaks(macro: Macro): boolean {
  return macro.actions.some((action) => SPEAKS.has(action.do));
}

/** What a macro came to: how many it changed, and why others were refused. */
export interface MacroOutcome {
  done: number;
  refused: number;
}

export function outcomeOf(results: readonly MacroResult[]): MacroOutcome {
  const refused = results.filter((one) => one.error).length;
  return { done: results.length - refused, refused };
}

/** Choosing a macro for some conversations, and running it. */
export class MacroRunner {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  macros: Macro[] = $state.raw([]);
  chosen: Macro | null = $state.raw(null);
  isRunning = $state(false);
  error: ApiError | null = $state.raw(null);
  readonly ids: readonly ConversationId[];
  readonly #api: Pick<AutomationApi, 'listMacros' | 'runMacro'>;

  constructor(api: Pick<AutomationApi, 'listMacros' | 'runMacro'>, ids: readonly ConversationId[]) {
    this.#api = api;
    this.ids = ids;
    void this.load();
  }

  get isTooMany(): boolean {
    return this.ids.length > MACRO_CONVERSATIONS_MAX;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    const result = await this.#api.listMacros();
    if (result.ok) this.macros = result.value.items;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  choose(id: string): void {
    this.error = null;
    this.chosen = this.macros.find((one) => one.id === id) ?? null;
  }

  /** What it came to; null when nothing was run. */
  async run(): Promise<MacroOutcome | null> {
    const { chosen } = this;
    if (!chosen || this.isRunning || this.isTooMany) return null;
    this.isRunning = true;
    this.error = null;
    const result: Result<{ results: MacroResult[] }> = await this.#api.runMacro(chosen.id, [
      ...this.ids,
    ]);
    this.isRunning = false;
    if (!result.ok) {
      this.error = result.error;
      return null;
    }
    return outcomeOf(result.value.results);
  }
}
