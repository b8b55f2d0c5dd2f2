/** What stands between the visitor and an answer, in one line above the composer. */
import { Component, Fragment, h } from 'preact';
import type { Desk } from '../../panel/desk';
import { t } from '../../panel/i18n';
import { lazy } from '../../panel/view/parts';
import { isBotsTurn } from './rows';

const Person = lazy(async () => (await import('../bot/bot')).Person);
const Suggest = lazy(async () => (await import('../help/suggest')).Suggest);
const Line = lazy(async () => (await import('../line/line')).Line);

export class Notice extends Component<{ desk: Desk }> {
  timer: ReturnType<typeof setInterval> | undefined;
  override componentWillUnmount() {
    clearInterval(this.timer);
  }
  override render({ desk }: { desk: Desk }) {
    const state = desk.get();
    const wait_s = Math.ceil((state.slowUntil - Date.now()) / 1000);
    clearInterval(this.timer);
    // Counts down once a second; spoken once, because the role is on the parent.
    if (wait_s > 0) this.timer = setInterval(() => this.forceUpdate(), 1000);
    const text =
      wait_s > 0
        ? t('slow', { n: wait_s })
        : state.isOffline
          ? t('offline')
          : state.link === 'waiting'
            ? t('reconnecting')
            : '';
    return (
      <Fragment>
        {state.config?.has_articles && state.draft && !state.conversation?.assignee && (
          <Suggest desk={desk} />
        )}
        {state.conversation?.queue && <Line desk={desk} />}
        {isBotsTurn(state) && <Person desk={desk} />}
        <div role="status" class={text && 'notice'}>
          {text}
        </div>
      </Fragment>
    );
  }
}
