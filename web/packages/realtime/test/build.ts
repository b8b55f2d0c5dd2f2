/** Rows with believable defaults; the same defaults as `cases/README.md` states. */
import type { Conversation, Message } from '@zhiyin/api';

export type Partially<T> = { [K in keyof T]?: T[K] };

export function conversation(given: Partially<Conversation> & { id: string }): Conversation {
  return {
    number: 1,
    inbox_id: 'ib_1',
    channel: 'web',
    contact: { id: 'ct_1', name: 'Lin', locale: 'en', is_verified: false },
    status: { kind: 'open' },
    is_blocked: false,
    handler: 'none',
    assignee_id: null,
    team_id: null,
    priority: 'normal',
    tag_ids: [],
    session: null,
    last_message: null,
    last_activity_at: given.created_at ?? '2026-01-01T00:00:00Z',
    waiting_since: null,
    unread_count: 0,
    last_seq: 0,
    contact_seen_seq: 0,
    agent_seen_seq: 0,
    created_at: '2026-01-01T00:00:00Z',
    version: 1,
    ...given,
  };
}

export function message(
  given: Partially<Message> & { id: string; conversation_id: string; seq: number },
): Message {
  return {
    session_id: 'ss_1',
    kind: 'text',
    author: { kind: 'contact', id: 'ct_1', name: 'Lin', avatar_url: null },
    text: '',
    blocks: [],
    quote: null,
    attachments: [],
    quick_replies: [],
    cards: [],
    mentions: [],
    system: null,
    client_id: null,
    delivery: 'sent',
    created_at: '2026-01-01T00:00:00Z',
    edited_at: null,
    recalled_at: null,
    revision: 1,
    ...given,
  };
}
