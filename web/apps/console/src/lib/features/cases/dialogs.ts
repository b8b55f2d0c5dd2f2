/** What is asked about a case in a dialog of its own; one at a time. */
import type { CaseLink, CaseTask, Evidence, FollowUp, RecoveryGrant } from '@zhiyin/api';

export type CaseDialog =
  | { kind: 'edit' }
  | { kind: 'portal' }
  | { kind: 'link' }
  | { kind: 'merge' }
  | { kind: 'unlink'; link: CaseLink }
  | { kind: 'answerAll' }
  | { kind: 'handOver' }
  | { kind: 'declineHandover' }
  | { kind: 'resolve' }
  | { kind: 'close' }
  | { kind: 'reopen' }
  | { kind: 'contact' }
  | { kind: 'askTask' }
  | { kind: 'clarify'; task: CaseTask }
  | { kind: 'sendBack'; task: CaseTask }
  | { kind: 'cancelTask'; task: CaseTask }
  | { kind: 'moreTime'; task: CaseTask }
  | { kind: 'abandonStep'; visit: number }
  | { kind: 'decideStep'; visit: number; isApproved: boolean }
  | { kind: 'severity' }
  | { kind: 'acknowledge' }
  | { kind: 'news' }
  | { kind: 'decide' }
  | { kind: 'reply' }
  | { kind: 'cause' }
  | { kind: 'action' }
  | { kind: 'finishAction' }
  | { kind: 'askGesture' }
  | { kind: 'decideGesture'; grant: RecoveryGrant; isApproved: boolean }
  | { kind: 'addEvidence' }
  | { kind: 'correct'; entry: Evidence }
  | { kind: 'followUp' }
  | { kind: 'attempt'; followUp: FollowUp }
  | { kind: 'finish'; followUp: FollowUp };
