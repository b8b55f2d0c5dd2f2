/** The budget of service recovery in a stretch of time. */
import type { Api, ApiError, BudgetReport } from '@zhiyin/api';
import { spanOf, type PeriodFilter } from '$lib/features/reports/period.ts';

export class BudgetModel {
  readonly filter: PeriodFilter;
  report: 'loading' | { failed: ApiError } | { ready: BudgetReport } | 'no-span' =
    $state.raw('loading');
  #api: Pick<Api['caseWork'], 'getBudget'>;
  #now: Date;

  constructor(filter: PeriodFilter, api: Pick<Api['caseWork'], 'getBudget'>, now: Date) {
    this.filter = filter;
    this.#api = api;
    this.#now = now;
    void this.load();
  }

  async load(): Promise<void> {
    const span = spanOf(this.filter.period, this.filter, this.#now);
    if (!span) {
      this.report = 'no-span';
      return;
    }
    this.report = 'loading';
    const result = await this.#api.getBudget(span.from, span.to);
    this.report = result.ok ? { ready: result.value } : { failed: result.error };
  }
}
