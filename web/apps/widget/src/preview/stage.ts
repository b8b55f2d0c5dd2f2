/**
 * The corner of a customer's page, for the settings of the console: the loader's own bubble and
 * frame around the previewed panel.
 */
import { createView } from '../loader/view';
import { cleanColour } from '../shared/colour';
import { hear, tell } from './line';
import type { Look } from './sample';

/** Where this script lies, and the panel beside it. */
const base = import.meta.url.replace(/[^/]*$/, '');
const [, , dialog, show, say] = createView(
  () => {},
  () => {},
);
const frame = document.createElement('iframe');
frame.tabIndex = -1;
frame.srcdoc =
  '<!doctype html><meta charset="utf-8">' +
  `<link rel="stylesheet" href="${base}panel.css">` +
  `<script type="module" src="${base}panel.js"></script><body></body>`;
// Light or dark as the reader's page, like the panel.
document.documentElement.style.colorScheme = 'light dark';
let look: Look | null = null;
let isReady = false;

function update(): void {
  if (!look) return;
  const { settings, locale } = look;
  document.documentElement.lang = locale;
  show(cleanColour(settings.color), settings.position);
  say(locale, true, 0, '', '');
  frame.title = dialog.ariaLabel ?? '';
  document.body.inert = document.documentElement.inert = true;
  if (isReady && frame.contentWindow) tell(frame.contentWindow, look);
}

hear(parent, (value) => {
  look = value as Look;
  update();
});
dialog.append(frame);
show(cleanColour(null), 'right');
hear(frame.contentWindow as Window, () => {
  isReady = true;
  update();
});
tell(parent, 'ready');
