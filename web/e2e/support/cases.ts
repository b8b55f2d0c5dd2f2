import { type Locator, type Page, expect } from '@playwright/test';
import type { AgentApi } from './api.js';

/** The dialog on top. */
export const dialog = (page: Page): Locator => page.getByRole('dialog').last();

/** A part of the page of a case, by how its name begins. */
export const part = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: new RegExp(`^${name}`) });

/** A case as the API gives it back. */
export interface Made {
  id: string;
  number: string;
}

/** A fault or a request with the answers its form asks for. */
export function openFault(api: AgentApi, title: string, talk?: string): Promise<Made> {
  const answers = { product: 'Kettle', symptom: 'It does not heat.', is_dangerous: 'false' };
  const whose = talk === undefined ? {} : { conversation_id: talk };
  return api.ask('POST', 'cases', { type: 'fault', title, answers, ...whose });
}

/** Ends the present step of the procedure; the next one stands there when it is done. */
export async function completesStep(
  page: Page,
  step: string,
  outcome: string,
  before: (card: Locator) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const card = part(page, 'Procedure').locator('form');
  await expect(card.getByRole('heading', { name: step, exact: true })).toBeVisible();
  for (const box of await card.getByRole('checkbox').all()) await box.check();
  await before(card);
  await card.getByRole('radio', { name: outcome, exact: true }).check();
  await card.getByRole('button', { name: 'Complete the step' }).click();
  await expect(card.getByRole('heading', { name: step, exact: true })).toHaveCount(0);
}
