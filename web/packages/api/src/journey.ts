/** Wire types and calls of the journey: clocks, calendars, standards, promises, moments of truth. */
import type { Http } from './http.ts';
import type {
  AgentId,
  CalendarId,
  ContactId,
  ConversationId,
  InboxId,
  PromiseId,
  QueueId,
  SessionId,
  StandardId,
  TagId,
  TeamId,
} from './ids.ts';
import type { JourneyStep, Localized, OfficeHours, Page, Priority } from './types.ts';
import type { Result } from './result.ts';
import type { components } from './schema.ts';
import type { Narrow, Shape } from './shape.ts';

type Schemas = components['schemas'];

export const JOURNEY_STEPS = [
  'entry',
  'triage',
  'classification',
  'response',
  'resolution',
  'feedback',
  'after_care',
] as const satisfies readonly JourneyStep[];

export const STAGES = ['pre_sales', 'in_sales', 'after_sales'] as const;
/** Before, during or after a purchase. */
export type Stage = (typeof STAGES)[number];

// Clocks

export type Metric = 'first_response' | 'next_response' | 'resolution' | `step.${JourneyStep}`;
/** In the order forms and lists show them. */
export const METRICS: readonly Metric[] = [
  'first_response',
  'next_response',
  'resolution',
  ...JOURNEY_STEPS.map((step) => `step.${step}` as const),
];

export type Pause = 'customer' | 'third_party' | 'snoozed';

/** What is due next in a conversation. */
export type Deadline = Shape<Schemas['DeadlineDto'], { metric: Metric; due_at: string | null }>;

export type JourneyStepProgress = Shape<
  Schemas['JourneyStepDto'],
  {
    step: JourneyStep;
    entered_at: string | null;
    left_at: string | null;
    target_s: number | null;
    due_at: string | null;
  }
>;

export type ClockProgress = Shape<
  Schemas['ClockDto'],
  { metric: Metric; due_at: string | null; running: 'running' | 'paused' | 'stopped' }
>;

export type Journey = Shape<
  Schemas['JourneyDto'],
  {
    session_id: SessionId;
    standard: { id: StandardId; name: string } | null;
    step: JourneyStep;
    /** Always seven, in order. */
    steps: JourneyStepProgress[];
    /** Targets that have begun, but for those of steps. */
    clocks: ClockProgress[];
    pauses: Pause[];
  }
>;

// Calendars

export type HolidayRule =
  | { kind: 'fixed'; month: number; day: number }
  | { kind: 'lunar'; month: number; day: number }
  | { kind: 'qingming' }
  | { kind: 'nth_weekday'; month: number; weekday: number; nth: number }
  | { kind: 'easter' };

export interface Holiday {
  name: string;
  rule: HolidayRule;
  offset_days: number;
  days: number;
}

export interface Interval {
  from: string;
  to: string;
}

export type DayKind =
  | { kind: 'closed' }
  | { kind: 'like_weekday'; weekday: number }
  | { kind: 'open'; intervals: Interval[] };

export interface CalendarRules {
  time_zone: string;
  weekly: OfficeHours[];
  holidays: Holiday[];
  /** What holds on single days, by `YYYY-MM-DD`. */
  exceptions: Record<string, { name: string; day: DayKind }>;
}

export type Calendar = Shape<
  Schemas['CalendarDto'],
  { id: CalendarId; rules: CalendarRules; next_change_at: string | null }
>;

export type CalendarDay = Shape<
  Schemas['CalendarDayDto'],
  { intervals: Interval[]; kind: 'regular' | 'holiday' | 'exception' }
>;

export type LeftOut = Schemas['LeftOutDto'];

export type CalendarImport = Shape<Schemas['CalendarImportDto'], { calendar: Calendar }>;

// Standards

export interface StandardConditions {
  inboxes: InboxId[];
  channels: string[];
  topics: string[];
  tier_from: number | null;
  tier_to: number | null;
  languages: string[];
  priorities: Priority[];
  stages: Stage[];
  teams: TeamId[];
}

export interface StandardTarget {
  metric: Metric;
  within_s: number;
  basis: 'wall' | 'business';
  warn_percent: number[];
  pauses: Pause[];
  is_restarted_on_reopen: boolean;
}

export type StandardAction =
  | { kind: 'notify'; assignee: boolean; supervisors: boolean; agents: AgentId[] }
  | { kind: 'raise_priority'; to: Priority }
  | { kind: 'reassign' }
  | { kind: 'move_to_queue'; queue_id: QueueId }
  | { kind: 'tag'; tag_id: TagId };

export interface OnMoment {
  metric: Metric | null;
  when: 'warning' | 'breach';
  action: StandardAction;
}

export interface StandardTerms {
  conditions: StandardConditions;
  targets: StandardTarget[];
  actions: OnMoment[];
  guidance: Partial<Record<JourneyStep, Localized>>;
}

/** What actions need to know of a queue. */
export interface QueueName {
  id: QueueId;
  name: string;
}

export type Standard = Shape<
  Schemas['StandardDto'],
  { id: StandardId; calendar_id: CalendarId | null; terms: StandardTerms }
>;

export type StandardBody = Shape<
  Required<Schemas['StandardBody']>,
  { calendar_id: CalendarId | null; terms: StandardTerms }
>;

// Promises

export type PromiseKind = Schemas['PromiseKindDto'];
export const PROMISE_KINDS: readonly PromiseKind[] = ['reply', 'call_back', 'other'];
export type PromiseStatus = 'open' | 'kept' | 'broken' | 'cancelled';

/** Something a customer was told would be done, by when. */
export type CustomerPromise = Shape<
  Schemas['PromiseDto'],
  {
    id: PromiseId;
    conversation_id: ConversationId;
    contact: { id: ContactId; name: string };
    kind: PromiseKind;
    owner_id: AgentId | null;
    status: PromiseStatus;
  }
>;

export type PromiseBody = Narrow<
  Schemas['PromiseBody'],
  { text: string; phone?: string; owner_id?: AgentId | null }
>;

/** A promise found in what an agent wrote, to be noted or not. */
export type PromiseSuggestion = Schemas['PromiseSuggestionDto'];

export type PromisePatch = Schemas['PromisePatchBody'];

export interface PromiseQuery {
  status?: PromiseStatus | 'all';
  mine?: boolean;
  conversation_id?: ConversationId;
  cursor?: string;
  limit?: number;
}

// Moments of truth

export type StepFacts = Shape<Schemas['StepFactsDto'], { step: JourneyStep }>;

/** `repeating` counts sessions whose customer said the same again, `repeats` how often. */
export type JourneyReport = Shape<Schemas['JourneyReportDto'], { steps: StepFacts[] }>;

export type JourneyAbout = 'slowest' | 'left' | 'repeats';

export type JourneySession = Narrow<
  Schemas['JourneySessionDto'],
  { session_id: SessionId; conversation_id: ConversationId }
>;

export interface ReportQuery {
  from: string;
  to: string;
  inbox_id?: InboxId;
}

export class JourneyApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  getJourney = (id: ConversationId) => this.#http.get<Journey>(`/conversations/${id}/journey`);
  /** Both answer with the conversation as it is now. */
  setStage = <Row>(id: ConversationId, stage: Stage | null) =>
    this.#http.put<Row>(`/conversations/${id}/classification`, { stage });
  setWaitingOn = <Row>(id: ConversationId, whom: 'third_party' | 'nobody') =>
    this.#http.put<Row>(`/conversations/${id}/waiting_on`, { whom });

  listCalendars = () => this.#http.get<Page<Calendar>>('/calendars');
  getCalendar = (id: CalendarId) => this.#http.get<Calendar>(`/calendars/${id}`);
  createCalendar = (body: Shape<Schemas['CalendarBody'], { rules: CalendarRules }>) =>
    this.#http.create<Calendar>('/calendars', body);
  updateCalendar = (
    id: CalendarId,
    body: Shape<Schemas['CalendarPatchBody'], { rules?: CalendarRules; version: number }>,
  ) => this.#http.patch<Calendar>(`/calendars/${id}`, body);
  deleteCalendar = (id: CalendarId) => this.#http.delete(`/calendars/${id}`);
  importCalendar = (id: CalendarId, text: string) =>
    this.#http.post<CalendarImport>(`/calendars/${id}/import`, { text });
  /** How the days of rules would be that are not saved yet. */
  previewCalendar = (rules: CalendarRules, from: string, days: number) =>
    this.#http.post<{ items: CalendarDay[] }>('/calendars/preview', { rules, from, days });

  listQueueNames = () => this.#http.get<Page<QueueName>>('/queues');
  listStandards = () => this.#http.get<Page<Standard>>('/standards');
  createStandard = (body: StandardBody) => this.#http.create<Standard>('/standards', body);
  updateStandard = (id: StandardId, body: Partial<StandardBody> & { version: number }) =>
    this.#http.patch<Standard>(`/standards/${id}`, body);
  deleteStandard = (id: StandardId) => this.#http.delete(`/standards/${id}`);
  orderStandards = (ids: StandardId[]) =>
    this.#http.put<Page<Standard> | undefined>('/standards/order', { ids });

  listPromises = (query: PromiseQuery) =>
    this.#http.get<Page<CustomerPromise>>('/promises', { ...query });
  createPromise = (id: ConversationId, body: PromiseBody) =>
    this.#http.create<CustomerPromise>(`/conversations/${id}/promises`, body);
  /** What a text promises, and by when; nothing is stored. */
  suggestPromises = (id: ConversationId, text: string) =>
    this.#http.post<{ items: PromiseSuggestion[] }>(`/conversations/${id}/promises/suggestions`, {
      text,
    });
  updatePromise = (id: PromiseId, body: PromisePatch) =>
    this.#http.patch<CustomerPromise>(`/promises/${id}`, body);
  keepPromise = (id: PromiseId) => this.#http.post<CustomerPromise>(`/promises/${id}/keep`);
  cancelPromise = (id: PromiseId, reason: string) =>
    this.#http.post<CustomerPromise>(`/promises/${id}/cancel`, { reason });

  getReport = (query: ReportQuery): Promise<Result<JourneyReport>> =>
    this.#http.get<JourneyReport>('/reports/journey', { ...query });
  listReportSessions = (query: ReportQuery & { step: JourneyStep; about: JourneyAbout }) =>
    this.#http.get<{ items: JourneySession[] }>('/reports/journey/sessions', { ...query });
}
