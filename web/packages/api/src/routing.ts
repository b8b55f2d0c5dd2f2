/**
 * Queues, routing, presence and the floor as they travel. What ends with `_s` is in seconds.
 */
import type {
  AgentId,
  ConversationId,
  InboxId,
  QueueId,
  QueueItemId,
  SkillId,
  TeamId,
} from './ids.ts';
import type { Deadline, Stage } from './journey.ts';
import type { Handler, Localized, Presence, Priority } from './types.ts';

export const WORK_KINDS = ['chat', 'call', 'mail', 'task'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

export const BREAK_REASONS = [
  'meal',
  'rest',
  'training',
  'meeting',
  'after_work',
  'other',
] as const;
export type BreakReason = (typeof BREAK_REASONS)[number];

/** What an agent chose, and what the system takes them for. */
export interface AgentPresence {
  agent_id: AgentId;
  chosen: Presence;
  reason: BreakReason | null;
  effective: Presence;
  /** Since when the effective state holds. */
  since: string;
  is_connected: boolean;
  is_on_shift: boolean;
  away_because: 'inactive' | 'missed_offers' | 'forced' | null;
  units_used: number;
  units_total: number;
  work: Record<WorkKind, number>;
}

export interface Skill {
  id: SkillId;
  name: string;
  /** How many agents have it. */
  agents: number;
  version: number;
}

export interface SkillNeed {
  skill_id: SkillId;
  /** 1 to 5. */
  level: number;
}

export interface Capacity {
  units: number;
  /** What one piece of a kind costs; a kind that is missing is not taken. */
  costs: Partial<Record<WorkKind, number>>;
  /** Most pieces of a kind at once. */
  most: Partial<Record<WorkKind, number>>;
}

export interface AgentProfile {
  agent_id: AgentId;
  skills: SkillNeed[];
  languages: string[];
  capacity: Capacity;
  calendar_id: string | null;
  version: number;
}

/** Waiting time given in advance, in seconds; keys of `tier_s` are `0` to `9`. */
export interface Priorities {
  tier_s: Record<string, number>;
  severity_s: Partial<Record<Priority, number>>;
  stage_s: Partial<Record<Stage, number>>;
}

export interface Continuity {
  is_last_agent_first: boolean;
  last_agent_hold_s: number;
  dedicated_hold_s: number;
  own_agent_credit_s: number;
}

export type Ease =
  | { kind: 'lower_levels'; value: number }
  | { kind: 'add_teams'; value: TeamId[] }
  | { kind: 'drop_skills' }
  | { kind: 'drop_language' }
  | { kind: 'any_team' };

export interface EaseStep {
  after_s: number;
  ease: Ease;
}

export type QueueDelivery =
  { mode: 'offer'; expires_s: number } | { mode: 'direct'; answer_within_s: number | null };

export interface OutOfHours {
  /** `wait`: the line goes on; `form`: a message is left, and answered later. */
  mode: 'wait' | 'form';
  reply_within_s: number;
  text: Localized;
}

export interface Queue {
  id: QueueId;
  name: string;
  place: number;
  teams: TeamId[];
  priorities: Priorities;
  order: 'specialists_first' | 'best_first';
  tie: 'longest_idle' | 'least_busy';
  continuity: Continuity;
  eases: EaseStep[];
  delivery: QueueDelivery;
  decline_pause_s: number;
  waiting_max: number | null;
  calendar_id: string | null;
  out_of_hours: OutOfHours;
  /** How many wait now. */
  waiting: number;
  version: number;
}
export type QueueBody = Partial<Omit<Queue, 'id' | 'waiting'>>;

export interface QueueItem {
  id: QueueItemId;
  conversation_id: ConversationId;
  conversation_number: number;
  contact_name: string;
  inbox_id: InboxId;
  queue_id: QueueId;
  state: 'waiting' | 'offered' | 'assigned' | 'ended';
  agent_id: AgentId | null;
  entered_at: string;
  waited_s: number;
  priority_s: number;
  credits: Credits;
  /** 1 is first in line. */
  position: number | null;
  tier: number;
  severity: Priority;
  language: string | null;
  needs: SkillNeed[];
  held_until: string | null;
  offered_until: string | null;
}

export interface RoutingSettings {
  offline_grace_s: number;
  away_grace_s: number | null;
  hand_over: WorkKind[];
  missed_offers_max: number;
  away_after_s: number;
}

/** Where the conversations of an inbox go. */
export interface InboxRouting {
  queue_id: QueueId | null;
  calendar_id: string | null;
  out_of_hours: OutOfHours | null;
}

export interface Credits {
  tier_s: number;
  severity_s: number;
  stage_s: number;
  added_s: number;
}

export interface Headcount {
  all: number;
  other_team: number;
  lacking_skill: number;
  below_level: number;
  other_language: number;
  absent: number;
  full: number;
  paused: number;
  free: number;
}

export interface Candidate {
  agent_id: AgentId;
  skills: number;
  level: number;
  speaks: boolean;
  own_team: boolean;
  busy_percent: number;
  idle_since: string;
}

export const REASONS = [
  'dedicated',
  'last_agent',
  'only_one',
  'language',
  'own_team',
  'specialist',
  'best_skill',
  'least_busy',
  'longest_idle',
  'by_hand',
] as const;
export type Reason = (typeof REASONS)[number];

export const TRIGGERS = [
  'entered',
  'agent_free',
  'eased',
  'hold_over',
  'declined',
  'expired',
  'unanswered',
  'handed_over',
  'transferred',
  'changed',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

export interface Explanation {
  reason: Reason;
  trigger: Trigger;
  waited_s: number;
  credits: Credits;
  step: number;
  left_waiting: number;
  agents: Headcount;
  /** The chosen one first. */
  candidates: Candidate[];
}

export interface Decision {
  id: string;
  at: string;
  agent_id: AgentId;
  queue_id: QueueId;
  mode: { kind: 'offer'; until: string } | { kind: 'direct'; answer_by: string | null };
  explanation: Explanation;
}

export interface ConversationRouting {
  item: QueueItem | null;
  ahead: number | null;
  estimate: { mean_s: number; from_s: number; to_s: number } | null;
  /** Newest first. */
  decisions: Decision[];
}

export interface Offer {
  item_id: QueueItemId;
  conversation_id: ConversationId;
  conversation_number: number;
  inbox_id: InboxId;
  queue_id: QueueId;
  queue_name: string;
  contact_name: string;
  /** The customer's last line, shortened. */
  preview: string;
  language: string | null;
  tier: number;
  severity: Priority;
  waited_s: number;
  offered_at: string;
  /** Null when the work was given, not offered. */
  until: string | null;
  reason: Reason;
  trigger: Trigger;
  from_agent_id: AgentId | null;
  note: string | null;
}
export type OfferOutcome = 'accepted' | 'declined' | 'expired' | 'revoked';

/** Where a conversation is sent. */
export type Target =
  { kind: 'agent'; id: AgentId } | { kind: 'team'; id: TeamId } | { kind: 'queue'; id: QueueId };

export interface FloorConversation {
  id: ConversationId;
  number: number;
  contact_name: string;
  inbox_id: InboxId;
  waiting_since: string | null;
  deadline: Deadline | null;
  handler: Handler;
}

export interface FloorAgent extends AgentPresence {
  conversations: FloorConversation[];
}

export interface FloorQueue {
  id: QueueId;
  name: string;
  waiting: number;
  longest_waiting_s: number | null;
  oldest_conversation_id: ConversationId | null;
}

export interface Floor {
  agents: FloorAgent[];
  queues: FloorQueue[];
}

export interface ReassignResult {
  done: ConversationId[];
  failed: { id: ConversationId; code: string; detail: string }[];
}

/** Figures of one queue, or of all; a share or a time is null without data. */
export interface WallboardFigures {
  waiting: number;
  longest_waiting_s: number | null;
  offered: number;
  active: number;
  served_today: number;
  abandoned_today: number;
  service_level_now: number | null;
  service_level_today: number | null;
  mean_wait_today_s: number | null;
  estimate_s: number | null;
}

export interface Wallboard {
  at: string;
  queues: (WallboardFigures & { id: QueueId; name: string })[];
  totals: WallboardFigures;
  agents: Record<Presence, number>;
  breaches_today: number;
  warned_now: number;
  /** The first response the service level is measured by. */
  target_s: number;
}
