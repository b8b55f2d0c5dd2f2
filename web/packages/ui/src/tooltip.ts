/** One shared tooltip for the page, shown on hover and focus. The name itself is on the control. */
import { place } from './place.ts';

const DELAY_MS = 450;

let bubble: HTMLElement | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

function show(anchor: HTMLElement, text: string, keys: string | undefined): void {
  bubble ??= create();
  bubble.replaceChildren(text);
  if (keys) {
    const hint = document.createElement('kbd');
    hint.textContent = keys;
    bubble.append(hint);
  }
  bubble.showPopover();
  place(anchor, bubble, 'bottom');
}

function create(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'zy-tooltip';
  element.popover = 'manual';
  element.setAttribute('aria-hidden', 'true');
  document.body.append(element);
  return element;
}

function hide(): void {
  clearTimeout(timer);
  if (bubble?.matches(':popover-open')) bubble.hidePopover();
}

/** Attachment: `{@attach tooltip(() => label)}`. */
export function tooltip(text: () => string, keys: () => string | undefined = () => undefined) {
  return (anchor: HTMLElement) => {
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (anchor.isConnected) show(anchor, text(), keys());
      }, DELAY_MS);
    };
    const onFocus = () => {
      if (anchor.matches(':focus-visible')) soon();
    };
    anchor.addEventListener('mouseenter', soon);
    anchor.addEventListener('mouseleave', hide);
    anchor.addEventListener('focus', onFocus);
    anchor.addEventListener('blur', hide);
    anchor.addEventListener('click', hide);
    return () => {
      hide();
      anchor.removeEventListener('mouseenter', soon);
      anchor.removeEventListener('mouseleave', hide);
      anchor.removeEventListener('focus', onFocus);
      anchor.removeEventListener('blur', hide);
      anchor.removeEventListener('click', hide);
    };
  };
}
