/**
 * The page that embeds us. Spoken to by its exact origin only; nothing it says is
 * believed before its window, origin and shape are checked.
 */
import { unwrap } from '../shared/protocol';
import type { HostMessages, PanelMessages } from '../shared/protocol';

export interface Host {
  post<K extends keyof PanelMessages>(name: K, value: PanelMessages[K]): void;
}

export type Heard = { [K in keyof HostMessages]: (value: HostMessages[K]) => void };

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasTexts = (value: unknown, ...names: string[]): boolean =>
  isFields(value) && names.every((name) => typeof value[name] === 'string');

const isContext = (value: unknown): boolean =>
  hasTexts(value, 'page_url', 'page_title', 'referrer');

/** What each message must look like. */
const shapes: { [K in keyof HostMessages]: (value: unknown) => boolean } = {
  init: (value) => hasTexts(value, 'locale', 'dir') && isContext((value as Fields).context),
  open: () => true,
  close: () => true,
  logout: () => true,
  identify: (value) => hasTexts(value, 'jwt') || hasTexts(value, 'user_id', 'hmac'),
  attributes: isFields,
  locale: (value) => typeof value === 'string',
  page: isContext,
};

/** Who frames us: the browser's word where it gives it, else the referrer our loader asks for. */
export function hostOrigin(
  ancestors: ArrayLike<string> | undefined,
  referrer: string,
): string | null {
  const named = ancestors?.[0];
  // A sandboxed or local page has the origin "null", which everybody could claim.
  if (named) return named === 'null' ? null : named;
  return referrer ? new URL(referrer).origin : null;
}

export function createHost(
  origin: string,
  parent: Pick<Window, 'postMessage'>,
  heard: Heard,
  inside: Pick<Window, 'addEventListener'> = window,
): Host {
  inside.addEventListener('message', (event: MessageEvent) => {
    if (event.origin !== origin || event.source !== parent) return;
    const [name, value] = unwrap(event.data);
    if (Object.hasOwn(shapes, name) && shapes[name as 'init'](value))
      heard[name as 'init'](value as HostMessages['init']);
  });
  return {
    post: (name, value) => parent.postMessage({ zhiyin: name, value }, origin),
  };
}
