/** Why a case may be closed, or what is missing before. Pure. */
import type { CaseClosing, Grounds, OpenWork } from '@zhiyin/api';
import type { T, TimeFormat } from '@zhiyin/i18n';

export function groundsText(t: T, time: TimeFormat, grounds: Grounds): string {
  if (grounds.kind === 'unreachable')
    return t('case.grounds.unreachable', { count: grounds.attempts.length });
  return t(`case.grounds.${grounds.kind}`, {
    time: time.full(new Date(grounds.at)),
    means: t(`case.means.${grounds.means}`),
  });
}

/** What is still open around a case; empty when nothing is. */
export function openWorkText(t: T, work: OpenWork): string[] {
  return [
    ...(work.steps > 0 ? [t('case.openSteps', { count: work.steps })] : []),
    ...(work.tasks > 0 ? [t('case.openTasks', { count: work.tasks })] : []),
    ...(work.approvals > 0 ? [t('case.openApprovals', { count: work.approvals })] : []),
  ];
}

/** What is missing, one thing a line. */
export function gapText(t: T, time: TimeFormat, closing: CaseClosing, now: Date): string[] {
  const { gap } = closing;
  const counts = { needed: gap?.needed ?? 0, found: gap?.found ?? 0 };
  switch (gap?.kind) {
    case 'disputed':
      return [t('case.gap.disputed')];
    case 'attempts':
    case 'days':
    case 'means':
      return [t(`case.gap.${gap.kind}`, counts)];
    case 'wait':
      return gap.until
        ? [t('case.gap.wait', { time: time.moment(new Date(gap.until), now) })]
        : [t('case.gap.waitAny')];
    case 'open_work': {
      const open = openWorkText(t, closing.open_work);
      return open.length > 0 ? open : [t('case.gap.openWork')];
    }
    case 'status':
      return [t('case.gap.status')];
    case 'complaint':
      return [t('case.gap.complaint')];
    case undefined:
      return [t('error.case-not-closable')];
  }
}
