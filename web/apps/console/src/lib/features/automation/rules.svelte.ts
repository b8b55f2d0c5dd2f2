/** The rules in their order: what is moved or switched is shown at once, and taken back if refused. */
import type { ApiError, AutomationApi, AutomationRule, AutomationRuleId } from '@zhiyin/api';

type Calls = Pick<AutomationApi, 'listRules' | 'orderRules' | 'updateRule' | 'resumeRule'>;

export class RuleList {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  items: AutomationRule[] = $state.raw([]);
  readonly #api: Calls;
  readonly #fail: (error: ApiError) => void;
  /** Orders are sent one after the other, the last one wins. */
  #sending = false;
  #isOrderDue = false;

  constructor(api: Calls, fail: (error: ApiError) => void) {
    this.#api = api;
    this.#fail = fail;
    void this.load();
  }

  async load(): Promise<void> {
    const result = await this.#api.listRules();
    if (result.ok) this.items = result.value.items;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  /** Puts a rule where another stands; false where there is no such place. */
  move(id: AutomationRuleId, to: number): boolean {
    const from = this.items.findIndex((one) => one.id === id);
    const rule = this.items[from];
    if (!rule || to < 0 || to >= this.items.length || to === from) return false;
    const others = this.items.filter((one) => one.id !== id);
    this.items = [...others.slice(0, to), rule, ...others.slice(to)];
    void this.#sendOrder();
    return true;
  }

  async #sendOrder(): Promise<void> {
    this.#isOrderDue = true;
    if (this.#sending) return;
    this.#sending = true;
    while (this.#isOrderDue) {
      this.#isOrderDue = false;
      const result = await this.#api.orderRules(this.items.map((one) => one.id));
      if (!result.ok) {
        this.#isOrderDue = false;
        this.#fail(result.error);
        await this.load();
      }
    }
    this.#sending = false;
  }

  async enable(rule: AutomationRule, isEnabled: boolean): Promise<void> {
    this.#put({ ...rule, is_enabled: isEnabled, paused: null });
    const result = await this.#api.updateRule(rule.id, { is_enabled: isEnabled });
    if (!result.ok) this.#fail(result.error);
    this.#put(result.ok ? result.value : rule);
  }

  async resume(rule: AutomationRule): Promise<void> {
    const result = await this.#api.resumeRule(rule.id);
    if (result.ok) this.#put(result.value);
    else this.#fail(result.error);
  }

  #put(rule: AutomationRule): void {
    this.items = this.items.map((one) => (one.id === rule.id ? rule : one));
  }
}
