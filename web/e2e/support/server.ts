import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What everybody of the sample company logs in with. */
export const PASSWORD = 'tea-and-ceramics';

const program = process.env.ZHIYIN_BIN ?? '../../target/debug/zhiyin';

/** A running Zhiyin on a fresh store. */
export interface Server {
  url: string;
  /** Kills the program the hard way, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same store and port. */
  restart(): Promise<void>;
  /** Ends it in order; the store stays, and the answer says where. */
  halt(): Promise<string>;
  /** Ends it and removes its store. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Whether it holds the sample company. */
  demo: boolean;
  /** Past sessions of the sample company, when not the usual 2,000. */
  sessions?: number;
  /** A store to begin with a copy of; without it, an empty one. */
  from?: string | undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** On a busy machine the sample company takes minutes to make. */
const READY_WITHIN_MS = 300_000;

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${log()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the server did not become ready: ${log()}`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Starts the program on a store of its own. */
export async function startServer(options: StartOptions): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), 'zhiyin-e2e-'));
  if (options.from) await cp(options.from, data, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;

  const start = async (demo: boolean): Promise<void> => {
    let log = '';
    const flags = ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--public-url', url];
    if (demo) flags.push('--demo');
    if (demo && options.sessions) flags.push('--demo-sessions', String(options.sessions));
    child = spawn(program, flags, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => {
      log = (log + chunk.toString()).slice(-4000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    try {
      await untilReady(url, child, () => log);
    } catch (error) {
      // Left alone it would go on working, and make the next one late, too.
      child.kill('SIGKILL');
      await ended(child);
      throw error;
    }
  };

  const halt = async (): Promise<string> => {
    child.kill('SIGTERM');
    await ended(child);
    return data;
  };

  await start(options.demo);
  return {
    url,
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
    restart: () => start(options.demo),
    halt,
    stop: async () => rm(await halt(), { recursive: true, force: true }),
  };
}
