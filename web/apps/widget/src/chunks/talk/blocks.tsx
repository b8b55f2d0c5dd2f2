/** Light formatting from its typed tree. Text stays text: nothing here makes markup. */
import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { Block, Inline } from '../../panel/dto';
import { lazy } from '../../panel/view/parts';

const Rich = lazy(async () => (await import('./rich')).Rich);

/** An address we let a reader follow; the server checks the same. */
export const isSafeLink = (href: string): boolean => /^(https?:\/\/|mailto:|tel:)/i.test(href);

const tags = { bold: 'strong', italic: 'em', strike: 's' } as const;

export const inlines = (nodes: Inline[]): ComponentChildren =>
  nodes.map((node) => {
    if (node.type === 'text') return node.text;
    if (node.type === 'mention') return '@' + node.name;
    if (node.type === 'code') return <code>{node.text}</code>;
    if (node.type !== 'link') return h(tags[node.type], null, inlines(node.inlines));
    return isSafeLink(node.href) ? (
      <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
        {node.text}
      </a>
    ) : (
      node.text
    );
  });

export const blocks = (nodes: Block[]): ComponentChildren =>
  nodes.map((node) =>
    node.type === 'paragraph' ? <p>{inlines(node.inlines)}</p> : <Rich block={node} />,
  );
