/**
 * What a customer is told before it disappoints them: expectation notes and notices before a
 * service, and the questions in the chat that an answer is asked to.
 */
import type {
  CaseId,
  ContactId,
  ConversationId,
  InboxId,
  MessageId,
  ServiceNoticeId,
  TopicId,
} from './ids.ts';
import type { Stage } from './journey.ts';
import type { Localized } from './types.ts';

export const NOTICE_KINDS = ['expectation', 'notice'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Where an entry fits; every list that is not empty must hold what is there. */
export interface NoticeSituation {
  inbox_ids: InboxId[];
  topic_ids: TopicId[];
  /** Keys of case types; such an entry is never met without a case. */
  case_types: string[];
  stages: Stage[];
}

/** One entry of the catalogue. */
export interface NoticeEntry {
  key: string;
  kind: NoticeKind;
  is_enabled: boolean;
  name: Localized;
  text: Localized;
  situation: NoticeSituation;
  /** How bad it is if the customer did not know, 1 to 5. */
  severity: number;
  /** How often it comes to that, 1 to 5. */
  likelihood: number;
}

export interface NoticeRules {
  /** Proposed from this score on: severity × likelihood × experience. */
  threshold: number;
  /** How long what was told counts as known; 0 tells it every time. */
  repeat_after_days: number;
  entries: NoticeEntry[];
}

export interface NoticeSettings {
  settings: NoticeRules;
  /** 0: as it came with the program. */
  version: number;
}

export type Experience = 'new' | 'some' | 'regular';

/** Something this customer should be told, and why. */
export interface NoticeProposal {
  key: string;
  kind: NoticeKind;
  name: string;
  /** In the customer's language. */
  text: string;
  texts: Localized;
  severity: number;
  likelihood: number;
  experience: Experience;
  has_complained: boolean;
  /** How often they were told before. */
  earlier: number;
  score: number;
  threshold: number;
}

/** How a customer let us know that they know. */
export const ACKNOWLEDGED_BY = ['message', 'phone', 'in_person', 'letter'] as const;
export type AcknowledgedBy = (typeof ACKNOWLEDGED_BY)[number];

export interface Acknowledgement {
  at: string;
  by: { kind: 'contact' | 'agent'; id: string | null };
  by_name: string;
  means: AcknowledgedBy | 'widget' | 'portal';
  note: string | null;
}

/** What was told, as it was said. */
export interface ServiceNotice {
  id: ServiceNoticeId;
  key: string;
  kind: NoticeKind;
  name: string;
  text: string;
  contact_id: ContactId;
  conversation_id: ConversationId | null;
  case_id: CaseId | null;
  message_id: MessageId | null;
  score: number;
  made_by_name: string;
  created_at: string;
  acknowledgement: Acknowledgement | null;
}

export interface Notices {
  proposals: NoticeProposal[];
  items: ServiceNotice[];
}

export interface NoticeBody {
  client_id: string;
  key: string;
  /** Own words; without them the catalogue's in the customer's language. */
  text?: string | null;
  /** Said elsewhere: kept without sending anything, and acknowledged by the same. */
  told?: { means: AcknowledgedBy; note?: string } | null;
}

/** What a message asks its customer, and what they said. */
export interface MessageAsk {
  kind: 'notice' | 'solved';
  notice_id: ServiceNoticeId | null;
  case_id: CaseId | null;
  number: string | null;
  answer: 'acknowledged' | 'confirmed' | 'disputed' | 'over' | null;
  answered_at: string | null;
}

// Reports

export const EXPECTATIONS = ['disappointed', 'satisfied', 'delighted'] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

/** What was received beside what was expected, of one group of ratings. */
export interface ExpectationRow {
  /** Null: those without. */
  key: string | null;
  name: string;
  rated: number;
  /** Those who said what they had expected. */
  answered: number;
  disappointed: number;
  satisfied: number;
  delighted: number;
  /** Mean of received − expected, in hundredths of a star. */
  gap_hundredths: number;
}

export const EXPECTATION_GROUPS = [
  'by_day',
  'by_inbox',
  'by_topic',
  'by_agent',
  'by_team',
] as const;
export type ExpectationGroup = (typeof EXPECTATION_GROUPS)[number];
export type ExpectationReport = { total: ExpectationRow } & Record<
  ExpectationGroup,
  ExpectationRow[]
>;

export interface ExpectationQuery {
  from: string;
  to: string;
  inbox_id?: string;
  topic_id?: string;
  agent_id?: string;
  team_id?: string;
}

export interface ExpectationSession {
  session_id: string;
  conversation_id: ConversationId;
  number: number;
  contact_name: string;
  agent_id: string | null;
  agent_name: string;
  score: number;
  expected: number;
  comment: string | null;
  rated_at: string;
}

export interface NoticeRow {
  key: string;
  name: string;
  sent: number;
  acknowledged: number;
  /** A complaint by the customer within `complaint_days`. */
  complained: number;
}

export interface NoticeReport {
  complaint_days: number;
  total: NoticeRow;
  by_key: NoticeRow[];
}

export type NoticeAbout = 'sent' | 'acknowledged' | 'open' | 'complained';

export interface NoticeItem {
  notice: ServiceNotice;
  contact_name: string;
  conversation_number: number | null;
  complaint_id: CaseId | null;
  complaint_number: string | null;
}
