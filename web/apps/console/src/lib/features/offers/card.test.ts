import type { Offer } from '@zhiyin/api';
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';
import type { Shown } from './model.svelte.ts';
import OfferCard from './OfferCard.svelte';

afterEach(cleanup);
beforeAll(() => language.choose('en'));

const NOW = Date.parse('2026-01-01T10:00:10Z');
const desk = {
  app: { clock: { now: new Date(NOW) } },
  directory: {
    agent: (id: string | null) => (id === 'ag_2' ? { display_name: 'Mei' } : undefined),
  },
} as unknown as Desk;

const offer: Offer = {
  item_id: 'qi_1',
  conversation_id: 'cv_1',
  conversation_number: 7,
  inbox_id: 'ib_1',
  queue_id: 'qu_1',
  queue_name: 'After sales',
  contact_name: '',
  preview: 'My cup is broken',
  language: 'zh-CN',
  tier: 9,
  severity: 'urgent',
  waited_s: 65,
  offered_at: '2026-01-01T10:00:00Z',
  until: '2026-01-01T10:00:20Z',
  reason: 'last_agent',
  trigger: 'entered',
  from_agent_id: null,
  note: null,
};

function show(given: Partial<Offer> = {}, state: Partial<Shown> = {}) {
  const shown: Shown = {
    offer: { ...offer, ...given },
    state: 'open',
    endsAt: NOW + 9_200,
    totalMs: 20_000,
    waitingSince: NOW - 75_000,
    outcome: null,
    ...state,
  };
  const heard = { onaccept: vi.fn(), ondecline: vi.fn(), onopen: vi.fn(), ondismiss: vi.fn() };
  render(OfferCard, { desk, shown, isFirst: true, ...heard });
  return heard;
}

describe('an offer', () => {
  it('says who, how long, about what, why, and how much time is left', () => {
    show();
    const card = screen.getByRole('article', { name: 'Offered to you: Visitor' });
    for (const text of ['Waiting 1:15', 'Tier 9', 'Urgent', 'My cup is broken', 'After sales'])
      expect(card.textContent).toContain(text);
    expect(card.textContent).toContain('You helped this customer last time.');
    expect(screen.getByRole('timer', { name: '10 seconds left' })).toBeTruthy();
  });

  it('is taken or left by its buttons, whose keys are named', () => {
    const heard = show();
    const accept = screen.getByRole('button', { name: /Accept/ });
    expect(accept.getAttribute('aria-keyshortcuts')).toBe('y');
    accept.click();
    screen.getByRole('button', { name: /Decline/ }).click();
    expect(heard.onaccept).toHaveBeenCalledOnce();
    expect(heard.ondecline).toHaveBeenCalledOnce();
  });

  it('cannot be pressed twice', () => {
    show({}, { state: 'accepting' });
    for (const button of screen.getAllByRole('button'))
      expect(button).toHaveProperty('disabled', true);
  });

  it('of a colleague shows their note', () => {
    show({ from_agent_id: 'ag_2', note: 'She has asked twice.', reason: 'by_hand' });
    const card = screen.getByRole('article', { name: /Mei transfers to you/ });
    expect(card.textContent).toContain('She has asked twice.');
    expect(card.textContent).not.toContain('A colleague chose you.');
  });

  it('that is gone says so, and offers nothing', () => {
    show({}, { state: 'gone', outcome: 'expired' });
    expect(screen.getByText(/has gone on to a colleague/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Accept/ })).toBeNull();
  });

  it('that was given is opened, not decided', () => {
    const heard = show({ until: null }, { state: 'direct', endsAt: null });
    expect(screen.queryByRole('timer')).toBeNull();
    screen.getByRole('button', { name: 'Open' }).click();
    expect(heard.onopen).toHaveBeenCalledOnce();
    screen.getByRole('button', { name: 'Close' }).click();
    expect(heard.ondismiss).toHaveBeenCalledOnce();
  });
});
