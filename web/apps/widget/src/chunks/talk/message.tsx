/** One message, ours or theirs, arrived or on its way. */
import { Component, Fragment, h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { Message } from '../../panel/dto';
import { t } from '../../panel/i18n';
import type { Outgoing } from '../../panel/state';
import { Avatar, IconButton, lazy, Line } from '../../panel/view/parts';
import { blocks } from './blocks';
import { isOurs } from './rows';
import { clock, time } from './time';

const Cards = lazy(async () => (await import('./rich')).Cards);
const Ask = lazy(async () => (await import('../ask')).Ask);
const Bot = lazy(async () => (await import('../bot/bot')).Bot);
const Source = lazy(async () => (await import('../bot/bot')).Source);
const Attachments = lazy(async () => (await import('../attachments')).Attachments);

/** The icon of a reply; the others are in the panel, which has no use for it. */
const REPLY = 'M20 18v-2a4 4 0 0 0-4-4H4M9 17l-5-5 5-5';

export const Stamp = ({ at }: { at: string }) => (
  <time dateTime={at} title={time(at, { dateStyle: 'full', timeStyle: 'short' })}>
    {clock(at)}
  </time>
);

const Quote = ({ quote }: { quote: Message['quote'] }) =>
  quote && (
    <blockquote dir="auto">
      <b>{quote.author_name}</b>
      {quote.text}
    </blockquote>
  );

/** What a line of the system says, or null for what a visitor need not know. */
function systemText({ system }: Message): string | null {
  const event = system?.event;
  const name = system?.params?.agent_name;
  if (event === 'assigned') return name ? t('joined', { name }) : null;
  if (event === 'resolved' || event === 'ended_by_contact') return t('ended');
  return event === 'reopened' ? t('reopened') : null;
}

interface Props {
  message: Message;
  desk: Desk;
  /** The first of a group says who and when. */
  isHead: boolean;
  /** How far our last message got; else empty. */
  status: string;
}

export class MessageRow extends Component<Props> {
  /** The list is drawn at every key press; a row that is the same is not. */
  override shouldComponentUpdate(next: Props) {
    const { message, isHead, status } = this.props;
    return next.message !== message || next.isHead !== isHead || next.status !== status;
  }

  override render({ message, desk, isHead, status }: Props) {
    const { author, attachments } = message;
    if (message.kind === 'system') {
      const text = systemText(message);
      return (
        text && (
          <li>
            <Line>{text}</Line>
          </li>
        )
      );
    }
    const ours = isOurs(message);
    const isBot = author.kind === 'bot';
    const name = author.name || (isBot ? '' : t('someone'));
    return (
      <li class={ours ? 'm us' : 'm'} data-id={message.id}>
        {isHead && (
          <div class="who">
            {isBot ? (
              <Bot name={name} />
            ) : (
              !ours && (
                <Fragment>
                  <Avatar person={{ name, avatar_url: author.avatar_url }} />
                  <b dir="auto">{name}</b>
                </Fragment>
              )
            )}{' '}
            <Stamp at={message.created_at} />
          </div>
        )}
        {message.recalled_at ? (
          <Line>{t('withdrawn')}</Line>
        ) : (
          <div class="row">
            <div class="bub" dir="auto">
              <Quote quote={message.quote} />
              {blocks(message.blocks)}
              {attachments.length > 0 && <Attachments items={attachments} desk={desk} />}
              {message.cards.length > 0 &&
                (isBot ? <Source cards={message.cards} /> : <Cards cards={message.cards} />)}
              {message.ask && <Ask message={message} ask={message.ask} desk={desk} />}
              {message.edited_at && <small>{t('edited')}</small>}
            </div>
            {!ours && (
              <IconButton
                class="quote"
                d={REPLY}
                label={t('quote')}
                onClick={() => {
                  desk.set({ quote: message });
                  document.querySelector('textarea')?.focus();
                }}
              />
            )}
          </div>
        )}
        {status && <div class="st">{status}</div>}
      </li>
    );
  }
}

export function OutgoingRow({ entry, desk }: { entry: Outgoing; desk: Desk }) {
  const { text, attachments, client_id: id, state, code } = entry;
  return (
    <li class="m us">
      <div class="row">
        <div class="bub" dir="auto">
          <Quote quote={entry.quote} />
          <p>{text}</p>
          {attachments.length > 0 && <Attachments items={attachments} desk={desk} />}
        </div>
      </div>
      {state === 'failed' ? (
        <div class="st bad" role="alert">
          {t(code === 'too-long' ? 'tooLong' : 'failed')}{' '}
          <button onClick={() => desk.get().talk?.retry(id)}>{t('retry')}</button>{' '}
          <button onClick={() => desk.get().talk?.discard(id)}>{t('discard')}</button>
        </div>
      ) : (
        <div class="st">{t('sending')}</div>
      )}
    </li>
  );
}
