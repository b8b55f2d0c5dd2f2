import type { Api, ScheduledMessage } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { firstWords, placeOf, unsentOf } from './unsent.ts';

const row = {
  id: 'sm_1',
  conversation_id: 'cv_1',
  status: 'cancelled',
  reason: 'customer_replied',
  text: 'Good morning',
  attachments: [],
} as unknown as ScheduledMessage;
const event = (type: string): EventFrame => ({
  t: 'event',
  seq: 1,
  type,
  at: '2026-01-01T00:00:00Z',
  actor: { kind: 'system', id: null },
  data: { scheduled_message: row },
});

describe('a scheduled message that is not sent', () => {
  it('is told by the frame for its author, and by no other, so that it is told once', () => {
    const told = ['failed', 'cancelled', 'changed', 'unsent'].filter((type) =>
      unsentOf(event(`scheduled_message.${type}`)),
    );
    expect(told).toEqual(['unsent']);
  });

  it('leads to its conversation only where the author may still see it', async () => {
    const answer = (ok: boolean) =>
      ({
        getConversation: async (id: string) =>
          ok ? { ok, value: { id } } : { ok, error: { code: 'not_found' } },
      }) as unknown as Pick<Api, 'getConversation'>;
    expect((await placeOf(row, answer(true)))?.id).toBe('cv_1');
    expect(await placeOf(row, answer(false))).toBeNull();
  });

  it('is named by its first words, or by its files', () => {
    expect(firstWords({ text: ' Good\n morning ', attachments: [] })).toBe('Good morning');
    const long = firstWords({ text: '茶'.repeat(80), attachments: [] });
    expect([...long]).toHaveLength(60);
    expect(long.endsWith('…')).toBe(true);
    const files = [{ name: 'a.png' }, { name: 'b.pdf' }] as ScheduledMessage['attachments'];
    expect(firstWords({ text: '', attachments: files })).toBe('a.png, b.pdf');
  });
});
