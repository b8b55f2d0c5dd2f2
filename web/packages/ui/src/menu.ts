/** Entries of a menu and the keys that walk it. */
import type { Component } from 'svelte';

export interface MenuItem {
  id: string;
  label: string;
  /** For screen readers, where only the heading above makes the label clear. */
  name?: string;
  icon?: Component<{ size?: number }>;
  hint?: string;
  keys?: string;
  isDanger?: boolean;
  isChecked?: boolean;
  isDisabled?: boolean;
  /** Draws a line above. */
  startsGroup?: boolean;
  /** Names the group that begins here. */
  heading?: string;
  onselect: () => void;
}

/** Arrow keys, Home and End among elements of a role. True when the key was used. */
export function walk(event: KeyboardEvent, container: HTMLElement, selector: string): boolean {
  const items = [...container.querySelectorAll<HTMLElement>(selector)].filter(
    (item) => !item.hasAttribute('disabled'),
  );
  if (items.length === 0) return false;
  const at = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const targets: Record<string, number> = {
    ArrowDown: at >= last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (target === undefined) return false;
  event.preventDefault();
  items[target]?.focus();
  return true;
}
