/** Puts a floating element beside its anchor, flipped and shifted so that it stays on the screen. */
export type Placement = 'bottom' | 'bottom-start' | 'bottom-end' | 'top-start' | 'top-end';

const GAP = 6;
const EDGE = 8;

export function place(anchor: Element, floating: HTMLElement, placement: Placement): void {
  const from = anchor.getBoundingClientRect();
  floating.style.position = 'fixed';
  floating.style.inset = 'auto';
  floating.style.margin = '0';
  const width = floating.offsetWidth;
  const height = floating.offsetHeight;
  const fitsBelow = from.bottom + GAP + height <= innerHeight - EDGE;
  const fitsAbove = from.top - GAP - height >= EDGE;
  const isAbove = placement.startsWith('top') ? fitsAbove || !fitsBelow : !fitsBelow && fitsAbove;
  const top = isAbove ? from.top - GAP - height : from.bottom + GAP;
  let left = from.left + from.width / 2 - width / 2;
  if (placement.endsWith('start')) left = from.left;
  if (placement.endsWith('end')) left = from.right - width;
  floating.style.top = `${Math.round(clamp(top, EDGE, innerHeight - height - EDGE))}px`;
  floating.style.left = `${Math.round(clamp(left, EDGE, innerWidth - width - EDGE))}px`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, Math.max(low, high)));
}
