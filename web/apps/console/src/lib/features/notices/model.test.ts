import type { NoticeProposal, ServiceNotice } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoticesModel } from './model.svelte.ts';

const notice = (id: string, at: string): ServiceNotice => ({
  id,
  key: `key_${id}`,
  kind: 'notice',
  name: id,
  text: id,
  contact_id: 'ct_1',
  conversation_id: 'cv_1',
  case_id: null,
  message_id: null,
  score: 27,
  made_by_name: 'Emily',
  created_at: at,
  acknowledgement: null,
});
const proposal = (key: string) => ({ key }) as NoticeProposal;

function setup() {
  const api = {
    ofConversation: vi.fn(async () => ({
      ok: true as const,
      value: {
        proposals: [proposal('glaze'), proposal('kiln')],
        items: [notice('sn_1', '2026-05-01T10:00:00Z')],
      },
    })),
    ofCase: vi.fn(),
    tellInConversation: vi.fn(async () => ({
      ok: true as const,
      value: notice('sn_2', '2026-05-02T10:00:00Z'),
    })),
    tellInCase: vi.fn(),
    acknowledge: vi.fn(async () => ({
      ok: false as const,
      error: { status: 409, code: 'changed', fields: [], requestId: null },
    })),
  };
  const model = new NoticesModel({ conversation: 'cv_1' }, api as never);
  return { api, model };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('notices beside a conversation', () => {
  it('take what was told from the proposals to what was said', async () => {
    const { model } = setup();
    await vi.runAllTimersAsync();
    await model.tell({ client_id: 'c1', key: 'glaze' });
    expect(model.proposals.map((one) => one.key)).toEqual(['kiln']);
    expect(model.items.map((one) => one.id)).toEqual(['sn_2', 'sn_1']);
  });

  it('read again what the customer said when they were quicker', async () => {
    const { api, model } = setup();
    await vi.runAllTimersAsync();
    const result = await model.acknowledge('sn_1', { means: 'phone' });
    expect(result.ok).toBe(false);
    expect(api.ofConversation).toHaveBeenCalledTimes(2);
  });

  it('read again when a notice of this conversation changes, and only then', async () => {
    const { api, model } = setup();
    await vi.runAllTimersAsync();
    const changed = (conversation: string, kind: 'notice' | 'solved') =>
      model.onEvent({
        t: 'event',
        message: { conversation_id: conversation, ask: { kind } },
      } as unknown as EventFrame);
    changed('cv_2', 'notice');
    changed('cv_1', 'solved');
    await vi.runAllTimersAsync();
    expect(api.ofConversation).toHaveBeenCalledTimes(1);
    changed('cv_1', 'notice');
    changed('cv_1', 'notice');
    await vi.runAllTimersAsync();
    expect(api.ofConversation).toHaveBeenCalledTimes(2);
  });
});
