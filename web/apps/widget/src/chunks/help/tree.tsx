/** An article as elements, from the tree the server sends. Text stays text: no markup is made. */
import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { ArticleNode } from '../../panel/dto';
import { say } from './words';
import type { Word } from './words';

/** Elements that are shown as they are; others give their contents. */
const PLAIN = new Set(
  'p blockquote pre ol ul li thead tr em strong del sup sub br hr code'.split(' '),
);
const CALL_OUTS = ['note', 'tip', 'important', 'warning', 'caution'];

/** Pictures of other servers stay out: they would tell them who reads, and the CSP forbids it. */
const isOurs = (url: string): boolean => new URL(url, location.origin).origin === location.origin;

/** An address we let a reader follow; the server checks the same. */
const isSafe = (url: string): boolean => /^(https?:\/\/|mailto:|tel:|\/(?!\/))/i.test(url);

const link = (url: string, text: ComponentChildren) => (
  <a href={url} target="_blank" rel="noopener noreferrer nofollow">
    {text}
  </a>
);

export const tree = (nodes: ArticleNode[] = [], isHead = false): ComponentChildren =>
  nodes.map(({ tag, text, url, hint, children }) => {
    if (!tag) return text;
    const inner = tree(children, isHead || tag === 'thead');
    const address = url && isSafe(url) ? url : null;
    if (tag === 'a') return address ? link(address, inner) : inner;
    if (tag === 'img') {
      if (!address) return hint;
      return isOurs(address) ? (
        <img src={address} alt={hint ?? ''} loading="lazy" />
      ) : (
        link(address, hint || say('picture'))
      );
    }
    if (tag === 'input')
      return <input type="checkbox" checked={hint === 'checked'} disabled aria-hidden="true" />;
    if (tag === 'table')
      return (
        <div class="wide" tabIndex={0} role="region" aria-label={say('table')}>
          <table>{inner}</table>
        </div>
      );
    if (tag === 'td') return isHead ? <th scope="col">{inner}</th> : <td>{inner}</td>;
    if (tag === 'thead')
      return (
        <thead>
          <tr>{inner}</tr>
        </thead>
      );
    // The title stands above; headings begin one level below.
    if (/^h[2-6]$/.test(tag)) return h('h' + Math.min(6, +tag[1]! + 1), null, inner);
    if (tag === 'blockquote' && CALL_OUTS.includes(hint ?? ''))
      return (
        <blockquote class={hint ?? ''}>
          <b>{say(hint as Word)}</b>
          {inner}
        </blockquote>
      );
    return PLAIN.has(tag) ? h(tag, null, inner) : inner;
  });
