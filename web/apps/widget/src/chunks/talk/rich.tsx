/** What most conversations do without: lists, code, quotes, cards, quick replies. */
import { h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { Block, Card, QuickReply } from '../../panel/dto';
import { t } from '../../panel/i18n';
import { adopt } from '../adopt';
import { inlines, isSafeLink } from './blocks';
import css from './rich.css?inline';

adopt(css);

export function Rich({ block }: { block: Block }) {
  switch (block.type) {
    case 'list': {
      const items = block.items.map((item) => <li>{inlines(item)}</li>);
      return block.ordered ? <ol class="rl num">{items}</ol> : <ul class="rl">{items}</ul>;
    }
    case 'code':
      return (
        <pre tabIndex={0} dir="ltr">
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return <blockquote>{inlines(block.inlines)}</blockquote>;
    case 'paragraph':
      return <p>{inlines(block.inlines)}</p>;
  }
}

/** Pictures of other servers stay out: they would tell them who reads, and the CSP forbids it. */
const isOwnImage = (url: string | undefined): url is string =>
  !!url && new URL(url, location.origin).origin === location.origin;

export const Cards = ({ cards }: { cards: Card[] }) => (
  <div>
    {cards.map(({ title, text, image_url: image, url }) => (
      <div class="card">
        {isOwnImage(image) && <img src={image} alt="" />}
        <strong dir="auto">{title}</strong>
        {text && <p dir="auto">{text}</p>}
        {url && isSafeLink(url) && (
          <a class="act" href={url} target="_blank" rel="noopener noreferrer nofollow">
            {t('openLink')}
          </a>
        )}
      </div>
    ))}
  </div>
);

/** An answer given by a tap is a message like any other. */
export const Replies = ({ options, desk }: { options: QuickReply[]; desk: Desk }) => (
  <div class="qr" role="group" aria-label={t('suggestions')}>
    {options.map(({ label, text }) => (
      <button type="button" onClick={() => desk.send(text)}>
        {label}
      </button>
    ))}
  </div>
);
