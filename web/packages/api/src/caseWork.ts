/** Lists of work around cases as they travel: approvals, tasks, budget, risk warnings. */
import type { RecoveryGrant } from './caseHandling.ts';
import type { WarningKind } from './caseSettings.ts';
import type { GestureKind } from './caseTerms.ts';
import type { AgentId, CaseId, CaseTypeId, InboxId, TeamId } from './ids.ts';
import type { Localized } from './types.ts';

// Approvals

/** A gesture that waits for somebody's yes. */
export interface RecoveryApproval {
  case: { id: CaseId; number: string; title: string };
  grant: RecoveryGrant;
  may_decide: boolean;
}

// Tasks of the back office

export const TASK_VIEWS = ['team', 'mine', 'asked_by_me', 'all'] as const;
export type TaskView = (typeof TASK_VIEWS)[number];

export interface TaskQuery {
  view: TaskView;
  status?: 'open' | 'answered' | 'cancelled' | 'any';
  team_id?: TeamId;
  cursor?: string;
}

// The budget

export interface BudgetRow {
  team_id: TeamId | null;
  kind: GestureKind;
  currency: string;
  count: number;
  /** In minor units, as all sums here. */
  minor: number;
  pending_count: number;
  pending_minor: number;
}

/** A budget of the present period. */
export interface BudgetState {
  team_id: TeamId | null;
  /** `2026-11`, `2026-Q4`, `2026`. */
  period: string;
  currency: string;
  /** None: without end. */
  total: number | null;
  spent: number;
  reserved: number;
}

export interface BudgetReport {
  rows: BudgetRow[];
  budgets: BudgetState[];
}

// Risk warnings

export type RiskWarningId = string & { readonly __kind?: 'risk_warning' };

export interface RiskWarning {
  id: RiskWarningId;
  kind: WarningKind;
  subject: string;
  facts: {
    count: number | null;
    case_ids: CaseId[];
    word: string | null;
    inbox_id: InboxId | null;
    type_id: CaseTypeId | null;
  };
  people: AgentId[];
  plan: { text: Localized; done_by: AgentId | null; done_at: string | null }[];
  opened_at: string;
  last_seen_at: string;
  closed_at: string | null;
  closed_by: AgentId | null;
  note: string | null;
  version: number;
}

export type RiskShelf = 'open' | 'closed' | 'all';
