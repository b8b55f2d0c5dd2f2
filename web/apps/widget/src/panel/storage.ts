/**
 * What the panel keeps in the browser, under our origin only: `local` is shared by the
 * tabs of one site, `tab` lasts as long as the tab. Where storage is refused, memory
 * serves until the page goes.
 */

/** token, mute, locale, told: shared · draft, outbox: one tab. */
export type Name = 'token' | 'mute' | 'locale' | 'told' | 'draft' | 'outbox';

export interface Storage {
  get(name: Name): string | null;
  set(name: Name, value: string | null): void;
  /** The full name in the browser's storage, to recognise changes of other tabs. */
  key(name: Name): string;
  clear(): void;
}

const SHARED: Name[] = ['token', 'mute', 'locale', 'told'];
const OWN: Name[] = ['draft', 'outbox'];

export function createStorage(inbox: string): Storage {
  const memory: Partial<Record<Name, string | null>> = {};
  const key = (name: Name): string => `zhiyin:${inbox}:${name}`;
  const area = (name: Name): globalThis.Storage =>
    SHARED.includes(name) ? localStorage : sessionStorage;
  const set = (name: Name, value: string | null): void => {
    memory[name] = value;
    try {
      if (value === null) area(name).removeItem(key(name));
      else area(name).setItem(key(name), value);
    } catch {
      // Refused or full: `memory` has it.
    }
  };
  return {
    key,
    set,
    get(name) {
      try {
        return area(name).getItem(key(name)) ?? null;
      } catch {
        return memory[name] ?? null;
      }
    },
    /** Logging out forgets the person, not the language and the sound they chose. */
    clear: () => (['token', 'told', ...OWN] as Name[]).forEach((name) => set(name, null)),
  };
}
