/**
 * Keeps one stream to the server alive: says hello with the last `seq` it has, hands on
 * events in order, answers pings, notices silence, and comes back after a growing, jittered
 * wait. It holds no conversation state; a `reset` asks the owner for a fresh snapshot.
 */
import { parseFrame, type ClientFrame, type EventFrame, type SignalFrame } from './frames.ts';

/** The part of a WebSocket we use, so that tests can bring their own. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export interface Timers {
  set(run: () => void, ms: number): number;
  clear(handle: number): void;
}

export type StreamStatus =
  'stopped' | 'connecting' | 'catching-up' | 'live' | 'waiting' | 'offline' | 'signed-out';

export interface StreamHandlers {
  /** A batch of events in order. */
  onEvents(events: EventFrame[]): void;
  /** What we have is too old or missing: fetch everything again. */
  onReset(): void;
  onSignal(signal: SignalFrame): void;
  onStatus(status: StreamStatus): void;
}

export interface StreamDeps {
  connect(): Socket;
  timers: Timers;
  random(): number;
  topics?: string[];
}

const WAIT_MS_FIRST = 500;
const WAIT_MS_MAX = 20_000;
/** The server pings every 25 s; two missed pings mean the line is dead. */
const SILENCE_MS_MAX = 60_000;

export class Stream {
  #deps: StreamDeps;
  #handlers: StreamHandlers;
  #socket: Socket | null = null;
  #status: StreamStatus = 'stopped';
  #seq: number | null = null;
  /**
   * Kinds of event heard at `#seq`. One thing that happens may be told twice: to everybody who may
   * see it, and to the one person it concerns.
   */
  #heard = new Set<string>();
  #failures = 0;
  #retry: number | null = null;
  #silence: number | null = null;
  #watching: string | null = null;
  #pending: EventFrame[] = [];

  constructor(deps: StreamDeps, handlers: StreamHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
  }

  get status(): StreamStatus {
    return this.#status;
  }

  get seq(): number | null {
    return this.#seq;
  }

  start(): void {
    if (this.#socket || this.#retry !== null) return;
    this.#open();
  }

  stop(): void {
    this.#drop();
    this.#setStatus('stopped');
  }

  /** The browser says the network is gone: stop trying until it is back. */
  goOffline(): void {
    if (this.#status === 'stopped' || this.#status === 'signed-out') return;
    this.#drop();
    this.#setStatus('offline');
  }

  /** The network is back, or a person asks to try now. */
  retryNow(): void {
    if (this.#status === 'stopped' || this.#status === 'signed-out') return;
    if (this.#status === 'live' || this.#status === 'catching-up') return;
    this.#drop();
    this.#failures = 0;
    this.#open();
  }

  watch(conversation: string | null): void {
    this.#watching = conversation;
    this.#send({ t: 'watch', conversation });
  }

  typing(conversation: string, isTyping: boolean): void {
    this.#send({ t: 'typing', conversation, text: isTyping });
  }

  #open(): void {
    this.#setStatus('connecting');
    const socket = this.#deps.connect();
    this.#socket = socket;
    this.#listenForSilence();
    socket.onopen = () => {
      const topics = this.#deps.topics ?? ['conversations'];
      socket.send(JSON.stringify({ t: 'hello', since: this.#seq, topics } satisfies ClientFrame));
      this.#setStatus('catching-up');
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket && typeof event.data === 'string') this.#receive(event.data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#comeBack();
    };
  }

  #receive(text: string): void {
    this.#listenForSilence();
    const frame = parseFrame(text);
    if (!frame) return;
    switch (frame.t) {
      case 'event':
        this.#event(frame);
        break;
      case 'signal':
        this.#handlers.onSignal(frame);
        break;
      case 'ready':
        this.#ready(frame.seq);
        break;
      case 'reset':
        this.#pending = [];
        this.#seq = frame.seq;
        this.#heard.clear();
        this.#handlers.onReset();
        break;
      case 'seq':
        this.#flush();
        this.#advance(frame.seq);
        break;
      case 'ping':
        this.#send({ t: 'pong' });
        break;
      case 'bye':
        this.#bye(frame.code);
        break;
    }
  }

  #event(frame: EventFrame): void {
    if (this.#isKnown(frame)) return;
    this.#pending.push(frame);
    this.#advance(frame.seq);
    this.#heard.add(frame.type);
    // While catching up, events are handed on together so that lists are sorted once.
    if (this.#status === 'live') this.#flush();
  }

  #isKnown({ seq, type }: EventFrame): boolean {
    if (this.#seq === null || seq > this.#seq) return false;
    // A number that no event told of was told by the server as the one we stand at.
    return seq < this.#seq || this.#heard.size === 0 || this.#heard.has(type);
  }

  #ready(seq: number): void {
    const isFirst = this.#seq === null;
    this.#flush();
    this.#advance(seq);
    this.#failures = 0;
    this.#setStatus('live');
    if (isFirst) {
      this.#seq = seq;
      this.#heard.clear();
      this.#handlers.onReset();
    }
    if (this.#watching) this.#send({ t: 'watch', conversation: this.#watching });
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    this.#pending = [];
    this.#handlers.onEvents(events);
  }

  #advance(seq: number): void {
    if (this.#seq === null || seq > this.#seq) this.#heard.clear();
    if (this.#seq !== null && seq > this.#seq) this.#seq = seq;
    else if (this.#seq === null && this.#status !== 'catching-up') this.#seq = seq;
  }

  #bye(code: string): void {
    if (code === 'unauthenticated') {
      this.#drop();
      this.#setStatus('signed-out');
      return;
    }
    if (code === 'slow-consumer') this.#failures = 0;
    this.#comeBack();
  }

  #comeBack(): void {
    this.#flush();
    this.#drop();
    this.#setStatus('waiting');
    const ceiling = Math.min(WAIT_MS_FIRST * 2 ** this.#failures, WAIT_MS_MAX);
    // Full jitter above a floor: many agents must not return in the same instant.
    const wait = ceiling * (0.3 + 0.7 * this.#deps.random());
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#retry = this.#deps.timers.set(() => {
      this.#retry = null;
      this.#open();
    }, wait);
  }

  #listenForSilence(): void {
    if (this.#silence !== null) this.#deps.timers.clear(this.#silence);
    this.#silence = this.#deps.timers.set(() => {
      this.#silence = null;
      this.#comeBack();
    }, SILENCE_MS_MAX);
  }

  #drop(): void {
    for (const handle of [this.#retry, this.#silence]) {
      if (handle !== null) this.#deps.timers.clear(handle);
    }
    this.#retry = null;
    this.#silence = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #send(frame: ClientFrame): void {
    if (this.#socket && (this.#status === 'live' || this.#status === 'catching-up')) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #setStatus(status: StreamStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#handlers.onStatus(status);
  }
}
