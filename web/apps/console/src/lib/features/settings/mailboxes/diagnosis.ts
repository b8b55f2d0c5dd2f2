/** The test of a connection step by step: how far it came, and what to do where it ended. Pure. */
import type { MailServerTest, MailTrouble } from '@zhiyin/api';
import type { PlainKey } from '@zhiyin/i18n';

export const STAGES = ['resolve', 'connect', 'encrypt', 'greet', 'log-in', 'folder'] as const;
export type Stage = (typeof STAGES)[number];
export interface Step {
  stage: Stage;
  state: 'done' | 'failed' | 'ahead';
}

const CAUSES = [
  'unknown-host',
  'refused',
  'unreachable',
  'no-tls',
  'no-starttls',
  'untrusted-certificate',
  'wrong-certificate-name',
  'expired-certificate',
  'other-protocol',
  'log-in-refused',
  'no-common-log-in',
  'no-folder',
  'busy',
  'lost',
] as const;
type Cause = (typeof CAUSES)[number];
const isKnown = (cause: string): cause is Cause => (CAUSES as readonly string[]).includes(cause);

/** The steps a connection takes, in order. */
export function stagesOf(
  way: 'incoming' | 'outgoing',
  options: { isEncrypted: boolean; logsIn: boolean },
): Stage[] {
  return STAGES.filter((stage) => {
    if (stage === 'encrypt') return options.isEncrypted;
    if (stage === 'log-in') return options.logsIn;
    return stage !== 'folder' || way === 'incoming';
  });
}

export function stepsOf(stages: Stage[], result: Pick<MailServerTest, 'ok' | 'trouble'>): Step[] {
  if (result.ok) return stages.map((stage) => ({ stage, state: 'done' }));
  const at = stages.findIndex((stage) => stage === result.trouble?.stage);
  // A step we do not know comes after those we do, as sending itself.
  const end = at < 0 ? stages.length : at;
  return stages.map((stage, i) => ({
    stage,
    state: i < end ? 'done' : i === end ? 'failed' : 'ahead',
  }));
}

/** What happened and what to do; of a cause we do not know the server's own words are all. */
export function causeKey({ cause }: Pick<MailTrouble, 'cause'>): PlainKey {
  return isKnown(cause) ? `mailbox.cause.${cause}` : 'mailbox.cause.other';
}
