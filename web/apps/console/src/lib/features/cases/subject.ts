/** What a deadline belongs to, in words: `step:3`, `task:ta_…:1`, `follow_up:fu_…:2`. Pure. */
import type { PlainKey, T } from '@zhiyin/i18n';

const names: Record<string, PlainKey> = {
  step: 'today.kind.step',
  task: 'today.kind.task',
  handover: 'today.kind.handover',
  acknowledgement: 'today.kind.acknowledgement',
  update: 'today.kind.update',
  reply: 'today.kind.reply',
  corrective_action: 'today.kind.corrective_action',
  follow_up: 'today.kind.follow_up',
};

export function dueName(t: T, subject: string | null): string | undefined {
  const key = subject ? names[subject.split(':')[0] ?? ''] : undefined;
  return key ? t(key) : undefined;
}
