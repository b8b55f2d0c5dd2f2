import { describe, expect, it } from 'vitest';
import { Stream, type EventFrame, type Socket, type StreamStatus } from '../src/index.ts';

class FakeSocket implements Socket {
  sent: Record<string, unknown>[] = [];
  isClosed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.isClosed = true;
  }
  say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

class FakeTimers {
  now = 0;
  #next = 1;
  #due = new Map<number, { at: number; run: () => void }>();
  set(run: () => void, ms: number): number {
    this.#due.set(this.#next, { at: this.now + ms, run });
    return this.#next++;
  }
  clear(handle: number): void {
    this.#due.delete(handle);
  }
  advance(ms: number): void {
    this.now += ms;
    for (const [handle, timer] of [...this.#due]) {
      if (timer.at > this.now) continue;
      this.#due.delete(handle);
      timer.run();
    }
  }
}

function setup() {
  const sockets: FakeSocket[] = [];
  const timers = new FakeTimers();
  const seen = { events: [] as number[], resets: 0, statuses: [] as StreamStatus[] };
  const stream = new Stream(
    {
      connect: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      timers,
      random: () => 1,
    },
    {
      onEvents: (events) => seen.events.push(...events.map((e) => e.seq)),
      onReset: () => (seen.resets += 1),
      onSignal: () => undefined,
      onStatus: (status) => seen.statuses.push(status),
    },
  );
  stream.start();
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket');
    return socket;
  };
  return { stream, sockets, timers, seen, last };
}

const event = (seq: number): Partial<EventFrame> => ({ t: 'event', seq, type: 'x' });

describe('stream', () => {
  it('asks for a snapshot once it is first ready', () => {
    const { seen, last } = setup();
    last().onopen?.();
    expect(last().sent[0]).toMatchObject({ t: 'hello', since: null });
    last().say({ t: 'ready', seq: 7 });
    expect(seen.resets).toBe(1);
    expect(seen.statuses.at(-1)).toBe('live');
  });

  it('comes back with the last seq and hands on what was missed, in order and once', () => {
    const { seen, last, timers, sockets } = setup();
    last().onopen?.();
    last().say({ t: 'ready', seq: 7 });
    last().say(event(8));
    last().onclose?.();
    expect(seen.statuses.at(-1)).toBe('waiting');
    timers.advance(500);
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(last().sent[0]).toMatchObject({ since: 8 });
    last().say(event(8));
    last().say(event(9));
    last().say(event(10));
    expect(seen.events).toEqual([8]);
    last().say({ t: 'ready', seq: 10 });
    expect(seen.events).toEqual([8, 9, 10]);
    expect(seen.resets).toBe(1);
  });

  it('continues from the seq of a reset', () => {
    const { stream, seen, last } = setup();
    last().onopen?.();
    last().say({ t: 'ready', seq: 7 });
    last().say({ t: 'reset', seq: 90 });
    last().say(event(90));
    last().say(event(91));
    expect(seen.resets).toBe(2);
    expect(seen.events).toEqual([91]);
    expect(stream.seq).toBe(91);
  });

  it('answers pings and treats long silence as a dead line', () => {
    const { seen, last, timers } = setup();
    last().onopen?.();
    last().say({ t: 'ready', seq: 1 });
    last().say({ t: 'ping' });
    expect(last().sent.at(-1)).toEqual({ t: 'pong' });
    timers.advance(60_000);
    expect(seen.statuses.at(-1)).toBe('waiting');
  });

  it('waits longer after each failure', () => {
    const { sockets, timers, last } = setup();
    last().onclose?.();
    timers.advance(500);
    expect(sockets).toHaveLength(2);
    last().onclose?.();
    timers.advance(999);
    expect(sockets).toHaveLength(2);
    timers.advance(1);
    expect(sockets).toHaveLength(3);
  });

  it('does not knock again when it is no longer known', () => {
    const { sockets, timers, last, seen } = setup();
    last().onopen?.();
    last().say({ t: 'bye', code: 'unauthenticated' });
    timers.advance(100_000);
    expect(sockets).toHaveLength(1);
    expect(seen.statuses.at(-1)).toBe('signed-out');
  });

  it('rests while offline and returns at once when the network does', () => {
    const { stream, sockets, timers, last } = setup();
    last().onopen?.();
    last().say({ t: 'ready', seq: 1 });
    stream.goOffline();
    timers.advance(100_000);
    expect(sockets).toHaveLength(1);
    stream.retryNow();
    expect(sockets).toHaveLength(2);
  });

  it('skips frames it does not understand', () => {
    const { seen, last } = setup();
    last().onopen?.();
    last().onmessage?.({ data: 'not json' });
    last().say({ t: 'something-new' });
    last().say({ t: 'ready', seq: 1 });
    expect(seen.statuses.at(-1)).toBe('live');
  });

  it('hears what happened twice when it concerns us: as everybody, and as ourselves', () => {
    const { seen, last } = setup();
    last().onopen?.();
    last().say({ t: 'ready', seq: 7 });
    const offered = { ...event(8), type: 'queue_item.offered' };
    const mine = { ...event(8), type: 'offer.created' };
    for (const frame of [offered, mine, offered, mine]) last().say(frame);
    expect(seen.events).toEqual([8, 8]);
    // What the server told as the place we stand at is known, whoever it was for.
    last().say({ t: 'seq', seq: 9 });
    last().say({ ...event(9), type: 'offer.created' });
    last().say({ ...event(8), type: 'offer.ended' });
    expect(seen.events).toEqual([8, 8]);
    last().say(event(10));
    expect(seen.events).toEqual([8, 8, 10]);
  });
});
