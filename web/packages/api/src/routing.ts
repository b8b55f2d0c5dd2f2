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
import type { components } from './schema.ts';
import type { Handler, Localized, Presence, Priority } from './types.ts';

type Schemas = components['schemas'];

/** Narrows fields of a schema, or gives a shape to what it leaves open; a field that is gone does not compile. */
type Shape<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? unknown : never },
> = Omit<Required<Schema>, keyof Fields> & Fields;

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
export type AgentPresence = Shape<
  Schemas['AgentPresenceDto'],
  {
    agent_id: AgentId;
    chosen: Presence;
    reason: BreakReason | null;
    effective: Presence;
    away_because: 'inactive' | 'missed_offers' | 'forced' | null;
    work: Record<WorkKind, number>;
  }
>;

export type Skill = Shape<
  Schemas['SkillDto'],
  {
    id: SkillId;
  }
>;

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

export type AgentProfile = Shape<
  Schemas['ProfileDto'],
  {
    agent_id: AgentId;
    skills: SkillNeed[];
    capacity: Capacity;
    calendar_id: string | null;
  }
>;

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

export type Queue = Shape<
  Schemas['QueueDto'],
  {
    id: QueueId;
    teams: TeamId[];
    priorities: Priorities;
    order: 'specialists_first' | 'best_first';
    tie: 'longest_idle' | 'least_busy';
    continuity: Continuity;
    eases: EaseStep[];
    delivery: QueueDelivery;
    calendar_id: string | null;
    out_of_hours: OutOfHours;
  }
>;
export type QueueBody = Partial<Omit<Queue, 'id' | 'waiting'>>;

export type QueueItem = Shape<
  Schemas['QueueItemDto'],
  {
    id: QueueItemId;
    conversation_id: ConversationId;
    inbox_id: InboxId;
    queue_id: QueueId;
    state: 'waiting' | 'offered' | 'assigned' | 'ended';
    agent_id: AgentId | null;
    credits: Credits;
    severity: Priority;
    needs: SkillNeed[];
  }
>;

export interface RoutingSettings {
  offline_grace_s: number;
  away_grace_s: number | null;
  hand_over: WorkKind[];
  missed_offers_max: number;
  away_after_s: number;
  /** How many of a hundred are to be answered in time, 1 to 100. */
  service_level_percent: number;
  /** Within which time an answer is in time. */
  service_level_s: number;
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

export type Decision = Shape<
  Schemas['DecisionDto'],
  {
    agent_id: AgentId;
    queue_id: QueueId;
    mode: { kind: 'offer'; until: string } | { kind: 'direct'; answer_by: string | null };
    explanation: Explanation;
  }
>;

export type ConversationRouting = Shape<
  Schemas['ConversationRoutingDto'],
  {
    item: QueueItem | null;
    estimate: { mean_s: number; from_s: number; to_s: number } | null;
    /** Newest first. */
    decisions: Decision[];
  }
>;

export type Offer = Shape<
  Schemas['OfferDto'],
  {
    item_id: QueueItemId;
    conversation_id: ConversationId;
    inbox_id: InboxId;
    queue_id: QueueId;
    severity: Priority;
    reason: Reason;
    trigger: Trigger;
    from_agent_id: AgentId | null;
  }
>;
export type OfferOutcome = 'accepted' | 'declined' | 'expired' | 'revoked';

/** Where a conversation is sent. */
export type Target =
  { kind: 'agent'; id: AgentId } | { kind: 'team'; id: TeamId } | { kind: 'queue'; id: QueueId };

export type FloorConversation = Shape<
  Schemas['FloorConversationDto'],
  {
    id: ConversationId;
    inbox_id: InboxId;
    deadline: Deadline | null;
    handler: Handler;
  }
>;

export type FloorAgent = AgentPresence & { conversations: FloorConversation[] };

export type FloorQueue = Shape<
  Schemas['FloorQueueDto'],
  {
    id: QueueId;
    oldest_conversation_id: ConversationId | null;
  }
>;

export interface Floor {
  agents: FloorAgent[];
  queues: FloorQueue[];
}

export interface ReassignResult {
  done: ConversationId[];
  failed: { id: ConversationId; code: string; detail: string }[];
}

/** Figures of one queue, or of all; a share or a time is null without data. */
export type WallboardFigures = Required<Schemas['BoardDto']>;

export type Wallboard = Shape<
  Schemas['WallboardDto'],
  {
    queues: (WallboardFigures & { id: QueueId; name: string })[];
    totals: WallboardFigures;
    agents: Record<Presence, number>;
  }
> & {
  /** How many of a hundred are to be answered within `target_s`. */
  target_percent?: number;
};
