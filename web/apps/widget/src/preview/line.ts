/**
 * What console, stage and panel of a preview say to each other. All three are pages of our own
 * server: the frames have no address of their own and take over the origin of who made them.
 */
import { unwrap } from '../shared/protocol';

export function tell(target: Window, value: unknown): void {
  target.postMessage({ zhiyin: 'preview', value }, window.origin);
}

export function hear(source: Window, run: (value: unknown) => void): void {
  addEventListener('message', (event) => {
    if (event.origin !== window.origin || event.source !== source) return;
    const [name, value] = unwrap(event.data);
    if (name === 'preview') run(value);
  });
}
