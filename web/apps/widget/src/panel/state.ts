/** The panel's state: everything the view shows, and nothing it does not. */
import type { Link } from '../chunks/talk/connection';
import type { Talk } from '../chunks/talk/talk';
import type { Attachment, Locale, Message, Visitor, WidgetConfig, WidgetConversation } from './dto';

/** A message on its way. Its `client_id` lets the server and us recognise it again. */
export interface Outgoing {
  client_id: string;
  text: string;
  attachments: Attachment[];
  quote: Message['quote'];
  prechat: Record<string, string> | null;
  at: string;
  state: 'waiting' | 'sending' | 'failed';
  /** Why it failed. */
  code: string;
}

export interface Upload {
  key: number;
  name: string;
  size: number;
  /** 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  /** Why it failed; the name of a text. */
  code: string | null;
  cancel(): void;
}

/** What lies over the composer. */
export type Sheet = 'menu' | 'emoji' | 'form' | 'transcript' | 'end' | 'logout' | 'help' | null;

export interface State {
  /** The conversation's machinery, once there is something to talk about. */
  talk: Talk | null;
  /** Why there is nothing to talk to, or null. */
  failure: string | null;
  config: WidgetConfig | null;
  locale: Locale;
  visitor: Visitor | null;
  conversation: WidgetConversation | null;
  /** By `seq`, without gaps from the oldest loaded one. */
  messages: Message[];
  hasOlder: boolean;
  outbox: Outgoing[];
  uploads: Upload[];
  quote: Message | null;
  draft: string;
  link: Link;
  isOffline: boolean;
  typing: string | null;
  /** The panel is shown on the host page. */
  isOpen: boolean;
  isMuted: boolean;
  sheet: Sheet;
  /** The first message that was unread when the panel was opened. */
  newFrom: number | null;
  /** No sends before this time; the server asked us to slow down. */
  slowUntil: number;
  /** Spoken by screen readers. */
  announcement: string;
  /** An attachment shown large. */
  viewed: Attachment | null;
  /** The session being rated; stays on the screen while details are added. */
  rating: { session: string; isDone: boolean } | null;
}

export const initialState: State = {
  talk: null,
  failure: null,
  config: null,
  locale: 'en',
  visitor: null,
  conversation: null,
  messages: [],
  hasOlder: false,
  outbox: [],
  uploads: [],
  quote: null,
  draft: '',
  link: 'idle',
  isOffline: false,
  typing: null,
  isOpen: false,
  isMuted: false,
  sheet: null,
  newFrom: null,
  slowUntil: 0,
  announcement: '',
  viewed: null,
  rating: null,
};

/** Whether questions come before the first message: the inbox asks, or nobody is there. */
export function needsForm({ config, conversation, visitor, outbox }: State): boolean {
  if (!config || conversation || outbox.length || visitor?.is_verified) return false;
  return config.settings.prechat.enabled || !(config.is_online || visitor?.has_email);
}
