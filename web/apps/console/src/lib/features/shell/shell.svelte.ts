/** What floats over the page: menu drawer, palette, shortcut sheet; and what pages offer the palette. */
import type { ConversationId, View } from '@zhiyin/api';
import { getContext, setContext } from 'svelte';
import type { Start } from '$lib/features/views/start.ts';
import type { Composers } from '$lib/shared/composers.svelte.ts';

export interface Command {
  id: string;
  label: string;
  group: string;
  keys?: string;
  /** Further words it is found by. */
  words?: string;
  run: () => void;
}

export class ShellState {
  isPaletteOpen = $state(false);
  areShortcutsOpen = $state(false);
  isDrawerOpen = $state(false);
  /** A saved view that is changed, or what a new one begins with. */
  editingView: { view: View | null; start: Start } | null = $state.raw(null);
  /** Conversations on which a macro is to be run. */
  macroOn: readonly ConversationId[] | null = $state.raw(null);
  /** The conversation whose automation is explained. */
  explaining: ConversationId | null = $state.raw(null);
  /** Commands of the page that is shown. */
  pageCommands: Command[] = $state.raw([]);
  readonly composers: Composers;

  constructor(composers: Composers) {
    this.composers = composers;
  }
}

const KEY = Symbol('shell');
export const setShell = (given: { composers: Composers }): ShellState =>
  setContext(KEY, new ShellState(given.composers));
export const getShell = (): ShellState => getContext(KEY);
