/** Stand-ins for what is not ours: the line, rows of the server, a settled moment. */
import { vi } from 'vitest';
import type { Socket } from '../../src/chunks/talk/connection';
import type { Message, WidgetConversation } from '../../src/panel/dto';
import type { Outgoing } from '../../src/panel/state';

export class FakeSocket implements Socket {
  static all: FakeSocket[] = [];
  static last = (): FakeSocket => FakeSocket.all[FakeSocket.all.length - 1] as FakeSocket;

  onopen: (() => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: Record<string, unknown>[] = [];
  isClosed = false;

  constructor(readonly url = '') {
    FakeSocket.all.push(this);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.isClosed = true;
  }
  open(): void {
    this.onopen?.();
  }
  hear(frame: unknown): void {
    this.raw(JSON.stringify(frame));
  }
  raw(data: string): void {
    this.onmessage?.({ data } as MessageEvent);
  }
  cut(): void {
    this.onclose?.();
  }
}

export function message(seq: number, changes: Partial<Message> = {}): Message {
  return {
    id: 'ms_' + seq,
    conversation_id: 'cv_1',
    session_id: 'ss_1',
    seq,
    kind: 'text',
    author: { kind: 'agent', name: 'Ellen', avatar_url: null },
    text: 'text ' + seq,
    blocks: [{ type: 'paragraph', inlines: [{ type: 'text', text: 'text ' + seq }] }],
    quote: null,
    attachments: [],
    quick_replies: [],
    cards: [],
    mentions: [],
    system: null,
    client_id: null,
    delivery: 'sent',
    created_at: '2026-11-08T08:00:00Z',
    edited_at: null,
    recalled_at: null,
    revision: seq,
    ...changes,
  };
}

export const ours = (seq: number, clientId: string, changes: Partial<Message> = {}): Message =>
  message(seq, {
    author: { kind: 'contact', name: '', avatar_url: null },
    client_id: clientId,
    ...changes,
  });

export function conversation(changes: Partial<WidgetConversation> = {}): WidgetConversation {
  return {
    id: 'cv_1',
    revision: 1,
    status: 'open',
    assignee: null,
    session: { id: 'ss_1', step: 'response', rating: null, is_resolved: false, may_rate: false },
    last_seq: 0,
    contact_seen_seq: 0,
    agent_seen_seq: 0,
    unread_count: 0,
    ...changes,
  };
}

export function outgoing(clientId: string, changes: Partial<Outgoing> = {}): Outgoing {
  return {
    client_id: clientId,
    text: 'hello',
    attachments: [],
    quote: null,
    prechat: null,
    at: '2026-11-08T08:00:00Z',
    state: 'waiting',
    code: '',
    ...changes,
  };
}

/** Lets promises and due timers run. */
export const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
