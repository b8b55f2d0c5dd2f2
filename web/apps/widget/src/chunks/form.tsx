/** What is asked before the first message, which waits meanwhile: pre-chat or offline. */
import { Component, h } from 'preact';
import type { PrechatField, WidgetConfig } from '../panel/dto';
import { locale, t } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import { Field, isEmail, Sheet } from './sheet';

type Problem = 'needed' | 'badEmail' | 'badPhone' | null;

/** The inbox's questions; when nobody is there, an address to answer to is one of them. */
export function fieldsOf({ settings, is_online: isOnline }: WidgetConfig): PrechatField[] {
  const fields = settings.prechat.enabled ? settings.prechat.fields : [];
  if (isOnline || fields.some(({ kind }) => kind === 'email')) return fields;
  return [...fields, { key: 'email', label: {}, kind: 'email', required: true }];
}

export function problemOf({ kind, required }: PrechatField, answer: string): Problem {
  const text = answer.trim();
  if (!text) return required ? 'needed' : null;
  if (kind === 'email') return isEmail(text) ? null : 'badEmail';
  return kind === 'phone' && !isPhone(text) ? 'badPhone' : null;
}

const isPhone = (text: string): boolean => text.length <= 40 && text.replace(/\D/g, '').length >= 5;

interface State {
  answers: Record<string, string>;
  problems: Record<string, Problem>;
  phase: 'ask' | 'busy' | 'failed';
}

export class Form extends Component<{ desk: Desk }, State> {
  override state: State = { answers: {}, problems: {}, phase: 'ask' };

  fields(): PrechatField[] {
    const { config } = this.props.desk.get();
    return config ? fieldsOf(config) : [];
  }

  /** Fields in order; the first wrong one gets the focus. */
  check(): boolean {
    const { answers } = this.state;
    const problems: State['problems'] = {};
    for (const field of this.fields())
      problems[field.key] = problemOf(field, answers[field.key] ?? '');
    this.setState({ problems });
    const bad = this.fields().find(({ key }) => problems[key]);
    if (bad) document.querySelector<HTMLElement>(`.sheet [name="${CSS.escape(bad.key)}"]`)?.focus();
    return !bad;
  }

  submit = async (): Promise<void> => {
    const { desk } = this.props;
    if (!this.check()) return;
    const { config, draft, uploads } = desk.get();
    const answers = Object.fromEntries(
      Object.entries(this.state.answers).flatMap(([key, text]) =>
        text.trim() ? [[key, text.trim()]] : [],
      ),
    );
    const asked = config?.settings.prechat;
    const isAsked = asked?.enabled && asked.fields.some(({ key }) => key === 'email');
    if (answers.email && !isAsked) {
      // Ours to ask, not the inbox's: it goes to the visitor, not with the answers.
      this.setState({ phase: 'busy' });
      const talk = await desk.talk();
      const { ok } =
        (await talk.ready()) ?? (await talk.api('PATCH', 'visitor', { email: answers.email }));
      this.setState({ phase: ok ? 'ask' : 'failed' });
      if (!ok) return;
      delete answers.email;
    }
    desk.send(draft.trim(), {
      attachments: uploads.flatMap(({ attachment }) => attachment ?? []),
      prechat: answers,
    });
  };

  override render({ desk }: { desk: Desk }) {
    const { answers, problems, phase } = this.state;
    const isOnline = !!desk.get().config?.is_online;
    return (
      <Sheet
        desk={desk}
        title={t(isOnline ? 'before' : 'leave')}
        text={t(isOnline ? 'beforeText' : 'leaveText')}
        action={t('send')}
        onSubmit={() => void this.submit()}
        isBusy={phase === 'busy'}
        problem={phase === 'failed' ? t('actionFailed') : null}
      >
        {this.fields().map(({ key, label, kind, required }) => (
          <Field
            key={key}
            name={key}
            kind={kind}
            label={label[locale()] || (key === 'email' || key === 'name' ? t(key) : key)}
            value={answers[key] ?? ''}
            isOptional={!required}
            problem={problems[key] ? t(problems[key] as 'needed') : null}
            onInput={(text) =>
              this.setState({
                answers: { ...answers, [key]: text },
                problems: { ...problems, [key]: null },
              })
            }
          />
        ))}
      </Sheet>
    );
  }
}
