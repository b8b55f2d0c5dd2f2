import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
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
  stop(): Promise<void>;
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

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const end = Date.now() + 120_000;
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

/** Starts the program; with `demo` it holds the sample company. */
export async function startServer(options: { demo: boolean }): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), 'zhiyin-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;

  const start = async (demo: boolean): Promise<void> => {
    let log = '';
    const flags = ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--public-url', url];
    child = spawn(program, demo ? [...flags, '--demo'] : flags, {
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

  await start(options.demo);
  return {
    url,
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
    restart: () => start(options.demo),
    stop: async () => {
      child.kill('SIGTERM');
      await ended(child);
      await rm(data, { recursive: true, force: true });
    },
  };
}
