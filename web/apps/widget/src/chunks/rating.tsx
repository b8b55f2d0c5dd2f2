/** One tap rates the service; details are asked for after, and may be left out. */
import { Component, h } from 'preact';
import { t } from '../panel/i18n';
import type { Key } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import { Icon } from '../panel/view/parts';
import { adopt } from './adopt';
import { isPassing } from './talk/http';
import css from './rating.css?inline';

adopt(css);

const STAR = 'm12 2 3.1 6.3 6.9 1-5 4.9 1.2 6.8-6.2-3.2L5.8 21 7 14.2l-5-4.9 6.9-1Z';
const DIMENSIONS = ['accurate', 'convenient', 'fast', 'comfortable', 'attitude'] as const;
const COMMENT_CHARS_MAX = 2000;
const AGAIN_MS = 500;
const AGAIN_MS_MAX = 15_000;

/** Five radio buttons that look like stars: arrow keys work by themselves. */
function Stars(props: {
  label: string;
  value: number;
  isBig?: boolean;
  onPick: (score: number) => void;
}) {
  return (
    <div class={props.isBig ? 'stars big5' : 'stars'} role="radiogroup" aria-label={props.label}>
      {[1, 2, 3, 4, 5].map((score) => (
        <label key={score} class={score <= props.value ? 'star on' : 'star'}>
          <input
            type="radio"
            name={props.label}
            class="sr"
            checked={score === props.value}
            aria-label={t('stars', { n: score })}
            onChange={() => props.onPick(score)}
          />
          <Icon d={STAR} />
        </label>
      ))}
    </div>
  );
}

interface Details {
  score: number;
  dimensions: Partial<Record<(typeof DIMENSIONS)[number], number>>;
  comment: string;
  expected: number;
  phase: 'open' | 'sending' | 'rated' | 'failed' | 'saved';
}

/** The newest opinion, not yet acknowledged. */
interface Opinion {
  session: string;
  body: object;
  isLast: boolean;
}

export class Rating extends Component<{ desk: Desk }, Details> {
  override state: Details = { score: 0, dimensions: {}, comment: '', expected: 0, phase: 'open' };

  private wanted: Opinion | null = null;
  private isSending = false;

  /** Thanks are said for what the server has. Only the newest opinion matters, so one call at a time. */
  send = async (score: number, isLast: boolean): Promise<void> => {
    const { desk } = this.props;
    const session = desk.get().conversation?.session?.id;
    if (!session) return;
    const { dimensions, comment, expected } = this.state;
    this.wanted = {
      session,
      isLast,
      body: {
        session_id: session,
        score,
        comment: comment.trim() || undefined,
        expected: expected || undefined,
        dimensions: Object.keys(dimensions).length ? dimensions : undefined,
      },
    };
    this.setState({ score, phase: 'sending' });
    desk.set({ rating: { session, isDone: false } });
    if (this.isSending) return;
    this.isSending = true;
    await this.deliver();
    this.isSending = false;
  };

  /** A line that comes and goes costs time, not the rating. */
  private async deliver(): Promise<void> {
    const talk = await this.props.desk.talk();
    for (let failures = 0, opinion = this.wanted; opinion; opinion = this.wanted) {
      const result = await talk.api('POST', 'rating', opinion.body);
      if (this.wanted !== opinion) continue;
      if (!result.ok && isPassing(result.problem)) {
        const wait_ms = Math.min(AGAIN_MS * 2 ** failures++, AGAIN_MS_MAX);
        await new Promise((done) => setTimeout(done, wait_ms));
        continue;
      }
      this.wanted = null;
      this.setState({ phase: !result.ok ? 'failed' : opinion.isLast ? 'saved' : 'rated' });
    }
  }

  putAway = (): void => {
    const { desk } = this.props;
    const id = desk.get().conversation?.session?.id;
    if (id) desk.set({ rating: { session: id, isDone: true } });
  };

  override render() {
    const { score, dimensions, comment, expected, phase } = this.state;
    const asked = this.props.desk.get().config?.settings.rating;
    if (phase === 'saved')
      return (
        <div class="rate" role="status">
          <p>{t('saved')}</p>
        </div>
      );
    return (
      <form
        class="rate"
        onSubmit={(event) => {
          event.preventDefault();
          void this.send(score, true);
        }}
      >
        <h3>{t('rateTitle')}</h3>
        <Stars
          isBig
          label={t('rateTitle')}
          value={score}
          onPick={(next) => void this.send(next, false)}
        />
        {score > 0 && (
          <div>
            <p role="status">
              {phase === 'rated' ? t('rated') : phase === 'sending' ? t('sending') : ''}
            </p>
            {asked?.ask_expectation && (
              <div class="dim">
                <span>{t('expected')}</span>
                <Stars
                  label={t('expected')}
                  value={expected}
                  onPick={(next) => this.setState({ expected: next })}
                />
              </div>
            )}
            {(asked?.ask_dimensions ? DIMENSIONS : []).map((name) => (
              <div class="dim" key={name}>
                <span>{t(name)}</span>
                <Stars
                  label={t(name as Key)}
                  value={dimensions[name] ?? 0}
                  onPick={(next) => this.setState({ dimensions: { ...dimensions, [name]: next } })}
                />
              </div>
            ))}
            <textarea
              class="field"
              rows={2}
              dir="auto"
              maxLength={COMMENT_CHARS_MAX}
              value={comment}
              placeholder={t('comment')}
              aria-label={t('comment')}
              onInput={(event) => this.setState({ comment: event.currentTarget.value })}
            />
            {phase === 'failed' && (
              <p class="bad" role="alert">
                {t('actionFailed')}
              </p>
            )}
          </div>
        )}
        <div class="acts">
          {score > 0 && <button class="big">{t('submit')}</button>}
          <button type="button" class="plain" onClick={this.putAway}>
            {t(score ? 'skip' : 'later')}
          </button>
        </div>
      </form>
    );
  }
}
