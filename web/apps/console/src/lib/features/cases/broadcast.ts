/** What came of one answer to all children. Pure. */
import { BROADCAST_OUTCOMES, type CaseBroadcast } from '@zhiyin/api';
import type { PlainKey, T } from '@zhiyin/i18n';

const words: Record<(typeof BROADCAST_OUTCOMES)[number], PlainKey> = {
  answered: 'case.outcome.answered',
  answered_before: 'case.skip.answered',
  closed: 'case.skip.closed',
  merged: 'case.skip.merged',
  no_contact: 'case.skip.no_contact',
  same_contact: 'case.skip.same_contact',
  no_conversation: 'case.outcome.no_conversation',
  failed: 'case.outcome.failed',
};

/** "3: closed", in a fixed order and without what did not happen. */
export function broadcastLines(t: T, broadcast: Pick<CaseBroadcast, 'items'>): string[] {
  return BROADCAST_OUTCOMES.flatMap((outcome) => {
    const count = broadcast.items.filter((item) => item.outcome === outcome).length;
    return count > 0 ? [t('case.outcomeLine', { count, what: t(words[outcome]) })] : [];
  });
}
