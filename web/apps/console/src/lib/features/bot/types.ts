/** The bot as it travels. Documents are stored and sent as they are. */
import type { Locale, Localized } from '@zhiyin/api';

// The bot of an inbox

export interface Thresholds {
  answer: number;
  suggest: number;
}

export interface Learned extends Thresholds {
  answers: { shown: number; helped: number; not_helped: number };
  suggestions: { shown: number; taken: number; refused: number };
}

export interface BotSettings {
  is_enabled: boolean;
  name: Localized;
  starts: 'always' | 'out_of_hours';
  greeting_flow_id: string | null;
  /** Null: learned from what customers say. */
  thresholds: Thresholds | null;
  when_unsure: 'person' | 'ask_again';
  idle_minutes: number;
  tries_max: number;
  queue_id: string | null;
  learned: Learned;
  version: number;
}

export type BotSettingsBody = Omit<BotSettings, 'learned'>;

// The test bench

export const OUTCOMES = ['answered', 'suggested', 'passed_on'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Totals = Record<Outcome, number>;
export type ReplaySource = 'questions' | 'sessions';

export interface ReplayItem {
  text: string;
  at: string;
  outcome: Outcome;
  present_outcome: Outcome;
  confidence: number;
  articles: { id: string; title: string; confidence: number }[];
  is_helpful: boolean | null;
}

export interface Replay {
  thresholds: Thresholds;
  present: Thresholds;
  totals: Totals;
  present_totals: Totals;
  items: ReplayItem[];
}

// Flows

export const FIELD_KINDS = ['text', 'email', 'phone', 'number', 'date', 'choice'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export interface FlowField {
  key: string;
  question: Localized;
  kind: FieldKind;
  is_required: boolean;
  pattern: string | null;
  options: Localized[];
  error: Localized | null;
}

export const OPERATORS = [
  'is',
  'is_not',
  'contains',
  'is_empty',
  'is_present',
  'at_least',
  'at_most',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface FlowTest {
  field: string;
  operator: Operator;
  value: string;
}

export interface FlowButton {
  label: Localized;
  next: string;
}

export interface FlowBranch {
  all: FlowTest[];
  next: string;
}

export interface FlowMapping {
  field: string;
  pointer: string;
}

interface Steps {
  message: { text: Localized; next: string };
  buttons: { text: Localized; buttons: FlowButton[]; otherwise: string | null };
  form: { text: Localized | null; fields: FlowField[]; next: string };
  answer: { question: string | null; answered: string; unanswered: string };
  condition: { branches: FlowBranch[]; otherwise: string };
  http: {
    method: 'get' | 'post';
    url: string;
    body: Record<string, string> | null;
    secret: string | null;
    mapping: FlowMapping[];
    time_limit_ms: number;
    needs_identity: boolean;
    next: string;
    on_error: string;
  };
  verify: { text: Localized | null; next: string; on_failure: string };
  set_attribute: { target: 'field' | 'contact'; key: string; value: string; next: string };
  hours: { open: string; closed: string };
  hand_over: { text: Localized | null; queue_id: string | null };
  end: { text: Localized | null; resolves: boolean };
}

export type StepKind = keyof Steps;
export type StepOf<Kind extends StepKind> = { id: string; kind: Kind } & Steps[Kind];
export type FlowStep = { [Kind in StepKind]: StepOf<Kind> }[StepKind];

export interface FlowDocument {
  format: 1;
  start: string;
  triggers: string[];
  /** Where an editor put steps; kept, not read. Ours lays them out by itself. */
  layout: Record<string, [number, number]>;
  steps: FlowStep[];
}

export interface FlowProblem {
  path: string;
  code: string;
  detail: string;
}

export interface FlowSummary {
  id: string;
  name: string;
  published_revision: number | null;
  has_changes: boolean;
  created_at: string;
  updated_at: string;
  version: number;
}

export interface Flow extends FlowSummary {
  document: FlowDocument;
  problems: FlowProblem[];
}

export interface FlowRevision {
  revision: number;
  document: FlowDocument;
  published_at: string;
  published_by: string | null;
}

export interface StepStatistics {
  step: string;
  entered: number;
  left: number;
  to_person: number;
  ended: number;
}

// The simulator

export interface SimulateBody {
  document: FlowDocument | null;
  locale: Locale;
  inputs: string[];
  is_open: boolean;
  is_verified: boolean;
  http: Record<string, { status: number; body: unknown }>;
  answers: Record<string, 'answered' | 'unanswered'>;
}

export interface Call {
  step: string;
  method: string;
  url: string;
  body?: unknown;
}

export interface Turn {
  from: 'bot' | 'visitor';
  step: string | null;
  text: string;
  quick_replies: { label: string; text: string }[];
}

export interface Simulated {
  turns: Turn[];
  path: string[];
  step: string | null;
  fields: Record<string, string>;
  end: null | 'handed_over' | 'ended' | 'resolved' | 'stopped';
  waits_for: null | { kind: 'customer' } | ({ kind: 'http' } & Call);
  calls: Call[];
  problems: FlowProblem[];
}

export interface BotSecret {
  name: string;
  updated_at: string;
}
