/**
 * Who waits in line: place and time in plain words, told when they change, and a way out: a
 * message that is answered later, or a call.
 */
import { Component, h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { QueuePlace } from '../../panel/dto';
import { adopt } from '../adopt';
import css from './line.css?inline';
import { isPhone, sentences } from './place';
import { say } from './words';

adopt(css);

interface State {
  phase: 'idle' | 'call' | 'busy' | 'failed' | 'called';
  phone: string;
  note: string;
  isWrong: boolean;
}

export class Line extends Component<{ desk: Desk }, State> {
  override state: State = { phase: 'idle', phone: '', note: '', isWrong: false };

  /** Does it; the answer is where that leaves us. */
  run = async (path: string, body?: object): Promise<void> => {
    const { desk } = this.props;
    const back = this.state.phase === 'call' ? 'call' : 'idle';
    this.setState({ phase: 'busy' });
    const talk = await desk.talk();
    const done = await talk.api<QueuePlace | null>('POST', 'queue/' + path, body);
    const { conversation } = desk.get();
    if (done.ok && conversation) desk.set({ conversation: { ...conversation, queue: done.value } });
    const { ok } = done;
    this.setState({ phase: ok ? (back === 'call' ? 'called' : 'idle') : 'failed' });
  };

  call = (event: Event): void => {
    event.preventDefault();
    const [phone, note] = [this.state.phone.trim(), this.state.note.trim()];
    if (!isPhone(phone)) {
      this.setState({ isWrong: true });
      document.querySelector<HTMLElement>('.wait input')?.focus();
    } else void this.run('call_back', note ? { phone, note } : { phone });
  };

  form() {
    const { phone, note, isWrong } = this.state;
    return (
      <form noValidate onSubmit={this.call}>
        <label>
          {say('phone')}
          <input
            type="tel"
            autocomplete="tel"
            value={phone}
            required
            aria-invalid={isWrong}
            aria-describedby={isWrong ? 'bad-call' : undefined}
            onInput={({ currentTarget }) =>
              this.setState({ phone: currentTarget.value, isWrong: false })
            }
          />
        </label>
        {isWrong && (
          <p id="bad-call" class="bad">
            {say('badPhone')}
          </p>
        )}
        <label>
          {say('note')} <small>{say('optional')}</small>
          <input
            dir="auto"
            maxLength={500}
            value={note}
            onInput={({ currentTarget }) => this.setState({ note: currentTarget.value })}
          />
        </label>
        <p class="ways">
          <button>{say('ask')}</button>
          <button type="button" onClick={() => this.setState({ phase: 'idle' })}>
            {say('cancel')}
          </button>
        </p>
      </form>
    );
  }

  override render({ desk }: { desk: Desk }) {
    const queue = desk.get().conversation?.queue;
    if (!queue) return null;
    const { phase } = this.state;
    const [first, ...rest] = sentences(queue, new Date());
    const isCalled = phase === 'called' && queue.state === 'closed';
    const way = (isOpen: boolean, word: 'leave' | 'callBack' | 'stay', onClick: () => void) =>
      isOpen && (
        <button type="button" disabled={phase === 'busy'} onClick={onClick}>
          {say(word)}
        </button>
      );
    return (
      <section class="wait" aria-label={say('label')}>
        <p role="status">
          <b>{isCalled ? say('called') : first}</b> {rest.join(' ')}
        </p>
        {phase === 'failed' && (
          <p class="bad" role="alert">
            {say('failed')}
          </p>
        )}
        {phase === 'call' ? (
          this.form()
        ) : (
          <p class="ways">
            {way(queue.may_leave_message, 'leave', () => void this.run('leave_message'))}
            {way(queue.may_call_back, 'callBack', () => this.setState({ phase: 'call' }))}
            {way(
              queue.state === 'closed' && queue.is_open && !isCalled,
              'stay',
              () => void this.run('stay'),
            )}
          </p>
        )}
      </section>
    );
  }
}
