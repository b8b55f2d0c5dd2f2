/**
 * The earlier mails inside a mail's HTML: what the server cut from the text is looked for here and
 * hidden until somebody wants it. Works on the frame's document; the original stays whole.
 */

/** What programs put around earlier mails. */
const MARKS = 'blockquote[type="cite"], .gmail_quote, .moz-cite-prefix, #divRplyFwdMsg';
const BLOCKS = 'p, div, td, blockquote, li, pre, h1, h2, h3, h4, section, article, center';

const plain = (text: string) =>
  text
    .replace(/[\s\u00a0>]+/g, ' ')
    .trim()
    .toLowerCase();

/** How much of a line is enough to know it again; signatures begin with less. */
const LINE_MIN = 6;

/** Hides the earlier mails; false when there are none, or nothing but them. */
export function foldQuote(body: HTMLElement, quoted: string): boolean {
  const start = startOf(body, quoted);
  if (!start) return false;
  const hidden = fromHere(body, start);
  // A mail that is nothing but quoted, as one forwarded without a word, is shown.
  for (const element of hidden) hide(element);
  if (plain(shownText(body)) !== '' || body.querySelector('img:not([data-folded] *)')) return true;
  unfold(body);
  return false;
}

export function unfold(body: HTMLElement): void {
  for (const element of body.querySelectorAll<HTMLElement>('[data-folded]')) {
    element.hidden = false;
    element.removeAttribute('data-folded');
  }
}

function startOf(body: HTMLElement, quoted: string): Element | null {
  const lines = quoted
    .split('\n')
    .map(plain)
    .filter((line) => line.length >= LINE_MIN);
  const first = lines[0]?.slice(0, 60);
  if (first !== undefined) {
    // The innermost block that begins with the line, and the last such: nothing new is below it.
    const found = [...body.querySelectorAll(BLOCKS)].filter((block) =>
      plain(block.textContent ?? '').startsWith(first),
    );
    const innermost = found.find((block) => !found.some((o) => o !== block && block.contains(o)));
    if (innermost) return innermost;
  }
  return quoted === '' ? null : (body.querySelector(MARKS) ?? lastBlockquote(body));
}

/** A quotation that ends the mail; one in its middle is answered line by line. */
function lastBlockquote(body: HTMLElement): Element | null {
  const last = [...body.querySelectorAll('blockquote')].findLast(
    (one) => !one.parentElement?.closest('blockquote'),
  );
  if (!last) return null;
  const text = plain(body.textContent ?? '');
  return text.endsWith(plain(last.textContent ?? '')) ? last : null;
}

/** The element and everything that stands after it. */
function fromHere(body: HTMLElement, start: Element): Node[] {
  const found: Node[] = [start];
  for (let at: Node = start; at !== body; at = at.parentNode as Node) {
    for (let next = at.nextSibling; next; next = next.nextSibling) found.push(next);
    if (!at.parentNode) break;
  }
  return found;
}

/** Bare text is put into an element, which can be hidden. */
function hide(node: Node): void {
  let element = node as HTMLElement;
  if (node.nodeType === Node.TEXT_NODE) {
    if ((node.textContent ?? '').trim() === '') return;
    element = node.ownerDocument?.createElement('span') as HTMLElement;
    node.parentNode?.replaceChild(element, node);
    element.append(node);
  } else if (node.nodeType !== Node.ELEMENT_NODE) return;
  element.hidden = true;
  element.setAttribute('data-folded', '');
}

function shownText(element: Element): string {
  let text = '';
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text += child.textContent ?? '';
    else if (
      child.nodeType === Node.ELEMENT_NODE &&
      !(child as Element).hasAttribute('data-folded')
    )
      text += shownText(child as Element);
  }
  return text;
}
