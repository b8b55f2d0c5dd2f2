/**
 * How a person likes the console. Kept on the device at once and, when logged in, on the
 * server, so that it follows them.
 */
import type { Api } from '@zhiyin/api';
import { defaultRules, readRules, type NotifyRules } from './notify.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

export interface Preferences {
  theme: Theme;
  density: Density;
  notify: NotifyRules;
  /** Enter sends; otherwise Ctrl or Command with Enter does. */
  enterSends: boolean;
  undoSeconds: number;
  customerPane: boolean;
  railCollapsed: boolean;
  foldedBlocks: string[];
  guideClosed: boolean;
}

export const defaults: Preferences = {
  theme: 'system',
  density: 'comfortable',
  notify: defaultRules,
  enterSends: true,
  undoSeconds: 5,
  customerPane: true,
  railCollapsed: false,
  foldedBlocks: [],
  guideClosed: false,
};

const KEY = 'zhiyin.preferences';
const SAVE_AFTER_MS = 800;

export class PreferencesModel {
  value: Preferences = $state({ ...defaults });
  #api: Api;
  #storage: Pick<Storage, 'getItem' | 'setItem'>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSignedIn = false;

  constructor(api: Api, storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#api = api;
    this.#storage = storage;
    const kept = read(storage.getItem(KEY));
    this.value = { ...defaults, ...kept, notify: readRules(kept.notify) };
  }

  /** What the server knows wins over what the device kept. */
  adopt(kept: Record<string, unknown>): void {
    this.#isSignedIn = true;
    const own = Object.fromEntries(Object.entries(kept).filter(([key]) => key in defaults));
    const notify = 'notify' in own ? readRules(own['notify']) : this.value.notify;
    this.value = { ...this.value, ...own, notify };
  }

  setNotify(rules: Partial<NotifyRules>): void {
    this.set('notify', { ...$state.snapshot(this.value.notify), ...rules });
  }

  set<Key extends keyof Preferences>(key: Key, value: Preferences[Key]): void {
    this.value[key] = value;
    this.#storage.setItem(KEY, JSON.stringify(this.value));
    if (!this.#isSignedIn) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const preferences = { ...$state.snapshot(this.value) } as Record<string, unknown>;
      // A failure costs nothing: the device has it, and the next change saves everything again.
      void this.#api.updateMe({ preferences });
    }, SAVE_AFTER_MS);
  }

  toggleFold(block: string): void {
    const folded = this.value.foldedBlocks;
    const next = folded.includes(block) ? folded.filter((b) => b !== block) : [...folded, block];
    this.set('foldedBlocks', next);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

function read(text: string | null): Partial<Preferences> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
