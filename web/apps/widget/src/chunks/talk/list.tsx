/** The conversation: days, groups, what is new, what is on its way, who is writing. */
import { Component, createRef, Fragment, h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { Message, WidgetConversation } from '../../panel/dto';
import { t } from '../../panel/i18n';
import { lazy } from '../../panel/view/parts';
import { Welcome } from '../../panel/view/welcome';
import { MessageRow, OutgoingRow } from './message';
import { isOurs, isRatingOpen, unreadOf } from './rows';
import { day } from './time';

const Replies = lazy(async () => (await import('./rich')).Replies);
const Rating = lazy(async () => (await import('../rating')).Rating);

/** Messages of one author closer together than this make one group. */
const GROUP_MS = 5 * 60_000;
const NEAR_END_PX = 60;

const isSameGroup = (a: Message | undefined, b: Message): boolean =>
  a?.kind === b.kind &&
  a.author.kind === b.author.kind &&
  a.author.name === b.author.name &&
  Date.parse(b.created_at) - Date.parse(a.created_at) < GROUP_MS;

/** How far our last message got, in words. */
function status(message: Message, conversation: WidgetConversation | null): string {
  if (message.delivery === 'read' || (conversation?.agent_seen_seq ?? 0) >= message.seq)
    return t('read');
  if (message.delivery === 'delivered') return t('delivered');
  return t(message.delivery === 'failed' ? 'failed' : 'sent');
}

export class List extends Component<{ desk: Desk }> {
  box = createRef<HTMLDivElement>();
  isAtEnd = true;
  isLoading = false;
  height = 0;
  top = 0;
  last = 0;
  first: string | undefined;

  onScroll = (): void => {
    const box = this.box.current as HTMLElement;
    const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    // Only the reader leaves the end, by going up; content that grows is followed.
    const isAtEnd = isNear || (this.isAtEnd && box.scrollTop >= this.last);
    this.last = box.scrollTop;
    if (isAtEnd !== this.isAtEnd) {
      this.isAtEnd = isAtEnd;
      this.props.desk.get().talk?.scrolled(isAtEnd);
    }
    if (box.scrollTop < NEAR_END_PX) void this.older();
  };

  older = async (): Promise<void> => {
    const { hasOlder, talk } = this.props.desk.get();
    if (this.isLoading || !hasOlder) return;
    this.isLoading = true;
    await talk?.loadOlder();
    this.isLoading = false;
  };

  toEnd = (): void => {
    const box = this.box.current as HTMLElement;
    box.scrollTop = box.scrollHeight;
  };

  resized = new ResizeObserver(() => this.isAtEnd && this.toEnd());

  override componentDidMount() {
    const box = this.box.current as HTMLElement;
    // The keyboard of a phone, a growing composer, a picture that arrives.
    this.resized.observe(box);
    this.resized.observe(box.firstElementChild as Element);
    this.toEnd();
  }

  override componentWillUnmount() {
    this.resized.disconnect();
  }

  override componentWillUpdate() {
    const box = this.box.current;
    if (box) [this.height, this.top] = [box.scrollHeight, box.scrollTop];
  }

  override componentDidUpdate() {
    const box = this.box.current as HTMLElement;
    const { messages, outbox } = this.props.desk.get();
    const first = messages[0]?.id;
    // Earlier messages go in above without moving what is being read.
    if (first !== this.first && !this.isAtEnd)
      box.scrollTop = this.top + box.scrollHeight - this.height;
    else if (this.isAtEnd || outbox[outbox.length - 1]?.state === 'waiting') this.toEnd();
    this.first = first;
  }

  override render({ desk }: { desk: Desk }) {
    const state = desk.get();
    const { messages, conversation, outbox, typing } = state;
    const last = messages[messages.length - 1];
    const lastOurs = outbox.length ? null : messages.findLast(isOurs);
    const unseen = unreadOf(state);
    return (
      <div
        class="list"
        ref={this.box}
        onScroll={this.onScroll}
        tabIndex={0}
        role="group"
        aria-label={t('messages')}
      >
        <div>
          {state.hasOlder ? (
            <p class="line">
              <button onClick={this.older}>{t('history')}</button>
            </p>
          ) : (
            <Welcome desk={desk} />
          )}
          <ol>
            {messages.map((message, index) => {
              const before = messages[index - 1];
              const date = day(message.created_at);
              const isNewDay = !before || day(before.created_at) !== date;
              const isFresh = message.seq === state.newFrom;
              return (
                <Fragment key={message.id}>
                  {isNewDay && <li class="mark">{date}</li>}
                  {isFresh && <li class="mark new">{t('fresh')}</li>}
                  <MessageRow
                    message={message}
                    desk={desk}
                    isHead={isNewDay || isFresh || !isSameGroup(before, message)}
                    status={message === lastOurs ? status(message, conversation) : ''}
                  />
                </Fragment>
              );
            })}
            {outbox.map((entry) => (
              <OutgoingRow key={entry.client_id} entry={entry} desk={desk} />
            ))}
          </ol>
          {!outbox.length && last && last.quick_replies.length > 0 && (
            <Replies options={last.quick_replies} desk={desk} />
          )}
          {isRatingOpen(state) && <Rating desk={desk} />}
          {typing && <p class="typing">{t('typing', { name: typing })}</p>}
        </div>
        {!this.isAtEnd && unseen > 0 && (
          <button class="pill" onClick={this.toEnd}>
            {t('newer', { n: unseen })}
          </button>
        )}
      </div>
    );
  }
}
