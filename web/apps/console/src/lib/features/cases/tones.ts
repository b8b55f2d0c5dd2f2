/** How statuses, priorities and severities look. Pure. */
import type { CaseStatus, GrantStatus, Priority, Severity, StatusLabel, Tone } from '@zhiyin/api';

export type BadgeTone = 'quiet' | 'celadon' | 'vermilion' | 'amber' | 'moss' | 'indigo' | 'sand';

const byTone: Record<Tone, BadgeTone> = {
  neutral: 'quiet',
  info: 'celadon',
  warning: 'amber',
  danger: 'vermilion',
  success: 'moss',
};
const byCategory: Record<CaseStatus['category'], BadgeTone> = {
  new: 'celadon',
  open: 'celadon',
  waiting_for_customer: 'quiet',
  waiting_for_back_office: 'quiet',
  resolved: 'moss',
  closed: 'quiet',
};

/** The tone of the label, or of the category where the company has no words of its own. */
export const statusTone = (
  status: Pick<CaseStatus, 'category'>,
  label: StatusLabel | undefined,
): BadgeTone => (label ? byTone[label.tone] : byCategory[status.category]);

export const severityTone: Record<Severity, BadgeTone> = {
  minor: 'quiet',
  moderate: 'amber',
  serious: 'vermilion',
  critical: 'vermilion',
};

/** Only what is out of the ordinary is worth a mark. */
export const isMarked = (priority: Priority): boolean =>
  priority === 'high' || priority === 'urgent';

export const grantTone: Record<GrantStatus, BadgeTone> = {
  pending: 'amber',
  granted: 'celadon',
  done: 'moss',
  rejected: 'vermilion',
  withdrawn: 'quiet',
};
