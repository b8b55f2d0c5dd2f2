/**
 * The visitor's stream: authenticate in the first frame, catch up, stay, come back.
 *
 * It knows frames and time, nothing of conversations. After a break it waits a random
 * part of a growing delay, so that a restarted server is not met by everybody at once.
 */
import type { ClientFrame, ServerFrame } from '../../panel/dto';

/** `idle`: not wanted. `online`: caught up. `waiting`: broken, will be tried again. */
export type Link = 'idle' | 'connecting' | 'online' | 'waiting';

/** The part of a WebSocket we use. */
export interface Socket {
  send(data: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: never) => void) | null;
}

export interface Connection {
  start(): void;
  stop(): void;
  /** False when there is no line; nothing is kept. */
  send(frame: ClientFrame): boolean;
  /** The network or the reader is back: do not wait any longer. */
  hurry(): void;
}

interface Needs {
  open(): Socket;
  hello(): ClientFrame;
  onFrame(frame: ServerFrame): void;
  onLink(link: Link): void;
  random(): number;
}

/** The server pings every 25 s: a line silent for longer is dead, whatever the socket says. */
export const SILENCE_MS = 60_000;
const FIRST_DELAY_MS = 500;
const DELAY_MAX_MS = 30_000;

/** Somewhere in the upper half of 0.5 s, 1 s, 2 s … 30 s. */
export function backoff(attempt: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** attempt, DELAY_MAX_MS);
  return (delay / 2) * (1 + random);
}

function read(data: unknown): ServerFrame | null {
  try {
    const frame = JSON.parse(data as string);
    return typeof frame?.t === 'string' ? frame : null;
  } catch {
    return null;
  }
}

export function createConnection(needs: Needs): Connection {
  let socket: Socket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let link: Link = 'idle';

  const set = (next: Link): void => {
    if (next !== link) needs.onLink((link = next));
  };

  /** Leaves the line without hearing from it again. */
  const drop = (): void => {
    clearTimeout(timer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  };

  const lose = (): void => {
    drop();
    set('waiting');
    timer = setTimeout(connect, backoff(attempt++, needs.random()));
  };

  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(lose, SILENCE_MS);
  };

  const send = (frame: ClientFrame): void => socket?.send(JSON.stringify(frame));

  function connect(): void {
    drop();
    if (attempt < 1) set('connecting');
    socket = needs.open();
    socket.onopen = () => send(needs.hello());
    socket.onclose = lose;
    socket.onmessage = ({ data }) => {
      const frame = read(data);
      if (!frame) return;
      watch();
      if (frame.t === 'ping') return send({ t: 'pong' });
      if (frame.t === 'sync' || frame.t === 'reset') {
        attempt = 0;
        set('online');
      }
      needs.onFrame(frame);
    };
    watch();
  }

  return {
    start() {
      attempt = 0;
      connect();
    },
    stop() {
      drop();
      set('idle');
    },
    send(frame) {
      if (link === 'online') send(frame);
      return link === 'online';
    },
    hurry() {
      if (link === 'waiting') connect();
    },
  };
}
