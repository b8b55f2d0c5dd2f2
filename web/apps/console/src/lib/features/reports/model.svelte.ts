/** Moments of truth: one report, and the sessions behind a number of it. */
import type {
  Api,
  ApiError,
  InboxId,
  JourneyAbout,
  JourneyReport,
  JourneySession,
  JourneyStep,
  ReportQuery,
  StepFacts,
} from '@zhiyin/api';
import { spanOf, type PeriodFilter, type Span } from './period.ts';

export type Load<T> = 'loading' | { failed: ApiError } | { ready: T };

export interface ReportFilter extends PeriodFilter {
  inbox: InboxId | '';
}

export interface Drill {
  step: JourneyStep;
  about: JourneyAbout;
}

export class JourneyReportModel {
  readonly filter: ReportFilter;
  readonly span: Span | null;
  report: Load<JourneyReport> | 'no-span' = $state.raw('loading');
  drill: Drill | null = $state.raw(null);
  sessions: Load<JourneySession[]> = $state.raw('loading');
  #api: Pick<Api['journey'], 'getReport' | 'listReportSessions'>;
  #round = 0;

  constructor(
    filter: ReportFilter,
    api: Pick<Api['journey'], 'getReport' | 'listReportSessions'>,
    now: Date,
  ) {
    this.filter = filter;
    this.#api = api;
    this.span = spanOf(filter.period, filter, now);
    void this.load();
  }

  #query(span: Span): ReportQuery {
    return {
      from: span.from.toISOString(),
      to: span.to.toISOString(),
      ...(this.filter.inbox === '' ? {} : { inbox_id: this.filter.inbox }),
    };
  }

  async load(): Promise<void> {
    if (!this.span) {
      this.report = 'no-span';
      return;
    }
    this.report = 'loading';
    const result = await this.#api.getReport(this.#query(this.span));
    this.report = result.ok ? { ready: result.value } : { failed: result.error };
  }

  /** Shows the sessions behind a number; null closes them. */
  async open(drill: Drill | null): Promise<void> {
    this.drill = drill;
    const round = ++this.#round;
    if (!drill || !this.span) return;
    this.sessions = 'loading';
    const result = await this.#api.listReportSessions({ ...this.#query(this.span), ...drill });
    if (round !== this.#round) return;
    this.sessions = result.ok ? { ready: result.value.items } : { failed: result.error };
  }
}

/** The step where most time goes, and the one where most leave; null where nobody waits or leaves. */
export function findings(report: JourneyReport): {
  slowest: StepFacts | null;
  loss: StepFacts | null;
  left: number;
} {
  const top = (of: (step: StepFacts) => number) =>
    report.steps.reduce<StepFacts | null>(
      (best, step) => (of(step) > (best ? of(best) : 0) ? step : best),
      null,
    );
  // Asking for an opinion and caring afterwards take as long as the customer likes.
  const isOurs = (step: StepFacts) => step.step !== 'feedback' && step.step !== 'after_care';
  return {
    slowest: top((step) => (isOurs(step) ? step.median_s : 0)),
    loss: top((step) => step.left),
    left: report.steps.reduce((sum, step) => sum + step.left, 0),
  };
}
