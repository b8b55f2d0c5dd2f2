import type { Case } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { ConversationCases } from './beside.svelte.ts';
import { caseEvent, someCase } from './fixtures.ts';

const settle = () => new Promise((done) => setTimeout(done, 0));
const closed = { category: 'closed', since: '', by: null, grounds: null } as const;

function open(rows: Case[]) {
  let asked = 0;
  const linked: string[] = [];
  const model = new ConversationCases('cv_1', {
    listConversationCases: async () => {
      asked += 1;
      return { ok: true, value: { items: rows, next: null } };
    },
    linkCaseConversation: async (id) => {
      linked.push(id);
      return { ok: true, value: { items: [] } };
    },
  });
  return { model, linked, asked: () => asked };
}

describe('the cases beside a conversation', () => {
  it('begin with what is unsolved, then the newest', async () => {
    const { model } = open([
      someCase({ id: 'over', status: closed, updated_at: '2026-03-05T08:00:00Z' }),
      someCase({ id: 'old', updated_at: '2026-03-01T08:00:00Z' }),
      someCase({ id: 'new', updated_at: '2026-03-04T08:00:00Z' }),
    ]);
    await settle();
    expect(model.items.map((row) => row.id)).toEqual(['new', 'old', 'over']);
  });

  it('follow what happens to them, and take in what was opened from here', async () => {
    vi.useFakeTimers();
    try {
      const { model, asked } = open([someCase({ id: 'a', version: 2 })]);
      await vi.advanceTimersByTimeAsync(0);
      model.onEvent(caseEvent('case.changed', someCase({ id: 'a', title: 'Old', version: 1 })));
      model.onEvent(caseEvent('case.changed', someCase({ id: 'x' })));
      await vi.advanceTimersByTimeAsync(1_000);
      expect([model.items[0]?.title, asked()]).toEqual(['The kettle leaks', 1]);
      model.onEvent(caseEvent('case.changed', someCase({ id: 'a', title: 'New', version: 3 })));
      expect(model.items[0]?.title).toBe('New');
      const source = {
        kind: 'conversation' as const,
        conversation_id: 'cv_1',
        message_ids: [],
      };
      model.onEvent(caseEvent('case.created', someCase({ id: 'b', source })));
      await vi.advanceTimersByTimeAsync(1_000);
      expect(asked()).toBe(2);
      model.dispose();
    } finally {
      vi.useRealTimers();
    }
  });

  it('are asked for again when one was linked', async () => {
    const { model, linked, asked } = open([]);
    await settle();
    await model.link('cs_7');
    expect([linked, asked()]).toEqual([['cs_7'], 2]);
  });
});
