/** What goes beside a case: its complaint, service recovery, evidence and call backs. */
import type { Approval } from './cases.ts';
import type {
  Approver,
  ComplaintFacts,
  ContactMeans,
  Fact,
  Gesture,
  GestureKind,
  LevelTerms,
  Money,
  RecoveryLimits,
  Severity,
  TimeLimit,
} from './caseTerms.ts';
import type {
  AgentId,
  AttachmentId,
  CaseId,
  ConversationId,
  EvidenceId,
  FollowUpId,
  MessageId,
  RecoveryId,
} from './ids.ts';
import type { Localized } from './types.ts';

/** A built-in text with its key. */
export interface Line {
  key: string;
  text: Localized;
}

// Complaints

export const COMPLAINT_PHASES = ['received', 'handling', 'replied', 'called_back'] as const;
export type ComplaintPhase = (typeof COMPLAINT_PHASES)[number];
export const VALIDITIES = ['valid', 'partly_valid', 'not_valid'] as const;
export type Validity = (typeof VALIDITIES)[number];
export const CAUSES = [
  'product',
  'delivery',
  'billing',
  'information',
  'process',
  'conduct',
  'system',
  'partner',
  'outside',
] as const;
export type CauseCategory = (typeof CAUSES)[number];
export const COMPLAINANT_KINDS = [
  'gives_advice',
  'wants_justice',
  'wants_gain',
  'makes_trouble',
] as const;
export type ComplainantKind = (typeof COMPLAINANT_KINDS)[number];
export const TEMPERAMENTS = ['expressive', 'perfectionist', 'forceful', 'easy_going'] as const;
export type Temperament = (typeof TEMPERAMENTS)[number];

/** A severity with what led to it. */
export interface Assessed {
  severity: Severity;
  points: number;
  facts: { fact: Fact; points: number }[];
  /** What raised it above its points. */
  floor: 'serious' | 'critical' | null;
}

export interface Reassessment {
  facts: ComplaintFacts;
  severity: Severity;
  by: AgentId;
  at: string;
}

export interface CorrectiveAction {
  number: number;
  text: string;
  owner_id: AgentId;
  from: string;
  due_at: string;
  done: [string, string] | null;
}

/** What an agent saw and thinks of who complains; never shown to the customer. */
export interface Complainant {
  signs: string[];
  kind: ComplainantKind | null;
  kind_guess: { of: ComplainantKind; confidence: number } | null;
  temperament: Temperament | null;
  temperament_guess: { of: Temperament; confidence: number } | null;
  by: AgentId;
  at: string;
}

export interface Complaint {
  case_id: CaseId;
  phase: ComplaintPhase;
  round: number;
  severity: Severity;
  assessed: Assessed;
  /** Oldest first; never empty. */
  assessments: Reassessment[];
  terms: LevelTerms;
  received_at: string;
  acknowledge_by: string;
  reply_by: string;
  told: { reply_by: string; at: string } | null;
  last_update: { at: string; count: number } | null;
  next_update_by: string | null;
  outcome: {
    validity: Validity;
    reasons: string;
    remedy: string;
    by: AgentId;
    at: string;
  } | null;
  replied_at: string | null;
  called_back_at: string | null;
  cause: { category: CauseCategory; text: string } | null;
  action: CorrectiveAction | null;
  complainant: Complainant | null;
  /** What is missing before closing. */
  gap: { code: string; detail: string } | null;
  version: number;
}

export interface ComplaintCard<Of extends string = string> {
  of: Of;
  name: Localized;
  signs: Line[];
  dos: Line[];
  donts: Line[];
  phrases: Line[];
}

export interface ComplaintCards {
  kinds: ComplaintCard<ComplainantKind>[];
  temperaments: ComplaintCard<Temperament>[];
  declining: Line[];
}

// Service recovery

export type GrantStatus = 'pending' | 'granted' | 'done' | 'rejected' | 'withdrawn';

/** One gesture asked for a case. */
export interface RecoveryGrant {
  id: RecoveryId;
  case_id: CaseId;
  gesture: string;
  name: Localized;
  kind: GestureKind;
  cost: Money;
  reason: string;
  asked_by: AgentId;
  asked_at: string;
  status: GrantStatus;
  approval: Approval | null;
  at: string | null;
  by: AgentId | null;
  /** Whose yes is needed next. */
  waits_for: Approver | null;
  may_decide: boolean;
  /** Why one may not decide. */
  refusal: string | null;
}

export interface CaseRecovery {
  items: RecoveryGrant[];
  total: Money;
  own_limit: number;
  four_eyes_from: number;
  most: number;
  currency: string;
  family: CaseId[];
}

/** What it takes that a case gets so much. */
export interface RecoveryNeeds {
  /** `too_much`: nobody may grant so much. */
  kind: 'nothing' | 'approval' | 'too_much';
  approvers: Approver[];
  own_limit: number | null;
  total_minor: number | null;
}

export interface RecoverySettings {
  catalogue: Gesture[];
  limits: RecoveryLimits;
  version: number;
}

// Evidence

export interface Evidence {
  id: EvidenceId;
  /** Of a merged case the chain is its own. */
  case_id: CaseId;
  number: number;
  kind: 'file' | 'message' | 'statement' | 'correction' | 'erased';
  name: string | null;
  size_bytes: number | null;
  attachment_id: AttachmentId | null;
  conversation_id: ConversationId | null;
  message_id: MessageId | null;
  speaker: string | null;
  /** The entry it is about. */
  of: number | null;
  note: string;
  added_by: string;
  added_at: string;
  sha256: string | null;
  hash: string;
}

export interface EvidenceChain {
  items: Evidence[];
  /** Entries that cannot be read any more. */
  unreadable: number;
  head: { count: number; hash: string };
}

export type EvidenceBody =
  | { kind: 'file'; attachment_id: AttachmentId; note: string }
  | { kind: 'message'; message_id: MessageId; note: string }
  | { kind: 'statement'; speaker: string; text: string; note: string }
  | { kind: 'correction'; of: number; note: string };

export interface EvidenceCheck {
  is_whole: boolean;
  faults: { case_id: CaseId; entry: number | null; detail: string }[];
  count: number;
}

// Call backs

export const FOLLOW_UP_RESULTS = [
  'solved',
  'not_content',
  'not_solved',
  'withdrawn',
  'unwanted',
  'unreachable',
] as const;
export type FollowUpResult = (typeof FOLLOW_UP_RESULTS)[number];

export interface FollowUp {
  id: FollowUpId;
  case: { id: CaseId; number: string; title: string };
  reason: 'resolved' | 'complaint_replied' | 'low_score' | 'by_hand';
  score: number | null;
  owner_id: AgentId;
  created_at: string;
  due_at: string;
  is_overdue: boolean;
  limit: TimeLimit;
  attempts: { at: string; by: AgentId; means: ContactMeans; note: string }[];
  result: {
    at: string;
    by: AgentId;
    means: ContactMeans | null;
    result: FollowUpResult;
    note: string;
  } | null;
  script: Line[];
  effect: 'may_close' | 'reopen' | 'new_case' | 'tell_supervisor' | null;
  new_case_id: CaseId | null;
  version: number;
}

export interface FollowUpEnd {
  result: FollowUpResult;
  means: ContactMeans | null;
  note: string;
}
