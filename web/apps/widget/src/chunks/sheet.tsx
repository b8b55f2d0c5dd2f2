/** A sheet over the lower part of the panel: asks, keeps the focus, gives it back. */
import { Component, createRef, h } from 'preact';
import type { ComponentChildren } from 'preact';
import { t } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import { adopt } from './adopt';
import css from './sheet.css?inline';

adopt(css);

interface Props {
  desk: Desk;
  title: string;
  text?: string;
  /** The first button; without it the sheet only tells. */
  action?: string;
  onSubmit?: () => void;
  /** Said above the buttons when the action failed. */
  problem?: string | null;
  isBusy?: boolean;
  children?: ComponentChildren;
}

export class Sheet extends Component<Props> {
  box = createRef<HTMLDialogElement>();
  opener = document.activeElement;

  override componentDidMount() {
    this.box.current?.showModal();
  }
  override componentWillUnmount() {
    const opener = this.opener as HTMLElement | null;
    (opener?.isConnected ? opener : document.querySelector('textarea'))?.focus();
  }
  override render({ desk, title, text, action, onSubmit, problem, isBusy, children }: Props) {
    const close = (): void => desk.set({ sheet: null });
    return (
      <dialog
        ref={this.box}
        class="sheet"
        aria-label={title}
        onClose={close}
        onClick={(event) => event.target === event.currentTarget && close()}
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit?.();
          }}
        >
          <h2 tabIndex={-1}>{title}</h2>
          {text && <p class="hint">{text}</p>}
          {children}
          {problem && (
            <p class="bad" role="alert">
              {problem}
            </p>
          )}
          <div class="foot">
            {action && (
              <button class="big" disabled={isBusy}>
                {action}
              </button>
            )}
            <button type="button" class="plain" onClick={close}>
              {t(action ? 'back' : 'done')}
            </button>
          </div>
        </form>
      </dialog>
    );
  }
}

interface FieldProps {
  label: string;
  name: string;
  kind: 'text' | 'email' | 'phone';
  value: string;
  isOptional?: boolean;
  problem?: string | null;
  onInput: (value: string) => void;
}

const autocomplete: Record<string, string> = { name: 'name', email: 'email', phone: 'tel' };

export const Field = ({ label, name, kind, value, isOptional, problem, onInput }: FieldProps) => (
  <label class="ask">
    <span>
      {label} {isOptional && <small>{t('optional')}</small>}
    </span>
    <input
      name={name}
      type={kind === 'phone' ? 'tel' : kind}
      autocomplete={autocomplete[name] ?? 'off'}
      dir="auto"
      value={value}
      required={!isOptional}
      aria-invalid={!!problem}
      aria-describedby={problem ? 'bad-' + name : undefined}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
    {problem && (
      <small id={'bad-' + name} class="bad">
        {problem}
      </small>
    )}
  </label>
);

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
