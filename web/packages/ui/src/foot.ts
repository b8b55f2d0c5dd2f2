/** What is fixed to the foot of the page: notices stand above the tallest of it. */
const heights = new Map<Element, number>();
let told = 0;
let frame = 0;

/** Once for each picture: what goes and comes back in the same one changes nothing. */
function tell(): void {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    const tallest = Math.max(0, ...heights.values());
    if (tallest === told) return;
    told = tallest;
    document.documentElement.style.setProperty('--foot', `${tallest}px`);
  });
}

/** Attachment: `{@attach foot}`. */
export function foot(element: HTMLElement): () => void {
  const measure = () => {
    heights.set(element, element.offsetHeight);
    tell();
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  return () => {
    observer.disconnect();
    heights.delete(element);
    tell();
  };
}
