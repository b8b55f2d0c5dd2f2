/** Cards of complainants, the catalogue of gestures and the desks: the same for every case. */
import type { CaseDesks, ComplaintCards, RecoverySettings } from '@zhiyin/api';
import { Part } from './case.svelte.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';

const cards = new WeakMap<Desk, Part<ComplaintCards>>();
const desks = new WeakMap<Desk, Part<CaseDesks>>();
const catalogues = new WeakMap<Desk, Part<RecoverySettings>>();

/** Asked for when somebody opens them first; again after a failure. */
export function loadCards(desk: Desk): Part<ComplaintCards> {
  const held = cards.get(desk);
  if (held) return held;
  const part = new Part(() => desk.app.api.handling.listComplaintCards());
  cards.set(desk, part);
  void part.load();
  return part;
}

/** Asked for anew each time: limits and gestures change. What was there is shown until then. */
export function loadCatalogue(desk: Desk): Part<RecoverySettings> {
  const part = catalogues.get(desk) ?? new Part(() => desk.app.api.handling.getRecoverySettings());
  catalogues.set(desk, part);
  void part.load();
  return part;
}

/** Which team is which desk, asked for anew each time; what was there is shown until then. */
export function loadDesks(desk: Desk): Part<CaseDesks> {
  const part = desks.get(desk) ?? new Part(() => desk.app.api.caseSettings.getDesks());
  desks.set(desk, part);
  void part.load();
  return part;
}
