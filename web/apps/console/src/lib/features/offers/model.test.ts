import type { ApiError, Offer, Result } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { describe, expect, it } from 'vitest';
import { Offers } from './model.svelte.ts';

const START = Date.parse('2026-01-01T10:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

function offer(id: string, given: Partial<Offer> = {}): Offer {
  return {
    item_id: id,
    conversation_id: `cv_${id}`,
    conversation_number: 7,
    inbox_id: 'ib_1',
    queue_id: 'qu_1',
    queue_name: 'After sales',
    contact_name: 'Lin',
    preview: 'My cup is broken',
    language: 'en',
    tier: 0,
    severity: 'normal',
    waited_s: 65,
    offered_at: iso(START),
    until: iso(START + 20_000),
    reason: 'longest_idle',
    trigger: 'entered',
    from_agent_id: null,
    note: null,
    ...given,
  };
}

const refused = (status: number): Result<never> => ({
  ok: false,
  error: { status, code: 'changed' } as ApiError,
});

function setup(clock = START) {
  const state = { now: clock };
  const timers: { run: () => void; at: number }[] = [];
  const heard: string[] = [];
  const calls: string[] = [];
  const failures: ApiError[] = [];
  const answers: {
    accept: Result<unknown>;
    decline: Result<void>;
    list: Offer[];
    answered: Promise<void> | null;
  } = {
    accept: { ok: true, value: { conversation: { id: 'cv_a' } } },
    decline: { ok: true, value: undefined },
    list: [],
    answered: null,
  };
  const offers = new Offers({
    api: {
      listOffers: async () => {
        const items = answers.list;
        if (answers.answered) await answers.answered;
        return { ok: true, value: { items } };
      },
      acceptOffer: async (id) => {
        calls.push(`accept ${id}`);
        return answers.accept as never;
      },
      declineOffer: async (id) => {
        calls.push(`decline ${id}`);
        return answers.decline;
      },
    },
    now: () => state.now,
    later: (run, ms) => void timers.push({ run, at: state.now + ms }),
    fail: (error) => failures.push(error),
    announce: (one, isDirect) => heard.push(`${one.item_id}${isDirect ? ' direct' : ''}`),
    onaccepted: ({ id }) => calls.push(`open ${id}`),
  });
  const pass = (ms: number) => {
    state.now += ms;
    for (const timer of timers.splice(0)) {
      if (timer.at <= state.now) timer.run();
      else timers.push(timer);
    }
    offers.tick();
  };
  const event = (type: string, data: Record<string, unknown>, at = START): EventFrame => ({
    t: 'event',
    seq: 1,
    type,
    at: iso(at),
    actor: { kind: 'system', id: null },
    data,
  });
  const states = () => offers.shown.map((one) => `${one.offer.item_id} ${one.state}`);
  return { offers, state, heard, calls, failures, answers, pass, event, states };
}

describe('offers', () => {
  it('are heard, accepted and opened', async () => {
    const { offers, heard, calls, event, states } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    expect(heard).toEqual(['a']);
    await offers.accept('a');
    expect(calls).toEqual(['accept a', 'open cv_a']);
    expect(states()).toEqual([]);
    await offers.accept('a');
    expect(calls).toHaveLength(2);
  });

  it('run by the clock of the server', () => {
    const ahead = setup(START + 300_000);
    ahead.offers.onEvent(ahead.event('offer.created', { offer: offer('a') }));
    const shown = ahead.offers.shown[0];
    expect(shown?.endsAt).toBe(START + 320_000);
    expect(shown?.waitingSince).toBe(START + 300_000 - 65_000);
    // Without a frame to learn from, never longer than the whole.
    const behind = setup(START - 300_000);
    behind.answers.list = [offer('a')];
    void behind.offers.load().then(() => {
      expect(behind.offers.shown[0]?.endsAt).toBe(START - 280_000);
    });
  });

  it('that end first stand first, and keys act on those', () => {
    const { offers, event, states } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a', { until: iso(START + 60_000) }) }));
    offers.onEvent(event('offer.created', { offer: offer('b') }));
    expect(states()).toEqual(['b open', 'a open']);
    expect(offers.first?.offer.item_id).toBe('b');
  });

  it('that go on to somebody else say so and leave', () => {
    const { offers, event, states, pass } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    offers.onEvent(event('offer.ended', { item_id: 'a', outcome: 'expired' }));
    expect(states()).toEqual(['a gone']);
    expect(offers.first).toBeUndefined();
    pass(4_000);
    expect(states()).toEqual([]);
  });

  it('that are offered again stay, although they were gone a moment ago', () => {
    const { offers, event, states, pass } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    offers.onEvent(event('offer.ended', { item_id: 'a', outcome: 'revoked' }));
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    pass(4_000);
    expect(states()).toEqual(['a open']);
  });

  it('that were taken by somebody quicker are told as gone', async () => {
    const { offers, answers, event, states, failures } = setup();
    answers.accept = refused(409);
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    await offers.accept('a');
    expect(states()).toEqual(['a gone']);
    expect(failures).toEqual([]);
  });

  it('stay when the network fails', async () => {
    const { offers, answers, event, states, failures } = setup();
    answers.accept = refused(0);
    answers.decline = refused(0);
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    await offers.accept('a');
    await offers.decline('a');
    expect(states()).toEqual(['a open']);
    expect(failures).toHaveLength(2);
  });

  it('that were declined are gone without a word', async () => {
    const { offers, event, states } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    await offers.decline('a');
    offers.onEvent(event('offer.ended', { item_id: 'a', outcome: 'declined' }));
    expect(states()).toEqual([]);
  });

  it('that were accepted in another tab leave this one', () => {
    const { offers, event, states } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    offers.onEvent(event('offer.ended', { item_id: 'a', outcome: 'accepted' }));
    expect(states()).toEqual([]);
  });

  it('whose end was missed are asked for', async () => {
    const { offers, answers, event, states, pass } = setup();
    offers.onEvent(event('offer.created', { offer: offer('a') }));
    answers.list = [offer('b', { until: iso(START + 60_000) })];
    pass(21_400);
    expect(states()).toEqual(['a open']);
    pass(200);
    await Promise.resolve();
    await Promise.resolve();
    expect(states()).toContain('a gone');
    expect(states()).toContain('b open');
  });

  it('given without asking are told, and leave by themselves', () => {
    const { offers, heard, event, states, pass } = setup();
    const given = offer('a', { until: null });
    offers.onEvent(event('offer.assigned', { offer: given }));
    expect(states()).toEqual(['a direct']);
    expect(heard).toEqual(['a direct']);
    expect(offers.first).toBeUndefined();
    pass(20_000);
    expect(states()).toEqual([]);
  });

  it('are fetched on arrival, and what is gone meanwhile is not kept', async () => {
    const { offers, answers, heard, states, event } = setup();
    offers.onEvent(event('offer.created', { offer: offer('old') }));
    answers.list = [offer('a')];
    await offers.load();
    expect(states()).toEqual(['a open']);
    expect(heard).toEqual(['old', 'a']);
    await offers.load();
    expect(heard).toEqual(['old', 'a']);
  });

  it('stay although an answer that is older than the stream does not know of them', async () => {
    const { offers, answers, states, event } = setup();
    let answer = () => {};
    answers.answered = new Promise((resolve) => void (answer = resolve));
    offers.onEvent(event('offer.created', { offer: offer('old') }));
    answers.list = [offer('old')];
    const loaded = offers.load();
    offers.onEvent(event('offer.created', { offer: offer('new') }));
    offers.onEvent(event('offer.ended', { item_id: 'old', outcome: 'accepted' }));
    answer();
    await loaded;
    expect(states()).toEqual(['new open']);
  });
});
