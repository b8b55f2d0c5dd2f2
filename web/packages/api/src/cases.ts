/** Cases (工单) as they travel: a problem somebody owns until the customer confirms. */
import type {
  Answers,
  Approver,
  CaseDesk,
  CaseFormFields,
  CaseTerms,
  ClosingPolicy,
  ComplaintFacts,
  ContactMeans,
  Procedure,
  Severity,
  StatusCategory,
  StepAssignee,
  TimeLimit,
} from './caseTerms.ts';
import type {
  AgentId,
  BroadcastId,
  CaseId,
  CaseTaskId,
  CaseTypeId,
  ContactId,
  ConversationId,
  MessageId,
  TeamId,
} from './ids.ts';
import type { CustomerPromise } from './journey.ts';
import type { Localized, Priority } from './types.ts';

// The case

export type Grounds =
  | { kind: 'confirmed'; at: string; means: ContactMeans }
  | { kind: 'withdrawn'; at: string; means: ContactMeans }
  | { kind: 'unreachable'; attempts: string[] };

export interface CaseStatus {
  category: StatusCategory;
  /** Since when it is so. */
  since: string;
  /** Who resolved or closed it. */
  by: AgentId | null;
  /** Why it may be over; of closed cases. */
  grounds: Grounds | null;
}

export type CaseSource =
  | { kind: 'conversation'; conversation_id: ConversationId; message_ids: MessageId[] }
  | { kind: 'recurrence'; case_id: CaseId }
  | { kind: 'form' | 'portal' | 'api' | 'manual' | 'rule' | 'follow_up' };

/** Somebody is asked to take a case over. */
export interface Handover {
  to_id: AgentId;
  reason: string;
  proposed_by: AgentId;
  proposed_at: string;
  answer_by: string;
}

export interface PastHandover extends Handover {
  at: string;
  end: { kind: 'accepted' | 'withdrawn' | 'lapsed' } | { kind: 'declined'; reason: string };
}

/** The step a case is at, as its row tells it. */
export interface CaseStepMark {
  visit: number;
  key: string;
  name: Localized;
  assignee: StepAssignee;
  taken_by: AgentId | null;
  due_at: string;
  is_awaiting: boolean;
}

export interface Case {
  id: CaseId;
  /** With its check digit: `10482-8`. */
  number: string;
  type: { id: CaseTypeId; key: string; version: number; name: Localized };
  is_complaint: boolean;
  title: string;
  contact: { id: ContactId; name: string } | null;
  source: CaseSource;
  status: CaseStatus;
  /** The key of the label that is shown. */
  label: string | null;
  priority: Priority;
  owner_id: AgentId;
  owner_since: string;
  handover: Handover | null;
  team_id: TeamId | null;
  watcher_ids: AgentId[];
  merged_into: CaseId | null;
  parent_id: CaseId | null;
  child_count: number;
  step: CaseStepMark | null;
  next_due_at: string | null;
  /** What is due then: `step:3`, `task:ta_…:1`, `reply:1` … */
  next_due: string | null;
  is_overdue: boolean;
  open_task_count: number;
  reopen_count: number;
  severity: Severity | null;
  created_at: string;
  updated_at: string;
  version: number;
}

/** One documented contact about the solution. */
export interface SolutionContact {
  at: string;
  by: string;
  means: ContactMeans;
  answer: 'confirmed' | 'withdrawn' | 'disputed' | 'no_answer';
  note: string;
}

export interface CaseDetail extends Case {
  answers: Answers;
  form: CaseFormFields;
  closing_policy: ClosingPolicy;
  reopen_until: string | null;
  may: {
    work: boolean;
    assign: boolean;
    accept: boolean;
    decide_step: boolean;
    take_step: boolean;
  };
  past_handovers: PastHandover[];
  /** The case and everything merged into it. */
  family: CaseId[];
  contacts: SolutionContact[];
}

export interface CaseBody {
  type_id: CaseTypeId;
  title: string;
  contact_id?: ContactId | null;
  conversation_id?: ConversationId | null;
  message_ids?: MessageId[];
  answers?: Answers;
  priority?: Priority | null;
  owner_id?: AgentId | null;
  team_id?: TeamId | null;
  facts?: ComplaintFacts | null;
  received_at?: string | null;
  parent_id?: CaseId | null;
}

export interface CasePatch {
  title?: string;
  priority?: Priority;
  /** Null takes the default label of the status. */
  label?: string | null;
  team_id?: TeamId | null;
  contact_id?: ContactId | null;
  answers?: Answers;
  version?: number;
}

export type CaseSort = 'due' | 'updated' | 'created';

export interface CaseQuery {
  /** Categories with commas between, `unsolved` or `all`. */
  status?: string;
  owner?: string;
  team_id?: TeamId;
  type_id?: CaseTypeId;
  priority?: Priority;
  label?: string;
  contact_id?: ContactId;
  conversation_id?: ConversationId;
  parent_id?: CaseId;
  is_complaint?: boolean;
  watching?: boolean;
  asked?: boolean;
  overdue?: boolean;
  q?: string;
  sort?: CaseSort;
  cursor?: string;
  limit?: number;
}

export type CaseCounts = Partial<Record<StatusCategory | 'overdue', number>>;

// What hangs on a case

export interface OpenWork {
  tasks: number;
  steps: number;
  approvals: number;
}

/** Whether a case may be closed now, and what is missing. */
export interface CaseClosing {
  may_close: boolean;
  grounds: Grounds | null;
  detail: string | null;
  gap: {
    kind:
      'disputed' | 'attempts' | 'days' | 'means' | 'wait' | 'open_work' | 'status' | 'complaint';
    needed: number | null;
    found: number | null;
    until: string | null;
  } | null;
  open_work: OpenWork;
}

export type LinkKind = 'duplicate' | 'child' | 'related';

export interface CaseLink {
  kind: LinkKind;
  /** This case is the duplicate or the child. */
  is_from: boolean;
  case: Case;
  /** Null if no agent linked them. */
  by: AgentId | null;
  at: string;
}

export interface CaseConversation {
  case_id: CaseId;
  conversation_id: ConversationId;
  number: number;
  channel: string;
  contact_name: string;
  last_activity_at: string;
  status: string;
  linked_at: string;
  is_readable: boolean;
}

export interface ApprovalDecision {
  by: AgentId;
  at: string;
  is_approved: boolean;
  note: string;
}

/** A request with whose yes is needed, level by level. */
export interface Approval {
  asked_by: AgentId;
  asked_at: string;
  levels: Approver[];
  decisions: ApprovalDecision[];
}

export interface StepResult {
  by: AgentId;
  at: string;
  outcome: string;
  answers: Answers;
  checked: string[];
  note: string;
}

export type VisitState =
  | { kind: 'working' }
  | { kind: 'awaiting'; result: StepResult; approval: Approval }
  | { kind: 'done'; result: StepResult; approval: Approval | null; at: string }
  | { kind: 'abandoned'; by: AgentId; reason: string; at: string };

/** One stay in a step. */
export interface StepVisit {
  number: number;
  step: string;
  assignee: StepAssignee;
  taken_by: AgentId | null;
  begun_at: string;
  due_at: string;
  rejected: [StepResult, Approval][];
  state: VisitState;
}

export interface CaseSteps {
  version: number;
  procedure: Procedure;
  visits: StepVisit[];
  current: {
    visit: number;
    step: string;
    outcomes: string[];
    may_take: boolean;
    may_complete: boolean;
    may_decide: boolean;
    due_at: string;
  } | null;
}

export interface StepCompletion {
  visit: number;
  outcome: string;
  answers: Answers;
  checked: string[];
  note: string;
}

export type TaskEntryKind =
  | { kind: 'forwarded'; to: TeamId }
  | { kind: 'status'; due_at: string; is_agreed: boolean }
  | { kind: 'question' | 'clarified' | 'answered' | 'sent_back' | 'cancelled' };

export interface TaskEntry {
  at: string;
  by: AgentId;
  kind: TaskEntryKind;
  text: string;
}

/** What the back office is asked to do for a case. */
export interface CaseTask {
  id: CaseTaskId;
  case: {
    id: CaseId;
    number: string;
    title: string;
    priority: Priority;
    type_key: string;
    type_name: Localized;
    owner_id: AgentId;
  };
  team_id: TeamId | null;
  taken_by: AgentId | null;
  asked_by: AgentId;
  request: string;
  standard: string;
  limit: TimeLimit;
  asked_at: string;
  due_at: string;
  status: 'open' | 'question' | 'answered' | 'cancelled';
  is_overdue: boolean;
  round: number;
  hop_count: number;
  answer: string | null;
  entries: TaskEntry[];
  /** `own`: as the owner of the case. */
  may: { work: boolean; own: boolean };
  version: number;
}

export interface TaskBody {
  team_id?: TeamId;
  desk?: CaseDesk;
  request: string;
  standard: string;
  limit: TimeLimit;
}

export interface CaseHistoryEntry {
  id: string;
  case_id: CaseId;
  at: string;
  actor: { kind: string; id: string | null };
  kind: string;
  what: string | null;
  text: string | null;
  data: Record<string, unknown>;
}

export const BROADCAST_OUTCOMES = [
  'answered',
  'answered_before',
  'closed',
  'merged',
  'no_contact',
  'same_contact',
  'no_conversation',
  'failed',
] as const;

/** One answer to all children of a case. */
export interface CaseBroadcast {
  id: BroadcastId;
  text: string;
  state: 'running' | 'done';
  total: number;
  answered: number;
  skipped: number;
  failed: number;
  resolve: boolean;
  created_at: string;
  done_at: string | null;
  items: { case_id: CaseId; outcome: (typeof BROADCAST_OUTCOMES)[number] }[];
}

export interface CaseType {
  id: CaseTypeId;
  key: string;
  is_builtin: boolean;
  is_enabled: boolean;
  position: number;
  version_number: number;
  /** What is in force. */
  terms: CaseTerms | null;
  draft: CaseTerms | null;
  created_at: string;
  version: number;
}

/** What somebody has to see to today. */
export interface Today {
  asked: Case[];
  overdue: Case[];
  due: Case[];
  waiting: Case[];
  promises: CustomerPromise[];
  tasks: CaseTask[];
  approvals: { case: Case; visit: number }[];
  counts: { open_cases: number; open_promises: number };
}
