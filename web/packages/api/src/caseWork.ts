/** Lists of work around cases as they travel: approvals, tasks, budget, risk warnings. */
import type { RecoveryGrant } from './caseHandling.ts';
import type { WarningKind } from './caseSettings.ts';
import type { GestureKind } from './caseTerms.ts';
import type { AgentId, CaseId, CaseTypeId, InboxId, TeamId } from './ids.ts';
import type { components } from './schema.ts';
import type { Shape } from './shape.ts';
import type { Localized } from './types.ts';

type Schemas = components['schemas'];

// Approvals

/** A gesture that waits for somebody's yes. */
export type RecoveryApproval = Shape<
  Schemas['ApprovalDto'],
  { case: { id: CaseId; number: string; title: string }; grant: RecoveryGrant }
>;

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

export type BudgetRow = Shape<
  Required<Schemas['BudgetRowDto']>,
  { team_id: TeamId | null; kind: GestureKind }
>;

/** A budget of the present period. */
export type BudgetState = Shape<
  Required<Schemas['BudgetLineDto']>,
  {
    team_id: TeamId | null;
    /** `2026-11`, `2026-Q4`, `2026`. */
    period: string;
    /** None: without end. */
    total: number | null;
  }
>;

export type BudgetReport = Shape<
  Schemas['BudgetDto'],
  { rows: BudgetRow[]; budgets: BudgetState[] }
>;

// Risk warnings

export type RiskWarningId = string & { readonly __kind?: 'risk_warning' };

export type RiskWarning = Shape<
  Required<Schemas['RiskWarningDto']>,
  {
    id: RiskWarningId;
    kind: WarningKind;
    facts: {
      count: number | null;
      case_ids: CaseId[];
      word: string | null;
      inbox_id: InboxId | null;
      type_id: CaseTypeId | null;
    };
    people: AgentId[];
    plan: { text: Localized; done_by: AgentId | null; done_at: string | null }[];
    closed_by: AgentId | null;
  }
>;

export type RiskShelf = 'open' | 'closed' | 'all';
