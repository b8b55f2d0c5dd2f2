import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, createConnection, SILENCE_MS } from '../../src/chunks/talk/connection';
import type { Link } from '../../src/chunks/talk/connection';
import type { ServerFrame } from '../../src/panel/dto';
import { FakeSocket } from './fakes';

function setUp() {
  vi.useFakeTimers();
  FakeSocket.all = [];
  const links: Link[] = [];
  const frames: ServerFrame[] = [];
  const connection = createConnection({
    open: () => new FakeSocket(),
    hello: () => ({ t: 'hello', token: 'zv_1', since: 7 }),
    onFrame: (frame) => frames.push(frame),
    onLink: (link) => links.push(link),
    random: () => 0,
  });
  return { connection, links, frames };
}

const sync = { t: 'sync', revision: 7, conversation: null, messages: [] };

describe('connection', () => {
  let it_: ReturnType<typeof setUp>;
  beforeEach(() => {
    it_ = setUp();
  });

  it('authenticates in the first frame, never in the address', () => {
    it_.connection.start();
    FakeSocket.last().open();
    expect(FakeSocket.last().sent).toEqual([{ t: 'hello', token: 'zv_1', since: 7 }]);
    expect(FakeSocket.last().url).not.toContain('zv_1');
  });

  it('is online once it has caught up', () => {
    it_.connection.start();
    FakeSocket.last().open();
    expect(it_.links).toEqual(['connecting']);
    FakeSocket.last().hear(sync);
    expect(it_.links).toEqual(['connecting', 'online']);
    expect(it_.frames).toHaveLength(1);
  });

  it('sends nothing before it has caught up', () => {
    it_.connection.start();
    FakeSocket.last().open();
    expect(it_.connection.send({ t: 'seen', seq: 3 })).toBe(false);
    FakeSocket.last().hear(sync);
    expect(it_.connection.send({ t: 'seen', seq: 3 })).toBe(true);
  });

  it('answers a ping', () => {
    it_.connection.start();
    FakeSocket.last().hear({ t: 'ping' });
    expect(FakeSocket.last().sent).toEqual([{ t: 'pong' }]);
  });

  it('comes back after a break, later each time, from where it was', () => {
    it_.connection.start();
    FakeSocket.last().hear(sync);
    FakeSocket.last().cut();
    expect(it_.links.at(-1)).toBe('waiting');
    vi.advanceTimersByTime(249);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last().cut();
    vi.advanceTimersByTime(499);
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(3);
    FakeSocket.last().open();
    expect(FakeSocket.last().sent[0]).toMatchObject({ t: 'hello', since: 7 });
  });

  it('starts its delays afresh after it was online', () => {
    it_.connection.start();
    for (let i = 0; i < 5; i++) {
      FakeSocket.last().cut();
      vi.advanceTimersByTime(30_000);
    }
    FakeSocket.last().hear(sync);
    FakeSocket.last().cut();
    const before = FakeSocket.all.length;
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(before + 1);
  });

  it('leaves a line that says nothing', () => {
    it_.connection.start();
    FakeSocket.last().hear(sync);
    const silent = FakeSocket.last();
    vi.advanceTimersByTime(SILENCE_MS);
    expect(silent.isClosed).toBe(true);
    expect(it_.links.at(-1)).toBe('waiting');
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
    silent.cut();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('does not wait when told to hurry, and only then', () => {
    it_.connection.start();
    it_.connection.hurry();
    expect(FakeSocket.all).toHaveLength(1);
    FakeSocket.last().cut();
    it_.connection.hurry();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('stays away once stopped', () => {
    it_.connection.start();
    FakeSocket.last().hear(sync);
    it_.connection.stop();
    FakeSocket.last().cut();
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(it_.links.at(-1)).toBe('idle');
  });

  it.each(['', '{', 'null', '[]', '7', '{"t":7}'])('ignores the malformed frame %j', (text) => {
    it_.connection.start();
    FakeSocket.last().raw(text);
    expect(it_.frames).toEqual([]);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

describe('backoff', () => {
  it('is random within the upper half of its step, and bounded', () => {
    expect(backoff(0, 0)).toBe(250);
    expect(backoff(0, 0.999)).toBeLessThan(500);
    expect(backoff(3, 0)).toBe(2000);
    expect(backoff(50, 0)).toBe(15_000);
    expect(backoff(50, 0.999)).toBeLessThanOrEqual(30_000);
  });

  it('spreads a crowd', () => {
    const delays = Array.from({ length: 100 }, (_, i) => backoff(4, i / 100));
    expect(new Set(delays).size).toBe(100);
  });
});
