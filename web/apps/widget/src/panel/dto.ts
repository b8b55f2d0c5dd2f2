/** Wire types of the visitor API (`/api/v1/widget`) as the panel reads them. */

export type Locale = 'zh-CN' | 'en';
export type Localized = Partial<Record<Locale, string>>;

export interface PrechatField {
  key: string;
  label: Localized;
  kind: 'text' | 'email' | 'phone';
  required: boolean;
}

export interface OfficeHours {
  /** 1 = Monday … 7 = Sunday. */
  weekday: number;
  from: string;
  to: string;
}

export interface WidgetSettings {
  color: string;
  position: 'left' | 'right';
  avatar_url: string | null;
  title: Localized;
  greeting: Localized;
  offline_text: Localized;
  prechat: { enabled: boolean; fields: PrechatField[] };
  office_hours: OfficeHours[];
  time_zone: string;
  require_identity: boolean;
  show_typing_preview: boolean;
  first_response_s: number;
  default_locale: Locale;
}

export interface Person {
  name: string;
  avatar_url: string | null;
}

export interface WidgetConfig {
  inbox_name: string;
  settings: WidgetSettings;
  is_online: boolean;
  agents: Person[];
  server_time: string;
}

export interface Visitor {
  contact_id: string;
  name: string;
  has_email: boolean;
  is_verified: boolean;
}

export interface WidgetConversation {
  id: string;
  revision: number;
  status: 'open' | 'resolved';
  assignee: Person | null;
  session: { id: string; rating: { score: number } | null; is_resolved: boolean } | null;
  last_seq: number;
  contact_seen_seq: number;
  agent_seen_seq: number;
  unread_count: number;
}

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'bold' | 'italic' | 'strike'; inlines: Inline[] }
  | { type: 'link'; href: string; text: string };

export type Block =
  | { type: 'paragraph' | 'quote'; inlines: Inline[] }
  | { type: 'list'; ordered: boolean; items: Inline[][] }
  | { type: 'code'; text: string };

/** A picture with text and a link. */
export interface Card {
  title: string;
  text?: string;
  image_url?: string;
  url?: string;
}

/** An answer that can be given with one tap. */
export interface QuickReply {
  label: string;
  text: string;
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
  width: number | null;
  height: number | null;
  url: string;
  thumbnail_url: string | null;
  kind: 'image' | 'file';
}

export interface Message {
  id: string;
  session_id: string;
  seq: number;
  kind: 'text' | 'system';
  author: {
    kind: 'contact' | 'agent' | 'app' | 'bot' | 'system';
    name: string;
    avatar_url: string | null;
  };
  text: string;
  blocks: Block[];
  quote: { id: string; text: string; author_name: string } | null;
  attachments: Attachment[];
  quick_replies: QuickReply[];
  cards: Card[];
  system: { event: string } | null;
  client_id: string | null;
  delivery: 'pending' | 'sent' | 'delivered' | 'read' | 'failed';
  created_at: string;
  edited_at: string | null;
  recalled_at: string | null;
  revision: number;
}

export interface Started {
  token: string;
  visitor: Visitor;
  conversation: WidgetConversation | null;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type ServerFrame =
  | {
      t: 'sync' | 'event';
      revision: number | null;
      conversation: WidgetConversation | null;
      messages: Message[];
    }
  | { t: 'reset' | 'ping' }
  | { t: 'signal'; kind: string; agent?: { name: string } | null }
  | { t: 'bye'; code: string };

export type ClientFrame =
  | { t: 'hello'; token: string; since: number }
  | { t: 'typing'; text?: string }
  | { t: 'seen'; seq: number }
  | { t: 'page'; url: string; title: string }
  | { t: 'pong' };
