import type { Queue, QueueBody } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { QueueEditorModel } from './queue.svelte.ts';

const queue: Queue = {
  id: 'qu_1',
  name: 'After sales',
  place: 0,
  teams: [],
  priorities: { tier_s: {}, severity_s: { high: 120, urgent: 600 }, stage_s: {} },
  order: 'specialists_first',
  tie: 'longest_idle',
  continuity: {
    is_last_agent_first: true,
    last_agent_hold_s: 0,
    dedicated_hold_s: 30,
    own_agent_credit_s: 60,
  },
  eases: [],
  delivery: { mode: 'offer', expires_s: 20 },
  decline_pause_s: 60,
  waiting_max: null,
  calendar_id: null,
  out_of_hours: { mode: 'wait', reply_within_s: 28_800, text: {} },
  waiting: 3,
  version: 4,
};

function setup() {
  const bodies: QueueBody[] = [];
  const model = new QueueEditorModel(queue, {
    updateQueue: async (_id, body) => {
      bodies.push(body);
      return { ok: true, value: { ...queue, ...body, version: 5 } as Queue };
    },
  });
  return { model, bodies };
}

describe('the queue editor', () => {
  it('knows whether anything changed, and not after saving', async () => {
    const { model, bodies } = setup();
    expect(model.hasChanges).toBe(false);
    model.draft.delivery = { mode: 'offer', expires_s: 30 };
    expect(model.hasChanges).toBe(true);
    await model.save(() => undefined);
    expect(model.hasChanges).toBe(false);
    // A change of somebody else's in between must not be overwritten.
    expect(bodies[0]?.version).toBe(4);
    expect(bodies[0]).not.toHaveProperty('waiting');
    expect(bodies[0]).not.toHaveProperty('id');
  });

  it('gives tiers credits, one each, and moves them', () => {
    const { model } = setup();
    model.addTier();
    model.addTier();
    expect(model.draft.priorities.tier_s).toEqual({ '8': 60, '9': 60 });
    model.setTier(9, 300);
    model.moveTier(9, 8);
    expect(model.draft.priorities.tier_s['9']).toBe(300);
    model.moveTier(9, 5);
    expect(model.draft.priorities.tier_s).toEqual({ '5': 300, '8': 60 });
    model.removeTier(8);
    expect(model.draft.priorities.tier_s).toEqual({ '5': 300 });
  });

  it('says what is wrong with the steps before the server does', () => {
    const { model } = setup();
    model.addEase();
    model.addEase();
    expect(model.draft.eases.map((step) => step.after_s)).toEqual([60, 120]);
    expect(model.fault).toBeNull();
    const second = model.draft.eases[1];
    if (second) second.after_s = 60;
    expect(model.fault).toBe('eases-order');
    if (second) second.after_s = 90;
    model.setEase(1, 'add_teams');
    expect(model.fault).toBe('eases-teams');
    model.setEaseTeams(1, ['tm_1']);
    expect(model.fault).toBeNull();
    expect(model.draft.eases[1]?.ease).toEqual({ kind: 'add_teams', value: ['tm_1'] });
  });

  it('changes the delivery with limits that make sense', () => {
    const { model } = setup();
    model.setDelivery('direct');
    expect(model.draft.delivery).toEqual({ mode: 'direct', answer_within_s: 60 });
    model.setDelivery('offer');
    expect(model.draft.delivery).toEqual({ mode: 'offer', expires_s: 20 });
  });
});
