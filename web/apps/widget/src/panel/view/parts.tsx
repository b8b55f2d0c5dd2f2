/** Small parts everything else is made of. */
import { Component, h } from 'preact';
import type { ComponentChildren, ComponentType } from 'preact';
import type { Person } from '../dto';
import { speakMore, t } from '../i18n';

/** Shapes of the Lucide icons we use, on a 24 px grid. */
export const icons = {
  close: 'M18 6 6 18M6 6l12 12',
  more: 'M12 12h.01M19 12h.01M5 12h.01',
  send: 'm5 12 7-7 7 7M12 19V5',
  attach:
    'm16 6-8.4 8.6a2 2 0 0 0 2.8 2.8l8.4-8.6a4 4 0 1 0-5.6-5.6l-8.4 8.5a6 6 0 1 0 8.5 8.5L19.5 12',
  smile: 'M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0ZM8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01',
};

export const Icon = ({ d }: { d: string }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={d} />
  </svg>
);

export function IconButton(props: {
  d: string;
  label: string;
  class?: string;
  type?: 'submit';
  disabled?: boolean;
  expanded?: boolean;
  onClick?: () => void;
}) {
  return (
    <button
      type={props.type ?? 'button'}
      class={'ib ' + (props.class ?? '')}
      aria-label={props.label}
      title={props.label}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon d={props.d} />
    </button>
  );
}

/** A picture, or the first letter of the name where there is none. */
export class Avatar extends Component<{ person: Person }, { isBroken?: boolean }> {
  override render() {
    const { name, avatar_url: src } = this.props.person;
    return (
      <span class="av" aria-hidden="true">
        {src && !this.state.isBroken ? (
          <img src={src} alt="" onError={() => this.setState({ isBroken: true })} />
        ) : (
          [...name][0]
        )}
      </span>
    );
  }
}

/** A notice in the flow of the conversation. */
export const Line = ({ children }: { children: ComponentChildren }) => (
  <p class="line">{children}</p>
);

/** A part that is fetched, with its texts, when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Loaded: ComponentType<P> | undefined;
  return class extends Component<P, { isBroken: boolean }> {
    fetch = (): void => {
      this.setState({ isBroken: false });
      Promise.all([load(), speakMore('more')]).then(
        ([part]) => {
          Loaded = part;
          this.forceUpdate();
        },
        () => this.setState({ isBroken: true }),
      );
    };
    override componentDidMount() {
      if (!Loaded) this.fetch();
    }
    override render() {
      if (Loaded) return <Loaded {...(this.props as P)} />;
      return this.state.isBroken ? (
        <Line>
          {t('notLoaded')} <button onClick={this.fetch}>{t('retry')}</button>
        </Line>
      ) : null;
    }
  };
}
