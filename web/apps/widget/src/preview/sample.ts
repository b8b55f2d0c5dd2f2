/** The situations a preview shows, made of the inbox's settings and a little sample talk. */
import type {
  Message,
  Person,
  WidgetConfig,
  WidgetConversation,
  WidgetSettings,
} from '../panel/dto';
import type { Locale } from '../panel/dto';
import type { State } from '../panel/state';

/** What the console tells. */
export interface Look {
  settings: WidgetSettings;
  /** The customer's language, whatever the reader's. */
  locale: Locale;
  /** Who answers in this inbox. */
  agents: Person[];
  scene: Scene;
}

/** `start`: nothing written yet. `away`: outside office hours. `form`: questions come first. */
export type Scene = 'start' | 'away' | 'form' | 'talk' | 'rating';

const words: Record<Locale, { ask: string; answer: string; thanks: string; name: string }> = {
  'zh-CN': {
    ask: '您好，茶壶的盖子可以单独购买吗？',
    answer: '您好，可以的。方便的话，请告诉我订单号，我来为您查询。',
    thanks: '订单号是 20261108，谢谢。',
    name: '客服',
  },
  en: {
    ask: 'Hello, can I buy a lid for my teapot on its own?',
    answer: 'Hello, you can. Could you tell me the order number, so that I can look it up?',
    thanks: 'It is 20261108, thank you.',
    name: 'Support',
  },
};

/** A time of day that does not change the preview while it is looked at. */
const AT = [10, 11, 12].map((minute) => {
  const at = new Date();
  at.setHours(10, minute, 0, 0);
  return at.toISOString();
});

function message(seq: number, author: Message['author'], text: string): Message {
  return {
    id: 'ms_' + seq,
    conversation_id: 'cv_1',
    session_id: 'ss_1',
    seq,
    kind: 'text',
    author,
    text,
    blocks: [{ type: 'paragraph', inlines: [{ type: 'text', text }] }],
    quote: null,
    attachments: [],
    quick_replies: [],
    cards: [],
    mentions: [],
    system: null,
    client_id: null,
    delivery: 'read',
    created_at: AT[seq - 1] ?? '',
    edited_at: null,
    recalled_at: null,
    revision: seq,
  };
}

/** Whether the situation needs a conversation. */
export const isTalk = (scene: Scene): boolean => scene === 'talk' || scene === 'rating';

/** The panel's state for a look, besides the machinery of the conversation. */
export function stateOf({ settings, agents, locale, scene }: Look): Partial<State> {
  const config: WidgetConfig = {
    inbox_name: '',
    settings,
    agents,
    is_online: scene !== 'away',
    // Nothing is asked of a server in a preview.
    has_articles: false,
    server_time: '',
    limits: { message_chars: 10_000, attachment_bytes: 0, attachments_per_message: 0 },
  };
  const sheet = scene === 'form' && settings.prechat.enabled ? 'form' : null;
  if (!isTalk(scene)) return { config, sheet, conversation: null, messages: [] };
  const { ask, answer, thanks, name } = words[locale];
  const person = agents[0] ?? { name, avatar_url: null };
  const them = { kind: 'agent', id: null, ...person } as Message['author'];
  const us = { kind: 'contact', id: null, name: '', avatar_url: null } as Message['author'];
  const isResolved = scene === 'rating';
  const conversation: WidgetConversation = {
    id: 'cv_1',
    revision: 1,
    status: isResolved ? 'resolved' : 'open',
    assignee: person,
    session: {
      id: 'ss_1',
      step: isResolved ? 'feedback' : 'response',
      rating: null,
      is_resolved: isResolved,
      may_rate: isResolved && settings.rating.enabled,
    },
    last_seq: 3,
    contact_seen_seq: 3,
    agent_seen_seq: 3,
    unread_count: 0,
  };
  const messages = [message(1, us, ask), message(2, them, answer), message(3, us, thanks)];
  return { config, sheet, conversation, messages };
}
