import type { ClockProgress, Journey, JourneyStep } from '@zhiyin/api';
import { JOURNEY_STEPS } from '@zhiyin/api';
import { cleanup, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';
import JourneyCard from './JourneyCard.svelte';
import type { JourneyModel } from './model.svelte.ts';

afterEach(cleanup);
beforeAll(() => language.choose('en'));

const FETCHED = new Date('2026-01-05T09:00:00Z');
const at = (seconds: number) => new Date(FETCHED.getTime() + seconds * 1000).toISOString();

const clock = (given: Partial<ClockProgress>): ClockProgress => ({
  metric: 'first_response',
  used_s: 10,
  target_s: 30,
  due_at: at(20),
  running: 'running',
  is_breached: false,
  ...given,
});

const visited: Partial<Record<JourneyStep, object>> = {
  entry: { entered_at: at(-60), left_at: at(-60), visits: 1 },
  classification: {
    entered_at: at(-60),
    left_at: at(-30),
    used_s: 30,
    target_s: 20,
    is_breached: true,
    visits: 2,
  },
  response: { entered_at: at(-30), used_s: 30, visits: 1 },
};

function setup(given: Partial<Journey>, can = true) {
  const journey = {
    session_id: 'ss_1',
    standard: { id: 'sd_1', name: 'VIP' },
    step: 'response',
    steps: JOURNEY_STEPS.map((step) => ({
      step,
      entered_at: null,
      left_at: null,
      used_s: 0,
      target_s: null,
      due_at: null,
      is_breached: false,
      visits: 0,
      ...visited[step],
    })),
    clocks: [clock({})],
    pauses: [],
    guidance: 'Answer the feeling first.',
    ...given,
  } as Journey;
  const setStage = vi.fn(async () => true);
  const setWaitingOn = vi.fn(async () => true);
  const model = {
    journey,
    state: 'ready',
    fetchedAt: FETCHED,
    isSaving: false,
    setStage,
    setWaitingOn,
  } as unknown as JourneyModel;
  const desk = {
    app: {
      clock: { now: new Date(at(5)) },
      session: { can: () => can },
      toasts: { show: vi.fn() },
    },
  } as unknown as Desk;
  render(JourneyCard, { desk, model, stage: 'pre_sales', isOver: false });
  return { setStage, setWaitingOn };
}

const step = (name: string) =>
  screen.getAllByRole('listitem').find((item) => item.textContent?.includes(name));

describe('the card behind the journey bar', () => {
  it('tells of each step how long it took, and of the present one what to mind', () => {
    setup({});
    expect(step('Triage')?.textContent).toContain('left out');
    expect(step('Classification')?.textContent).toMatch(/2 times here.*0:30 \/ 0:20/s);
    expect(step('Classification')?.textContent).toContain('over its limit');
    const now = step('Response');
    expect(now?.getAttribute('aria-current')).toBe('step');
    expect(now?.textContent).toContain('0:35');
    expect(screen.getByText('Answer the feeling first.')).toBeTruthy();
  });

  it('tells of clocks what is left, what stands still, and what is done', () => {
    setup({
      clocks: [
        clock({ running: 'stopped', due_at: null }),
        clock({ metric: 'next_response', due_at: at(-5), used_s: 35, is_breached: true }),
        clock({ metric: 'resolution', running: 'paused', due_at: null, target_s: 3600 }),
        clock({ metric: 'step.triage' }),
      ],
      pauses: ['third_party'],
    });
    expect(screen.getByText('Done in 0:10, target 0:30')).toBeTruthy();
    expect(screen.getByText('0:10 over')).toBeTruthy();
    expect(screen.getByText('0:10 of 1h 00m')).toBeTruthy();
    expect(screen.getByText(/Paused: Waiting for a third party/)).toBeTruthy();
    expect(screen.queryByText('Step: Triage')).toBeNull();
  });

  it('lets those who manage say what is known', () => {
    const { setStage, setWaitingOn } = setup({});
    const stages = within(screen.getByRole('group', { name: 'Purchase' }));
    stages.getByRole('button', { name: 'After-sales' }).click();
    expect(setStage).toHaveBeenLastCalledWith('after_sales');
    // The same again takes it back.
    stages.getByRole('button', { name: 'Pre-sales' }).click();
    expect(setStage).toHaveBeenLastCalledWith(null);
    screen.getByRole('switch', { name: /third party/ }).click();
    expect(setWaitingOn).toHaveBeenCalledWith('third_party');
    expect(screen.getByRole('link').getAttribute('href')).toBe('/settings/standards/sd_1');
  });

  it('shows others only what is', () => {
    setup({ standard: null }, false);
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.getByText('Pre-sales')).toBeTruthy();
    expect(screen.getByText('By the built-in standard')).toBeTruthy();
  });
});
