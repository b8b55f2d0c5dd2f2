/** What stands between the visitor and an answer, in one line above the composer. */
import { Component, h } from 'preact';
import { t } from '../../panel/i18n';
import type { State } from '../../panel/state';

export class Notice extends Component<{ state: State }> {
  timer: ReturnType<typeof setInterval> | undefined;
  override componentWillUnmount() {
    clearInterval(this.timer);
  }
  override render({ state }: { state: State }) {
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
      <div role="status" class={text && 'notice'}>
        {text}
      </div>
    );
  }
}
