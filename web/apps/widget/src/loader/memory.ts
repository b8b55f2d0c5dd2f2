/**
 * What the loader remembers on the host's origin: no token, no text, only whether there
 * is something to come back to and what the inbox looked like last time.
 */

export interface Memory {
  isKnown?: boolean;
  isOpen?: boolean;
  color?: string;
  position?: string;
}

/**
 * What is remembered, after the change if there is one. Storage may be refused by the
 * browser; then every page starts without memory.
 */
export function remember(
  storage: 'localStorage' | 'sessionStorage',
  inbox: string,
  change?: Memory,
): Memory {
  try {
    const memory = { ...JSON.parse(window[storage]['zhiyin:' + inbox] || '{}'), ...change };
    if (change) window[storage]['zhiyin:' + inbox] = JSON.stringify(memory);
    return memory;
  } catch {
    return {};
  }
}
