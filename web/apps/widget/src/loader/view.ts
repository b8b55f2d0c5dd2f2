/** The bubble, the preview and the frame's place: one shadow root, built node by node. */
import { inkOn } from '../shared/colour';
import css from './style.css?inline';
import { textsFor } from './texts';

/** No markup from strings anywhere: a page with Trusted Types would refuse it. */
function element(tag: string, className: string, ...children: Node[]): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/** A button of ours never submits a form of the site. */
function button(action: () => void, className: string, ...children: Node[]): HTMLElement {
  const node = element('button', className, ...children) as HTMLButtonElement;
  node.type = 'button';
  node.onclick = action;
  return node;
}

/** The parts the loader works with; `say` renders everything that changes. */
export type View = [
  host: HTMLElement,
  bubble: HTMLElement,
  dialog: HTMLElement,
  show: (colour: string, position: string) => void,
  say: (locale: string, isOpen: boolean, unread: number, author: string, text: string) => void,
];

export function createView(toggle: () => void, dismiss: () => void): View {
  const host = document.createElement('zhiyin-chat');
  const shadow = host.attachShadow({ mode: 'open' });
  // A constructed sheet is not "inline": it works under any `style-src`.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  const badge = element('span', 'n');
  const bubble = button(toggle, 'b', element('i', ''), badge);
  const dialog = element('div', 'f');
  const name = element('b', '');
  const line = element('span', '');
  const drop = button(dismiss, 'x');
  const preview = element('div', 'p', button(toggle, 't', name, line), drop);
  const root = element('div', 'w', preview, dialog, bubble);
  name.dir = line.dir = 'auto';
  root.role = 'region';
  dialog.role = 'dialog';
  shadow.append(root);

  return [
    host,
    bubble,
    dialog,
    (colour, position) => {
      root.style.setProperty('--accent', colour);
      root.style.setProperty('--ink', inkOn(colour));
      root.classList.toggle('left', position === 'left');
      // Moving it would reload the frame inside.
      if (!host.isConnected) document.documentElement.append(host);
    },
    (locale, isOpen, unread, author, text) => {
      const [open, close, title, count] = textsFor(locale);
      root.classList.toggle('on', isOpen);
      root.ariaLabel = dialog.ariaLabel = title;
      drop.ariaLabel = close;
      bubble.ariaLabel = (isOpen ? close : open) + title + (unread ? ', ' + unread + count : '');
      bubble.ariaExpanded = '' + isOpen;
      badge.textContent = '' + unread;
      badge.hidden = !unread;
      preview.hidden = !author;
      name.textContent = author;
      line.textContent = text;
    },
  ];
}
