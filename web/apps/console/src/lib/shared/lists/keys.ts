/** The keys of every list that is walked row by row. */
import type { Hotkey } from '../hotkeys.svelte.ts';

export interface Walked {
  move: (step: 1 | -1) => void;
  openActive: () => void;
}

const PRESSES_ITSELF = 'button, a, [role="tab"], [role="menuitem"]';

/** `j` and `k` or arrows walk, Enter opens, `/` leads to the search, `c` makes a new one. */
export function listKeys(
  list: () => Walked,
  search: () => HTMLElement | undefined,
  create: () => (() => void) | undefined,
): Hotkey[] {
  /** Enter on a button presses the button. */
  const open = (event: KeyboardEvent): void => {
    const pressed = (event.target as HTMLElement).closest<HTMLElement>(PRESSES_ITSELF);
    if (pressed) pressed.click();
    else list().openActive();
  };
  return [
    { keys: 'j', run: () => list().move(1) },
    { keys: 'k', run: () => list().move(-1) },
    { keys: 'ArrowDown', run: () => list().move(1) },
    { keys: 'ArrowUp', run: () => list().move(-1) },
    { keys: 'Enter', run: open },
    { keys: '/', run: () => search()?.focus() },
    { keys: 'c', run: () => create()?.() },
  ];
}
