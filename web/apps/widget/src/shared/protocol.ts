/**
 * What the loader on the host page and the panel in our frame say to each other.
 *
 * Both sides check the exact origin and the sending window before they look at a
 * message, and read it only through the functions here. No visitor token ever crosses.
 */

/** Who the site says its visitor is; proved by a signature of the site's server. */
export type Identity = { jwt: string } | { user_id: string; hmac: string };

export type Attributes = Record<string, string | number | boolean | null>;

export interface PageContext {
  page_url: string;
  page_title: string;
  referrer: string;
}

/** Enough of a message for a preview on the host page. */
export interface MessageSummary {
  id: string;
  author: string;
  text: string;
  at: string;
}

export interface Init {
  /** As the site wrote it; empty leaves the choice to the panel. */
  locale: string;
  /** `rtl` if the site wants it; both our languages run from left to right. */
  dir: string;
  context: PageContext;
  isOpen: boolean;
}

export interface PanelState {
  /** A visitor token is kept in the frame's storage. */
  isKnown: boolean;
  unread: number;
  /** The number before the page's title: 0 when the page is seen, or the visitor muted us. */
  inTitle: number;
  locale: string;
  /** The inbox's look, for a page that lets the loader ask nobody (`connect-src`). */
  color: string;
  position: string;
}

/** Loader → panel. */
export interface HostMessages {
  init: Init;
  open: null;
  close: null;
  identify: Identity;
  attributes: Attributes;
  locale: string;
  page: PageContext;
  logout: null;
}

/** Panel → loader. */
export interface PanelMessages {
  /** The panel listens now; the loader answers with `init`. */
  boot: null;
  /** The first paint with the inbox's texts is done. */
  ready: null;
  close: null;
  state: PanelState;
  message: MessageSummary;
  error: string;
}

/** `{ zhiyin: 'open', value: null }`: the name also marks the message as ours. */
export type Envelope<M> = { [K in keyof M]: { zhiyin: K; value: M[K] } }[keyof M];

/** Name and contents of a message of ours; the name is '' for anything else. */
export function unwrap(data: unknown): [name: string, value: unknown] {
  const { zhiyin = '', value } = (data ?? {}) as { zhiyin?: unknown; value?: unknown };
  return ['' + zhiyin, value];
}
