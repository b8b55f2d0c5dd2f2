/** What waits for the yes of whoever looks: gestures of service recovery, and results of steps. */
import type { Api, ApiError, Case, RecoveryApproval, Result } from '@zhiyin/api';

export interface StepApproval {
  case: Case;
  visit: number;
}

type Calls = {
  work: Pick<Api['caseWork'], 'listApprovals'>;
  cases: Pick<Api['cases'], 'getToday'>;
  handling: Pick<Api['handling'], 'decideRecovery'>;
};

export class ApprovalsModel {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  gestures: RecoveryApproval[] = $state.raw([]);
  steps: StepApproval[] = $state.raw([]);
  /** What one may decide comes first; the longest waiting before others. */
  sorted: RecoveryApproval[] = $derived(
    this.gestures.toSorted(
      (a, b) =>
        Number(b.grant.may_decide) - Number(a.grant.may_decide) ||
        Date.parse(a.grant.asked_at) - Date.parse(b.grant.asked_at),
    ),
  );
  #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
    void this.load();
  }

  get count(): number {
    return this.gestures.length + this.steps.length;
  }

  async load(): Promise<void> {
    if (this.count === 0) this.state = 'loading';
    const [gestures, today] = await Promise.all([
      this.#calls.work.listApprovals(),
      this.#calls.cases.getToday(),
    ]);
    if (gestures.ok) this.gestures = gestures.value.items;
    if (today.ok) this.steps = today.value.approvals;
    const failed = gestures.ok ? (today.ok ? null : today.error) : gestures.error;
    this.state = failed ? { failed } : 'ready';
  }

  /** Decided or not, the list is asked for again: somebody else may have been faster. */
  async decide(
    approval: RecoveryApproval,
    isApproved: boolean,
    note: string,
  ): Promise<Result<unknown>> {
    const result = await this.#calls.handling.decideRecovery(approval.grant.id, isApproved, note);
    await this.load();
    return result;
  }
}
