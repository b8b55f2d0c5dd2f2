/**
 * What is said around the words of the bot: that it is a program, where its answer comes from,
 * and the way to a person, which is there as long as it speaks.
 */
import { Fragment, h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { Card, QuickReply } from '../../panel/dto';
import { Icon } from '../../panel/view/parts';
import { adopt } from '../adopt';
import { isSafeLink } from '../talk/blocks';
import css from './bot.css?inline';
import { say } from './words';

adopt(css);

const ROBOT =
  'M12 8V4H8M6 8h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2ZM9 13v2M15 13v2';

/** Who says it: a name, and that nobody sits behind it. */
export const Bot = ({ name }: { name: string }) => (
  <Fragment>
    <span class="bot" aria-hidden="true">
      <Icon d={ROBOT} />
    </span>
    <b dir="auto">{name || say('bot')}</b> <span class="auto">{say('automatic')}</span>
  </Fragment>
);

/** The article an answer was taken from. */
export const Source = ({ cards }: { cards: Card[] }) => (
  <Fragment>
    {cards.map(({ title, url }) =>
      url && isSafeLink(url) ? (
        <a class="src" href={url} target="_blank" rel="noopener noreferrer nofollow">
          {say('source')} <span dir="auto">{title}</span>
          <i class="sr"> ({say('opens')})</i>
        </a>
      ) : (
        <p class="src">
          {say('source')} <b dir="auto">{title}</b>
        </p>
      ),
    )}
  </Fragment>
);

/** A reply that is offered and asks for a person, in the words of the server or ours. */
export const isWish = ({ text }: QuickReply): boolean => /^(Talk to a person|转人工)/.test(text);

/**
 * Asking for a person is a message like any other: the wish is heard in every phrasing. Where the
 * last message offers the same, once is enough.
 */
export function Person({ desk }: { desk: Desk }) {
  const { outbox, messages } = desk.get();
  if (!outbox.length && messages[messages.length - 1]?.quick_replies.some(isWish)) return null;
  return (
    <div class="person" role="group" aria-label={say('label')}>
      <span>{say('label')}</span>
      <button type="button" disabled={outbox.length > 0} onClick={() => desk.send(say('person'))}>
        {say('person')}
      </button>
    </div>
  );
}
