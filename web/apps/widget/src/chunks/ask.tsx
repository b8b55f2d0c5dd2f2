/** A question below a message: was this read, is this solved? And the answer once it is given. */
import { Component, Fragment, h } from 'preact';
import type { Desk } from '../panel/desk';
import type { Ask as Asked, Message } from '../panel/dto';
import { t } from '../panel/i18n';
import type { Key } from '../panel/i18n';
import { adopt } from './adopt';
import css from './ask.css?inline';
import { take } from './talk/rows';

adopt(css);

const NOTE_CHARS_MAX = 2000;

type Answer = NonNullable<Asked['answer']>;

const SAID: Record<Answer, Key> = {
  acknowledged: 'saidRead',
  confirmed: 'saidSolved',
  disputed: 'saidNot',
  over: 'saidOver',
};

interface State {
  /** What is still missing is being written. */
  isWriting: boolean;
  note: string;
  isSending: boolean;
  failed: '' | 'actionFailed' | 'saidOver';
}

export class Ask extends Component<{ message: Message; ask: Asked; desk: Desk }, State> {
  override state: State = { isWriting: false, note: '', isSending: false, failed: '' };

  send = async (answer: Answer): Promise<void> => {
    const { message, desk } = this.props;
    this.setState({ isSending: true, failed: '' });
    const talk = await desk.talk();
    const note = this.state.note.trim() || undefined;
    const result = await talk.api<Message>('POST', 'asks/' + message.id, { answer, note });
    if (result.ok) desk.set(take(desk.get(), [result.value]));
    // What was settled meanwhile comes by the stream.
    else this.setState({ failed: result.problem.status === 409 ? 'saidOver' : 'actionFailed' });
    this.setState({ isSending: false });
  };

  override render() {
    const { ask } = this.props;
    const { isWriting, note, isSending, failed } = this.state;
    const button = (answer: Answer, key: Key, isChief = true) => (
      <button
        type="button"
        class={isChief ? 'yes' : ''}
        disabled={isSending}
        onClick={() => void this.send(answer)}
      >
        {t(key)}
      </button>
    );
    if (ask.answer)
      return (
        <p class="ask said" role="status">
          {t(SAID[ask.answer])}
        </p>
      );
    return (
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim()) void this.send('disputed');
        }}
      >
        {isWriting && (
          <textarea
            rows={2}
            dir="auto"
            maxLength={NOTE_CHARS_MAX}
            value={note}
            placeholder={t('askMissing')}
            aria-label={t('askMissing')}
            ref={(field) => void (field && !note && field.focus())}
            onInput={(event) => this.setState({ note: event.currentTarget.value })}
          />
        )}
        {failed && (
          <p class="bad" role="alert">
            {t(failed)}
          </p>
        )}
        {ask.kind === 'notice' ? (
          button('acknowledged', 'askRead')
        ) : isWriting ? (
          <>
            <button class="yes" disabled={isSending || !note.trim()}>
              {t('submit')}
            </button>
            <button
              type="button"
              disabled={isSending}
              onClick={() => this.setState({ isWriting: false, failed: '' })}
            >
              {t('back')}
            </button>
          </>
        ) : (
          <>
            {button('confirmed', 'askYes')}
            <button type="button" onClick={() => this.setState({ isWriting: true, failed: '' })}>
              {t('askNo')}
            </button>
          </>
        )}
      </form>
    );
  }
}
