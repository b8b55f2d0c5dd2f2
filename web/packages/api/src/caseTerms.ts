/**
 * What case types, procedures and settings of cases say: values that are stored and sent as
 * they are. What is counted in seconds ends with `_s`, what is money is in minor units.
 */
import type { AgentId, RoleId, TeamId } from './ids.ts';
import type { Localized, Priority } from './types.ts';

// Status

export const STATUS_CATEGORIES = [
  'new',
  'open',
  'waiting_for_customer',
  'waiting_for_back_office',
  'resolved',
  'closed',
] as const;
/** What a status means, whatever it is called. */
export type StatusCategory = (typeof STATUS_CATEGORIES)[number];
export type Tone = 'neutral' | 'info' | 'warning' | 'danger' | 'success';

/** What a company calls a status. */
export interface StatusLabel {
  key: string;
  category: StatusCategory;
  name: Localized;
  customer_name?: Localized;
  tone: Tone;
  is_default: boolean;
}

// Time

export interface TimeLimit {
  within_s: number;
  basis: 'wall' | 'business';
}

export type Recipient = { kind: 'doer' } | { kind: 'owner' } | { kind: 'line'; level: number };

/** So many seconds after the deadline somebody more is told. */
export interface Rung {
  after_s: number;
  to: Recipient;
}

export interface Ladder {
  /** Reminders at these shares of the time; one to three, rising. */
  remind_percent: number[];
  rungs: Rung[];
}

// Forms

export interface Choice {
  value: string;
  label: Localized;
}

export type CaseFieldKind =
  | { type: 'text' }
  | { type: 'long_text' }
  | { type: 'number'; min?: number | null; max?: number | null }
  | { type: 'money'; currency: string }
  | { type: 'boolean' }
  | { type: 'date' }
  | { type: 'select'; options: Choice[] }
  | { type: 'multi_select'; options: Choice[] }
  | { type: 'link' };

/** What must hold of answers; a field that has no answer meets no test but `not`. */
export type AnswerCondition =
  | { test: 'is'; field: string; one_of: string[] }
  | { test: 'is_set'; field: string }
  | { test: 'at_least'; field: string; number: number }
  | { test: 'all'; of: AnswerCondition[] }
  | { test: 'any'; of: AnswerCondition[] }
  | { test: 'not'; of: AnswerCondition };

export interface CaseField {
  key: string;
  label: Localized;
  help?: Localized;
  kind: CaseFieldKind;
  is_required?: boolean;
  required_if?: AnswerCondition | null;
  shown_if?: AnswerCondition | null;
  is_personal?: boolean;
  is_public?: boolean;
}

/** Fields in the order they are asked. */
export type CaseFormFields = CaseField[];
/** Answers by the key of their field; several choices stand one a line. */
export type Answers = Record<string, string>;

// Procedures

export const DESKS = ['technical', 'warehouse', 'finance', 'security', 'legal', 'quality'] as const;
export type CaseDesk = (typeof DESKS)[number];

/** Who does a step. */
export type Doer =
  | { kind: 'owner' }
  | { kind: 'supervisor' }
  | { kind: 'desk'; desk: CaseDesk }
  | { kind: 'team'; team_id: TeamId }
  | { kind: 'role'; role_id: RoleId }
  | { kind: 'customer' };

/** Who does a step in this company. */
export type StepAssignee = Exclude<Doer, { kind: 'desk' }>;

export type Approver =
  | { kind: 'line'; level: number }
  | { kind: 'role'; role_id: RoleId }
  | { kind: 'desk'; desk: CaseDesk }
  | { kind: 'agent'; agent_id: AgentId };

export interface CheckItem {
  key: string;
  text: Localized;
  is_required?: boolean;
}

export interface StepOutcome {
  key: string;
  name: Localized;
  when?: AnswerCondition | null;
  needs_approval?: boolean;
  next: { kind: 'step'; step: string } | { kind: 'end' };
}

export interface ProcedureStep {
  key: string;
  name: Localized;
  guidance?: Localized;
  customer_text?: Localized;
  doer: Doer;
  checklist?: CheckItem[];
  form?: CaseFormFields;
  limit: TimeLimit;
  ladder?: Ladder;
  approvers?: Approver[];
  outcomes: StepOutcome[];
}

export interface Procedure {
  /** The key of the first step. */
  first: string;
  steps: ProcedureStep[];
}

// Types

/** What is needed to close without the customer's word. */
export interface ClosingPolicy {
  attempts_min: number;
  days_min: number;
  means_min: number;
  answer_wait_s: number;
  /** The customer's word closes the case by itself. */
  closes_when_confirmed?: boolean;
}

/** What a version of a case type says. */
export interface CaseTerms {
  name: Localized;
  description?: Localized;
  is_complaint?: boolean;
  priority: Priority;
  form: CaseFormFields;
  procedure: Procedure;
  closing: ClosingPolicy;
  reopen_within_s: number;
  is_public?: boolean;
}

// Money and service recovery

/** Whole minor units: 1250 CNY are ¥12.50. */
export interface Money {
  minor: number;
  currency: string;
}

export type GestureCost =
  { kind: 'free' } | { kind: 'fixed'; amount: Money } | { kind: 'up_to'; amount: Money };

export const GESTURE_KINDS = [
  'apology',
  'refund',
  'voucher',
  'replacement',
  'discount',
  'points',
  'free_service',
  'gift',
  'compensation',
] as const;
export type GestureKind = (typeof GESTURE_KINDS)[number];

export interface Gesture {
  key: string;
  name: Localized;
  kind: GestureKind;
  cost: GestureCost;
  words?: Localized;
  is_enabled: boolean;
}

export interface RecoveryLimits {
  currency: string;
  /** Up to how much a role grants by itself, in minor units. */
  own: Record<RoleId, number>;
  four_eyes_from: number;
  chain: { approver: Approver; up_to: number }[];
}

// Complaints

export const SEVERITIES = ['minor', 'moderate', 'serious', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is known of a complaint when its severity is set. */
export interface ComplaintFacts {
  harm: 'none' | 'over' | 'going_on';
  safety: 'none' | 'possible' | 'happened';
  legal: 'none' | 'threatened' | 'begun';
  media: 'none' | 'threatened' | 'begun';
  is_vulnerable: boolean;
  repeat_count: number;
  value: 'usual' | 'high' | 'very_high';
}

export const FACTS = [
  'harm_over',
  'harm_going_on',
  'safety_possible',
  'safety_happened',
  'legal_threatened',
  'legal_begun',
  'media_threatened',
  'media_begun',
  'vulnerable',
  'repeat_once',
  'repeat_often',
  'value_high',
  'value_very_high',
] as const;
export type Fact = (typeof FACTS)[number];

export interface LevelTerms {
  acknowledge: TimeLimit;
  reply: TimeLimit;
  update_every: TimeLimit;
  ladder: Ladder;
}

export interface SeverityMatrix {
  weights: Partial<Record<Fact, number>>;
  /** From so many points on: moderate, serious, critical. */
  thresholds: [number, number, number];
  terms: Record<Severity, LevelTerms>;
}

// Being in touch

export const CONTACT_MEANS = [
  'message',
  'call',
  'email',
  'sms',
  'letter',
  'visit',
  'portal',
] as const;
export type ContactMeans = (typeof CONTACT_MEANS)[number];
