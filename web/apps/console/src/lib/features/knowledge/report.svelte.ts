/** What became of searches of readers, for a stretch of time. */
import type { ApiError } from '@zhiyin/api';
import { spanOf } from '$lib/features/reports/period.ts';
import type { KnowledgeApi } from './api.ts';
import type { KnowledgeReport } from './types.ts';

export const SPANS = ['week', 'month', 'quarter'] as const;
export type ReportSpan = (typeof SPANS)[number];

export class KnowledgeReportModel {
  span: ReportSpan = $state('month');
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  report: KnowledgeReport | null = $state.raw(null);
  #api: Pick<KnowledgeApi, 'report'>;
  #now: () => Date;
  #round = 0;

  constructor(api: Pick<KnowledgeApi, 'report'>, now: () => Date = () => new Date()) {
    this.#api = api;
    this.#now = now;
  }

  choose(span: ReportSpan): void {
    this.span = span;
    void this.load();
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    const span = spanOf(this.span, { from: '', to: '' }, this.#now());
    if (!span) return;
    this.state = 'loading';
    const result = await this.#api.report(span.from, span.to);
    // Of two that are under way only the one that was asked for last counts.
    if (round !== this.#round) return;
    if (result.ok) this.report = result.value;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }
}
