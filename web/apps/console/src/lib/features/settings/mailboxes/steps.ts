/** Which fault belongs to which step of setting a mailbox up. Pure. */
import type { ApiError } from '@zhiyin/api';
import type { Fault } from './form.ts';

export const STEPS = ['address', 'servers', 'mails'] as const;
export type StepName = (typeof STEPS)[number];

function stepOf(name: string): StepName {
  if (name === 'address' || name === 'name') return 'address';
  return /^(incoming|outgoing|perMinute)/.test(name) ? 'servers' : 'mails';
}

export const faultsAt = (faults: Iterable<Fault>, step: StepName): Fault[] =>
  [...faults].filter((fault) => stepOf(fault) === step);

/** The step that holds what the server refused; none if it concerns no field. */
export function errorStep(error: Pick<ApiError, 'code' | 'fields'>): StepName | null {
  if (error.code === 'already-exists') return 'address';
  const path = error.fields[0]?.path;
  return path ? stepOf(path.replace(/^\//, '')) : null;
}
