/** Addresses in what people write: which may be followed, and which may be loaded. */

/** The address, if a person may follow it; anything else is shown as text. */
export function safeHref(href: string): string | null {
  return /^(https?:|mailto:|tel:)/i.test(href) ? href : null;
}

export type Picture =
  { kind: 'ours'; url: string } | { kind: 'elsewhere'; url: string; host: string };

/**
 * A picture by its address. Only those of our own server are loaded: another one would learn
 * who reads and when, and the page's policy refuses it. They are offered as a link instead.
 */
export function pictureAt(address: string | undefined, origin: string): Picture | null {
  if (!address) return null;
  if (!URL.canParse(address, origin)) return null;
  const url = new URL(address, origin);
  if (!/^https?:$/.test(url.protocol)) return null;
  if (url.origin === origin) return { kind: 'ours', url: url.href };
  return { kind: 'elsewhere', url: url.href, host: url.host };
}
