import type { AgentPresence } from '@zhiyin/api';
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';
import Doubt from './Doubt.svelte';
import PresencePicker from './PresencePicker.svelte';

afterEach(cleanup);
beforeAll(async () => {
  await language.choose('en');
  // The top layer is the browser's; here the panel is simply there.
  HTMLElement.prototype.showPopover ??= () => undefined;
  HTMLElement.prototype.hidePopover ??= () => undefined;
});

const seen: AgentPresence = {
  agent_id: 'ag_1',
  chosen: 'online',
  reason: null,
  effective: 'away',
  since: '2026-01-01T10:00:00Z',
  is_connected: true,
  is_on_shift: true,
  away_because: 'missed_offers',
  units_used: 2,
  units_total: 6,
  work: { chat: 1, call: 0, mail: 0, task: 0 },
};

function setup(mine: AgentPresence) {
  const choose = vi.fn(async () => ({ ok: true, value: mine }));
  const agent = { id: 'ag_1', presence: 'online' };
  const desk = {
    attendance: { mine, isSetting: false, choose },
    directory: { agent: () => agent },
    me: { agent },
    app: { fail: vi.fn() },
  } as unknown as Desk;
  return { desk, choose };
}

describe('the presence picker', () => {
  it('shows what the system believes, why, and how much is in use', () => {
    const { desk, choose } = setup(seen);
    render(PresencePicker, { desk, isNarrow: false, open: true });
    expect(screen.getByRole('button', { name: 'Your presence: Away' })).toBeTruthy();
    const believed = screen.getByRole('region', { name: 'How the system sees you' });
    expect(believed.textContent).toContain('Offers were left unanswered.');
    expect(believed.textContent).toContain('1 chat');
    expect(screen.getByRole('meter').getAttribute('aria-valuetext')).toBe('2 of 6 units');
    screen.getByRole('button', { name: 'I am here' }).click();
    expect(choose).toHaveBeenCalledWith('online', undefined);
  });

  it('asks what a break is for before it begins', async () => {
    const { desk, choose } = setup({ ...seen, effective: 'online', away_because: null });
    render(PresencePicker, { desk, isNarrow: false, open: true });
    screen.getByRole('radio', { name: /On a break/ }).click();
    expect(choose).not.toHaveBeenCalled();
    const meal = await screen.findByRole('button', { name: 'Meal' });
    meal.click();
    expect(choose).toHaveBeenCalledWith('break', 'meal');
  });
});

describe('who is taken for away', () => {
  it('is told, and is back with one click', () => {
    const { desk, choose } = setup(seen);
    render(Doubt, { desk });
    expect(screen.getByRole('status').textContent).toContain('no new conversations come to you');
    screen.getByRole('button', { name: 'I am here' }).click();
    expect(choose).toHaveBeenCalledWith('online');
  });

  it('is not told what they chose themselves', () => {
    const { desk } = setup({ ...seen, chosen: 'away', away_because: null });
    render(Doubt, { desk });
    expect(screen.queryByRole('status')).toBeNull();
  });
});
