/**
 * What readers see of a Markdown text. The server makes its own and decides; this shows the
 * same at once while writing. Whatever HTML there is goes through a sieve of tags.
 */
import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const TAGS =
  'a b blockquote br caption code del details div em h2 h3 h4 h5 h6 hr i img input kbd li ol p pre strong sub summary sup table tbody td th thead tr ul'.split(
    ' ',
  );
const ATTRIBUTES =
  'href title src alt width height start align type checked disabled class target rel loading'.split(
    ' ',
  );
const ADDRESS = /^(?:https?:|mailto:|tel:|[/#?.]|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i;
const CALL_OUT = /^<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|(?=<\/p>))/;

const marked = new Marked({
  gfm: true,
  renderer: {
    // The title of the page is its only heading of the first level.
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 1);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    blockquote({ tokens }) {
      const inner = this.parser.parse(tokens);
      const kind = CALL_OUT.exec(inner)?.[1]?.toLowerCase();
      if (!kind) return `<blockquote>\n${inner}</blockquote>\n`;
      const text = inner.replace(CALL_OUT, '<p>').replace(/^<p><\/p>\n?/, '');
      return `<blockquote class="markdown-alert-${kind}">\n${text}</blockquote>\n`;
    },
  },
});

export function html(markdown: string): string {
  return marked.parse(markdown, { async: false });
}

/** Clean elements of HTML, however it came; links leave the console alone. */
export function sieve(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: ADDRESS,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const one of fragment.querySelectorAll('[class]'))
    if (!/^markdown-alert-[a-z]+$/.test(one.className)) one.removeAttribute('class');
  for (const box of fragment.querySelectorAll('input')) {
    if (box.type === 'checkbox') box.disabled = true;
    else box.remove();
  }
  return fragment;
}

/** The words of a text, as they are sent in a message. */
export function plainText(fragment: DocumentFragment): string {
  const blocks = 'P,LI,H2,H3,H4,H5,H6,TR,PRE,HR,BLOCKQUOTE,TABLE,UL,OL'.split(',');
  let text = '';
  const line = () => {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  };
  const walk = (node: Node): void => {
    if (node.nodeType === 3) {
      const words = (node.textContent ?? '').replace(/\s+/g, ' ');
      text += text === '' || text.endsWith('\n') ? words.trimStart() : words;
      return;
    }
    const name = node.nodeName;
    if (name === 'BR') return line();
    const isBlock = blocks.includes(name);
    if (isBlock) line();
    if (name === 'LI') {
      const list = node.parentNode;
      const at = list ? [...list.children].indexOf(node as Element) + 1 : 1;
      text += list?.nodeName === 'OL' ? `${at}. ` : '- ';
    }
    for (const child of node.childNodes) walk(child);
    if (name === 'TD' || name === 'TH') text += ' ';
    if (isBlock) line();
  };
  walk(fragment);
  return text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .join('\n');
}
