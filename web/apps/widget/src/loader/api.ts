/** `window.Zhiyin`, as the site's developers see it. */
import type { Attributes, Identity, MessageSummary } from '../shared/protocol';

export interface Events {
  /** The panel has loaded. */
  ready: null;
  open: null;
  close: null;
  /** How many messages wait unread. */
  unread: number;
  /** A message for the visitor has arrived. */
  message: MessageSummary;
  /** A call was refused, with the code why: `identity-invalid` … */
  error: string;
}

export type Listener<E extends keyof Events> = (value: Events[E]) => void;
export type Call = [method: string, ...values: unknown[]];

export interface ZhiyinApi {
  open(): void;
  close(): void;
  toggle(): void;
  identify(identity: Identity): void;
  setAttributes(attributes: Attributes): void;
  setLocale(locale: string): void;
  logout(): void;
  /** Returns a function that takes the listener off again. */
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void;
  /** For pages that call before the script is there: `(Zhiyin ||= []).push(['open'])`. */
  push(call: Call): void;
}

declare global {
  interface Window {
    Zhiyin?: ZhiyinApi | Call[];
  }
}
