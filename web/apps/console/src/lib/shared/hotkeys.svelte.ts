/**
 * Keys that work anywhere on the page. A key is ignored while somebody writes, unless the
 * binding says otherwise, and always while an input method composes.
 */
export interface Hotkey {
  /**
   * As in `event.key`, with `mod+` for Control or Command and `shift+`. Two keys with a blank
   * between them are pressed one after the other: `g m`.
   */
  keys: string;
  run: (event: KeyboardEvent) => void;
  /** Works while writing, too. */
  whileWriting?: boolean;
}

/** How long the second key of two may take. */
const SECOND_KEY_MS = 1_200;

export class Hotkeys {
  #stack: Hotkey[][] = [];
  #first: { key: string; until: number } | null = null;

  /** Adds bindings; later ones win. Gives back how to take them away. */
  add(bindings: Hotkey[]): () => void {
    this.#stack.push(bindings);
    return this.#away(bindings);
  }

  /** Adds bindings that hold on every page: the page's own win, also if they were added before. */
  addBelow(bindings: Hotkey[]): () => void {
    this.#stack.unshift(bindings);
    return this.#away(bindings);
  }

  #away(bindings: Hotkey[]): () => void {
    return () => {
      this.#stack = this.#stack.filter((other) => other !== bindings);
    };
  }

  handle = (event: KeyboardEvent): void => {
    if (event.isComposing || event.defaultPrevented || event.altKey) return;
    if (MODIFIERS.has(event.key)) return;
    const first = this.#first && this.#first.until > event.timeStamp ? this.#first.key : null;
    this.#first = null;
    const key = name(event);
    const pressed = first ? `${first} ${key}` : key;
    const isWriting = isEditable(event.target);
    const hasDialog = document.querySelector('dialog[open], :popover-open[role]') !== null;
    for (const bindings of this.#stack.toReversed()) {
      const found = bindings.find((one) => one.keys === pressed);
      if (!found || ((isWriting || hasDialog) && !found.whileWriting)) continue;
      event.preventDefault();
      found.run(event);
      return;
    }
    const isFirst = this.#stack.flat().some((one) => one.keys.startsWith(`${key} `));
    if (!isWriting && !hasDialog && isFirst)
      this.#first = { key, until: event.timeStamp + SECOND_KEY_MS };
  };
}

const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'Meta']);

function name(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isLetter = /^\p{L}$/u.test(key);
  const mod = event.metaKey || event.ctrlKey ? 'mod+' : '';
  const shift = event.shiftKey && (isLetter || key.length > 1) ? 'shift+' : '';
  return mod + shift + key;
}

function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
