/** Automation rules, their runs, and macros, as they travel. */
import type {
  AgentId,
  AutomationRuleId,
  AutomationRunId,
  CalendarId,
  CaseTypeId,
  ConversationId,
  InboxId,
  MacroId,
  PhraseId,
  QueueId,
  SessionId,
  TagId,
  TeamId,
  WebhookId,
} from './ids.ts';
import type { Condition, ConditionValue, Operator, Priority } from './types.ts';

export const RULE_EVENTS = [
  'customer_wrote',
  'conversation_opened',
  'session_opened',
  'agent_replied',
  'assigned',
  'queued',
  'tags_changed',
  'priority_changed',
  'snoozed',
  'woken',
  'resolved',
  'reopened',
  'rated',
  'deadline_warned',
  'deadline_missed',
  'promise_broken',
] as const;
export type RuleEvent = (typeof RULE_EVENTS)[number];

export const RULE_CLOCKS = [
  'customer_waiting',
  'last_activity',
  'session_opened',
  'session_resolved',
] as const;
export type RuleClock = (typeof RULE_CLOCKS)[number];

export type RuleTrigger =
  | { kind: 'event'; events: RuleEvent[] }
  | { kind: 'time'; since: RuleClock; after_minutes: number };

/** What can be compared besides what views compare. */
export type RuleOperator =
  Operator | 'contains_any' | 'contains_none' | 'within' | 'outside' | 'is_open' | 'is_closed';

export interface RuleLeaf extends Omit<Condition, 'operator'> {
  operator: RuleOperator;
  value?: ConditionValue | CalendarId;
}
export type RuleNode = { all: RuleNode[] } | { any: RuleNode[] } | { not: RuleNode } | RuleLeaf;

export type AutomationAction =
  | { do: 'assign'; agent_id?: AgentId | null; team_id?: TeamId | null }
  | { do: 'queue'; queue_id: QueueId }
  | { do: 'add_tags' | 'remove_tags'; tag_ids: TagId[] }
  | { do: 'set_priority'; priority: Priority }
  | { do: 'snooze'; minutes: number }
  | { do: 'resolve' | 'reopen' | 'ask_rating' }
  | { do: 'note' | 'send'; text: string }
  | { do: 'send_phrase'; phrase_id: PhraseId }
  | { do: 'call_webhook'; webhook_id: WebhookId }
  | { do: 'create_case'; case_type_id: CaseTypeId; title: string; owner_id?: AgentId | null };
export type ActionKind = AutomationAction['do'];

export interface RuleTerms {
  scope: { inbox_ids: InboxId[]; team_ids: TeamId[] };
  trigger: RuleTrigger;
  conditions?: RuleNode | null;
  actions: AutomationAction[];
  is_final: boolean;
  budget: { per_hour: number; per_day: number };
}

export interface AutomationRule {
  id: AutomationRuleId;
  name: string;
  place: number;
  is_enabled: boolean;
  terms: RuleTerms;
  author_id: AgentId | null;
  paused: { reason: 'hour' | 'day' | 'failing'; at: string } | null;
  counts: { hour: number; day: number; last_run_at: string | null };
  created_at: string;
  updated_at: string;
  version: number;
}

export interface RuleVersion {
  version: number;
  name: string;
  is_enabled: boolean;
  terms: RuleTerms;
  author_id: AgentId | null;
  at: string;
}

export type RunOutcome = 'done' | 'not_matched' | 'skipped' | 'failed';

/** Where in the terms a condition stands, and whether it held. */
export interface LeafResult {
  path: string;
  holds: boolean;
}

export interface ActionResult {
  do: ActionKind;
  result: 'done' | 'nothing' | 'failed';
  detail?: string | null;
}

export interface AutomationRun {
  id: AutomationRunId;
  rule_id: AutomationRuleId;
  rule_name: string;
  rule_version: number;
  conversation_id: ConversationId;
  at: string;
  trigger: RuleEvent | RuleClock;
  event_id: string | null;
  outcome: RunOutcome;
  skip_reason: 'loop' | 'too_deep' | 'too_often' | 'budget' | null;
  leaves: LeafResult[];
  actions: ActionResult[];
}

export interface DryRun {
  looked_at: number;
  would_match: number;
  is_cut: boolean;
  since: string;
  leaves: { path: string; held: number }[];
  sample: {
    conversation_id: ConversationId;
    number: number;
    session_id: SessionId;
    opened_at: string;
    leaves: LeafResult[];
  }[];
}

export interface Macro {
  id: MacroId;
  name: string;
  description: string;
  is_shared: boolean;
  actions: AutomationAction[];
  version: number;
}

export interface MacroBody {
  name: string;
  description?: string;
  is_shared?: boolean;
  actions: AutomationAction[];
}

export interface MacroResult {
  id: ConversationId;
  actions: ActionResult[];
  error?: string | null;
}
