import { beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, readProblem } from '../../src/chunks/talk/http';
import type { Result } from '../../src/chunks/talk/http';
import { createOutbox } from '../../src/chunks/talk/outbox';
import type { Message } from '../../src/panel/dto';
import type { Outgoing } from '../../src/panel/state';
import { ours, outgoing, settle } from './fakes';

type Answer = Result<Message> | ((entry: Outgoing) => Result<Message>);

function setUp(...answers: Answer[]) {
  vi.useFakeTimers();
  const it_ = {
    entries: [] as Outgoing[],
    delivered: [] as string[],
    accepted: [] as string[],
    slow: 0,
  };
  const outbox = createOutbox({
    entries: () => it_.entries,
    change: (entries) => (it_.entries = entries),
    deliver: (entry) => {
      it_.delivered.push(entry.client_id);
      const answer = answers.shift() ?? accept;
      return Promise.resolve(typeof answer === 'function' ? answer(entry) : answer);
    },
    onAccepted: (message) => {
      it_.accepted.push(message.client_id as string);
      it_.entries = it_.entries.filter((entry) => entry.client_id !== message.client_id);
    },
    onSlowDown: (until) => (it_.slow = until),
    random: () => 0,
  });
  return Object.assign(it_, { outbox });
}

const accept = (entry: Outgoing): Result<Message> => ({
  ok: true,
  value: ours(1, entry.client_id),
});

describe('outbox', () => {
  beforeEach(() => {
    vi.setSystemTime('2026-11-08T08:00:00Z');
  });

  it('sends one after the other, in order', async () => {
    const it_ = setUp();
    for (const id of ['a', 'b', 'c']) it_.outbox.add(outgoing(id));
    expect(it_.delivered).toEqual(['a']);
    await settle();
    expect(it_.accepted).toEqual(['a', 'b', 'c']);
    expect(it_.entries).toEqual([]);
  });

  it('tries again by itself with the same client id when nobody answered', async () => {
    const it_ = setUp(failure(0, 'unreachable'), failure(503, 'busy'));
    it_.outbox.add(outgoing('a'));
    await settle();
    expect(it_.entries[0]?.state).toBe('waiting');
    await settle(250);
    await settle(500);
    expect(it_.delivered).toEqual(['a', 'a', 'a']);
    expect(it_.accepted).toEqual(['a']);
  });

  it('does not let a later message overtake one that waits', async () => {
    const it_ = setUp(failure(0, 'unreachable'));
    it_.outbox.add(outgoing('a'));
    it_.outbox.add(outgoing('b'));
    await settle(1000);
    expect(it_.accepted).toEqual(['a', 'b']);
  });

  it('sends at once when told that the line is back', async () => {
    const it_ = setUp(failure(0, 'unreachable'));
    it_.outbox.add(outgoing('a'));
    await settle();
    it_.outbox.pump();
    await settle();
    expect(it_.accepted).toEqual(['a']);
  });

  it('keeps a refused message with its reason, and goes on with the next', async () => {
    const it_ = setUp(failure(422, 'too-long'));
    it_.outbox.add(outgoing('a'));
    it_.outbox.add(outgoing('b'));
    await settle(60_000);
    expect(it_.entries).toMatchObject([{ client_id: 'a', state: 'failed', code: 'too-long' }]);
    expect(it_.accepted).toEqual(['b']);
    expect(it_.delivered).toEqual(['a', 'b']);
  });

  it('sends a refused message again, or drops it, when the writer says so', async () => {
    const it_ = setUp(failure(422, 'x'), failure(422, 'x'));
    it_.outbox.add(outgoing('a'));
    it_.outbox.add(outgoing('b'));
    await settle();
    it_.outbox.retry('a');
    it_.outbox.discard('b');
    await settle();
    expect(it_.accepted).toEqual(['a']);
    expect(it_.entries).toEqual([]);
  });

  it('waits as long as it is told to, and says until when', async () => {
    const until = Date.now() + 7000;
    const it_ = setUp(failure(429, 'rate-limited', until));
    it_.outbox.add(outgoing('a'));
    await settle();
    expect(it_.slow).toBe(until);
    it_.outbox.pump();
    await settle(6900);
    expect(it_.delivered).toEqual(['a']);
    await settle(200);
    expect(it_.accepted).toEqual(['a']);
  });
});

describe('a refusal', () => {
  it('is read from problem+json and Retry-After', () => {
    vi.useFakeTimers({ now: 1000 });
    expect(readProblem(429, '{"code":"rate-limited"}', '7')).toEqual({
      status: 429,
      code: 'rate-limited',
      retryAt: 8000,
    });
  });

  it('may come from a proxy that knows nothing of us', () => {
    expect(readProblem(502, '<html>', null)).toEqual({ status: 502, code: '', retryAt: 0 });
  });
});
