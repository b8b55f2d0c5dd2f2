/** The frames of the agents' stream, as JSON with the discriminator `t`. */
import type { AgentId, Conversation, ConversationId, Message } from '@zhiyin/api';

export interface EventFrame {
  t: 'event';
  seq: number;
  type: string;
  at: string;
  actor: { kind: string; id: string | null };
  /** The present row of the conversation the event touched. */
  conversation?: Conversation | null;
  /** The present row of the message the event touched. */
  message?: Message | null;
  /** A conversation that is no longer ours to see. */
  removed?: ConversationId | null;
  data?: Record<string, unknown> | null;
}

export interface SignalFrame {
  t: 'signal';
  kind: 'typing' | 'viewing' | 'presence' | 'preview';
  conversation: ConversationId | null;
  agent_id: AgentId | null;
  contact: boolean;
  /** When the signal stops being true unless repeated. */
  until: string | null;
  text?: string | null;
}

export type ServerFrame =
  | EventFrame
  | SignalFrame
  | { t: 'ready'; seq: number }
  | { t: 'reset'; seq: number }
  | { t: 'seq'; seq: number }
  | { t: 'ping' }
  | { t: 'bye'; code: string };

export type ClientFrame =
  | { t: 'hello'; since: number | null; topics: string[] }
  | { t: 'watch'; conversation: ConversationId | null }
  | { t: 'typing'; conversation: ConversationId; text?: boolean }
  | { t: 'pong' };

const kinds = new Set(['event', 'signal', 'ready', 'reset', 'seq', 'ping', 'bye']);

/** Reads a frame; what we do not understand is null and is skipped, so the server may add kinds. */
export function parseFrame(text: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const kind = (value as { t?: unknown }).t;
  return typeof kind === 'string' && kinds.has(kind) ? (value as ServerFrame) : null;
}
