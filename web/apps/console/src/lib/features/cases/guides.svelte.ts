/** Cards of complainants and the catalogue of gestures: the same for every case, fetched once. */
import type { ComplaintCards, RecoverySettings } from '@zhiyin/api';
import { Part } from './case.svelte.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';

const cards = new WeakMap<Desk, Part<ComplaintCards>>();
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
