/** The panel's frame: made on first use, spoken to only by exact origin and window. */
import { unwrap } from '../shared/protocol';
import type { HostMessages, Init } from '../shared/protocol';

export type Post = <K extends keyof HostMessages>(name: K, value: HostMessages[K]) => void;

/** `load` creates the frame unless it is there; `post` waits until the panel listens. */
export type Frame = [load: () => void, post: Post];

export function createFrame(
  server: string,
  path: string,
  parent: HTMLElement,
  init: () => Init,
  hear: (name: string, value: unknown) => void,
): Frame {
  let iframe: HTMLIFrameElement | undefined;
  let isListening = false;
  const waiting: [string, unknown][] = [];

  const send = (zhiyin: string, value: unknown): void =>
    iframe?.contentWindow?.postMessage({ zhiyin, value }, server);

  addEventListener('message', (event) => {
    if (event.origin !== server || !iframe || event.source !== iframe.contentWindow) return;
    const [name, value] = unwrap(event.data);
    if (name === 'boot') {
      send('init', init());
      waiting.splice(0).forEach((call) => send(...call));
      isListening = true;
    } else hear(name, value);
  });

  return [
    () => {
      if (iframe) return;
      iframe = document.createElement('iframe');
      iframe.title = parent.ariaLabel as string;
      // The panel learns our origin from the referrer where `ancestorOrigins` is missing,
      // also when the page's own policy is `no-referrer`.
      iframe.referrerPolicy = 'origin';
      iframe.src = server + path;
      parent.append(iframe);
    },
    (name, value) => {
      if (isListening) send(name, value);
      else waiting.push([name, value]);
    },
  ];
}
