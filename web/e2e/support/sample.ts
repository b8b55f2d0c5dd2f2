/**
 * The sample company, made once for a whole run: every worker starts on a copy of it. It is open
 * around the clock, and its agents send at once, so that no journey waits for the time in which
 * a reply can be taken back; the one about taking back sets its own.
 */
import { rm } from 'node:fs/promises';
import { AgentApi } from './api.js';
import { openAroundTheClock } from './hours.js';
import { type Server, startServer } from './server.js';

/** Set by hand to the store of an earlier run (`ZHIYIN_E2E_KEEP=1`), a run does without making one. */
const SAMPLE = 'ZHIYIN_E2E_SAMPLE';
const KEEP = 'ZHIYIN_E2E_KEEP';

/** Where the store to copy is; unset outside of a run. */
export const sampleStore = (): string | undefined => process.env[SAMPLE];

/** Enough for lists that scroll and reports with something in them, and made in a few seconds. */
const SESSIONS = 400;

/** How long a reply of this agent can be taken back. */
export async function setUndoSeconds(agent: AgentApi, seconds: number): Promise<void> {
  const { preferences } = await agent.ask('GET', 'session');
  await agent.ask('PATCH', 'me', { preferences: { ...preferences, undoSeconds: seconds } });
}

async function sendAtOnce(server: Server): Promise<void> {
  const admin = await AgentApi.logIn(server);
  const agents: { email: string }[] = (await admin.ask('GET', 'agents')).items;
  for (const { email } of agents) {
    const agent = await AgentApi.logIn(server, email.split('@')[0]);
    await setUndoSeconds(agent, 0);
  }
}

// eslint-disable-next-line no-restricted-syntax -- Playwright takes the default export.
export default async function makeSample(): Promise<(() => Promise<void>) | undefined> {
  if (sampleStore()) return undefined;
  const server = await startServer({ demo: true, sessions: SESSIONS });
  await openAroundTheClock(server);
  await sendAtOnce(server);
  const store = await server.halt();
  process.env[SAMPLE] = store;
  if (process.env[KEEP]) {
    process.stdout.write(`${SAMPLE}=${store}\n`);
    return undefined;
  }
  return () => rm(store, { recursive: true, force: true });
}
