import type { Conversation, Message } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import lists from '../cases/lists.json' with { type: 'json' };
import messages from '../cases/messages.json' with { type: 'json' };
import * as realtime from '../src/index.ts';
import { conversation, message, type Partially } from './build.ts';

interface Case {
  name: string;
  me: string;
  snapshot: {
    view: realtime.ViewSpec;
    conversations: (Partially<Conversation> & { id: string })[];
    next: string | null;
    messages?: Record<string, (Partially<Message> & { id: string; seq: number })[]>;
    older?: string[];
  };
  frames: (Omit<realtime.EventFrame, 'conversation' | 'message'> & {
    conversation?: Partially<Conversation> & { id: string };
    message?: Partially<Message> & { id: string; seq: number; conversation_id: string };
  })[];
  expected: {
    list: string[];
    versions: Record<string, number>;
    messages?: Record<string, [string, number][]>;
    is_stale: boolean;
  };
}

function run(given: Case) {
  const { view, conversations, next, messages: held = {}, older = [] } = given.snapshot;
  let state = realtime.emptyState(given.me);
  state = realtime.applyList(state, view, conversations.map(conversation), next);
  for (const [id, rows] of Object.entries(held)) {
    const page = rows.map((row) => message({ ...row, conversation_id: id }));
    state = realtime.applyLatestMessages(state, id, page, older.includes(id));
  }
  const frames = given.frames.map((frame) => ({
    ...frame,
    conversation: frame.conversation && conversation(frame.conversation),
    message: frame.message && message(frame.message),
  }));
  state = realtime.applyEvents(state, frames);
  const list = state.lists.get(realtime.viewKey(view));
  return {
    list: list?.ids,
    versions: Object.fromEntries([...state.conversations].map(([id, row]) => [id, row.version])),
    messages: Object.fromEntries(
      [...state.messages].map(([id, m]) => [id, m.items.map((row) => [row.id, row.revision])]),
    ),
    is_stale: list?.isStale,
  };
}

describe('shared cases', () => {
  for (const given of [...lists, ...messages] as unknown as Case[]) {
    it(given.name, () => {
      expect(run(given)).toEqual({ messages: {}, ...given.expected });
    });
  }
});
