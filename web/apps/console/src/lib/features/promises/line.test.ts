import type { CustomerPromise } from '@zhiyin/api';
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';
import PromiseLine from './PromiseLine.svelte';

afterEach(cleanup);
beforeAll(() => language.choose('en'));

const desk = {
  app: { clock: { now: new Date('2026-01-05T09:00:00') } },
  directory: { agent: (id: string | null) => (id ? { display_name: 'Mei' } : undefined) },
} as unknown as Desk;

const promise: CustomerPromise = {
  id: 'pm_1',
  conversation_id: 'cv_1',
  conversation_number: 7,
  contact: { id: 'ct_1', name: 'Lin' },
  kind: 'call_back',
  text: 'Tell the date of delivery',
  phone: '138 0013 8000',
  due_at: new Date('2026-01-05T10:00:00').toISOString(),
  owner_id: 'ag_1',
  status: 'open',
  is_overdue: false,
  made_by: 'ag_1',
  made_by_kind: 'agent',
  kept_at: null,
  created_at: '2026-01-05T08:00:00Z',
  version: 1,
};

function show(given: Partial<CustomerPromise>, canChange = true) {
  const onkeep = vi.fn();
  const { container } = render(PromiseLine, {
    desk,
    promise: { ...promise, ...given },
    isBusy: false,
    canChange,
    onkeep,
    onchange: vi.fn(),
    oncancel: vi.fn(),
  });
  return { onkeep, text: () => container.textContent ?? '' };
}

describe('a promise in a line', () => {
  it('says what, by when, who, and which number', () => {
    const { text, onkeep } = show({});
    expect(text()).toMatch(/Tell the date of delivery.*Due 10:00.*Mei.*138 0013 8000/s);
    screen.getByRole('button', { name: 'Mark as kept: Tell the date of delivery' }).click();
    expect(onkeep).toHaveBeenCalledOnce();
  });

  it('is overdue by the clock, before the server has said so', () => {
    const { text } = show({ due_at: new Date('2026-01-05T08:59:00').toISOString() });
    expect(text()).toContain('Overdue since 08:59');
  });

  it('without words is called by its kind', () => {
    expect(show({ text: '' }).text()).toContain('Call back');
  });

  it('is only read once it is done with, or by those who do not reply', () => {
    expect(show({ status: 'cancelled', reason: 'It came' }).text()).toMatch(/Cancelled.*It came/s);
    expect(screen.queryByRole('button')).toBeNull();
    cleanup();
    show({}, false);
    expect(screen.queryByRole('button')).toBeNull();
  });
});
