/** Types of the mock API for tests. */
export interface Visitor {
  token: string;
  messages: {
    text: string;
    client_id: string | null;
    kind: string;
    ask?: { kind: string; answer: string | null; answered_at: string | null; note?: string };
  }[];
  conversation: { contact_seen_seq: number; session: { rating: { score: number } | null } } | null;
  attributes: Record<string, string>;
  context?: { page_url: string; page_title: string };
  prechat?: Record<string, string>;
  email: string | null;
  locale?: string;
  transcript?: { email: string };
  seen: { t: string; text?: string; url?: string }[];
}

export interface Question {
  text: string;
  locale: string;
  opened?: string;
  is_helpful?: boolean;
  is_contact?: boolean;
}

export class Service {
  visitors: Map<string, Visitor>;
  /** What agents and the bot do. */
  act(visitor: Visitor, what: { do: string } & Record<string, unknown>): void;
  questions: Question[];
  upload(name: string, type: string, bytes: Uint8Array): Record<string, unknown>;
}
