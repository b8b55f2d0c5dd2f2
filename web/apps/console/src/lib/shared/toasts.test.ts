import { ToastRegion, Toasts } from '@zhiyin/ui';
import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  document.body.replaceChildren();
});

const undo = (run = () => undefined as void) => ({ action: { label: 'Undo', run } });

function show(toasts: Toasts) {
  return render(ToastRegion, {
    toasts,
    label: 'Notices',
    closeLabel: 'Close',
    actionKeys: { shown: '⇧+Z', aria: 'Shift+Z' },
    actionHint: (label: string) => `${label}: Shift Z`,
  });
}

describe('toasts', () => {
  it('stay longer when they offer something', () => {
    const toasts = new Toasts();
    toasts.show('Saved');
    toasts.show('Resolved', undo());
    vi.advanceTimersByTime(6_000);
    expect(toasts.items.map((it) => it.text)).toEqual(['Resolved']);
    vi.advanceTimersByTime(6_000);
    expect(toasts.items).toEqual([]);
  });

  it('do not leave while somebody is at them, and go on where they stood', () => {
    const toasts = new Toasts();
    toasts.show('Resolved', undo());
    vi.advanceTimersByTime(11_000);
    toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(toasts.items).toHaveLength(1);
    toasts.show('Saved');
    toasts.release();
    vi.advanceTimersByTime(999);
    expect(toasts.items).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(toasts.items.map((it) => it.text)).toEqual(['Saved']);
  });

  it('do what the newest offers, once', () => {
    const toasts = new Toasts();
    const done: string[] = [];
    toasts.show(
      'One',
      undo(() => void done.push('one')),
    );
    toasts.show(
      'Two',
      undo(() => void done.push('two')),
    );
    toasts.show('Saved');
    const newest = toasts.actionable;
    expect(newest?.text).toBe('Two');
    toasts.act(newest?.id ?? 0);
    toasts.act(newest?.id ?? 0);
    expect(done).toEqual(['two']);
    expect(toasts.actionable?.text).toBe('One');
  });
});

describe('the region of toasts', () => {
  it('is read out with the key, and the key is on the newest offer alone', async () => {
    const toasts = new Toasts();
    show(toasts);
    toasts.show('Resolved', undo());
    toasts.show('Snoozed', undo());
    await tick();
    const region = screen.getByRole('region', { name: 'Notices' });
    expect(region.getAttribute('aria-live')).toBe('polite');
    expect(region.textContent).toContain('Undo: Shift Z');
    const keys = screen
      .getAllByRole('button', { name: /^Undo/ })
      .map((it) => it.getAttribute('aria-keyshortcuts'));
    expect(keys).toEqual([null, 'Shift+Z']);
  });

  it('takes the focus when asked, waits, and gives it back when the last is gone', async () => {
    const field = document.createElement('textarea');
    document.body.append(field);
    field.focus();
    const toasts = new Toasts();
    const { component } = show(toasts);
    expect(component.reach()).toBe(false);
    const run = vi.fn();
    toasts.show('Resolved', undo(run));
    await tick();
    expect(component.reach()).toBe(true);
    const button = screen.getByRole('button', { name: /^Undo/ });
    expect(document.activeElement).toBe(button);
    vi.advanceTimersByTime(60_000);
    await tick();
    expect(toasts.items).toHaveLength(1);
    button.click();
    await tick();
    await tick();
    expect(run).toHaveBeenCalledOnce();
    expect(toasts.items).toEqual([]);
    expect(document.activeElement).toBe(field);
  });

  it('gives the focus back on Escape and lets the time go on', async () => {
    const field = document.createElement('textarea');
    document.body.append(field);
    field.focus();
    const toasts = new Toasts();
    const { component } = show(toasts);
    toasts.show('Resolved', undo());
    await tick();
    component.reach();
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }),
    );
    await tick();
    await tick();
    expect(document.activeElement).toBe(field);
    vi.advanceTimersByTime(12_000);
    expect(toasts.items).toEqual([]);
  });
});
