/** What a visitor may set and end: sound, language, transcript, conversation, this device. */
import { Component, h } from 'preact';
import type { Locale } from '../panel/dto';
import { locale, t } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import type { Sheet as SheetName } from '../panel/state';
import { lazy } from '../panel/view/parts';
import { Field, isEmail, Sheet } from './sheet';

const Help = lazy(async () => (await import('./help/help')).Help);

interface Props {
  desk: Desk;
}

interface State {
  email: string;
  phase: 'ask' | 'busy' | 'done' | 'failed' | 'wrong';
}

/** Languages are named in themselves. */
const languages: Record<Locale, string> = { 'zh-CN': '中文', en: 'English' };

function mute(desk: Desk, isMuted: boolean): void {
  desk.storage.set('mute', isMuted ? '1' : null);
  desk.set({ isMuted });
}

/** The visitor's own choice of language, which wins over the site's from now on. */
async function choose(desk: Desk, locale: Locale): Promise<void> {
  desk.storage.set('locale', locale);
  await desk.language(locale);
  if (desk.token()) await (await desk.talk()).api('PATCH', 'visitor', { locale });
}

export class Menu extends Component<Props, State> {
  override state: State = { email: '', phase: 'ask' };

  go = (sheet: SheetName): void => {
    this.setState({ phase: 'ask' });
    this.props.desk.set({ sheet });
  };

  /** Does it, then closes (or says what was done). */
  run = async (
    method: string,
    path: string,
    body: object | undefined,
    isTold: boolean,
  ): Promise<void> => {
    const { desk } = this.props;
    this.setState({ phase: 'busy' });
    const { ok } = await (await desk.talk()).api(method, path, body);
    this.setState({ phase: ok ? 'done' : 'failed' });
    if (ok && !isTold) desk.set({ sheet: null });
  };

  transcript = (): void => {
    const email = this.state.email.trim();
    if (!isEmail(email)) return this.setState({ phase: 'wrong' });
    void this.run('POST', 'transcript', { email }, true);
  };

  list() {
    const { desk } = this.props;
    const { config, isMuted, conversation, visitor } = desk.get();
    const item = (sheet: 'transcript' | 'end' | 'logout' | 'help') => (
      <button type="button" class="item" onClick={() => this.go(sheet)}>
        {t(sheet)}
      </button>
    );
    return (
      <Sheet desk={desk} title={t('menu')}>
        <div class="items">
          {config?.has_articles && item('help')}
          <label class="item">
            {t('sound')}
            <input
              type="checkbox"
              role="switch"
              checked={!isMuted}
              onChange={({ currentTarget }) => mute(desk, !currentTarget.checked)}
            />
          </label>
          <label class="item">
            {t('language')}
            <select
              value={locale()}
              onChange={({ currentTarget }) => void choose(desk, currentTarget.value as Locale)}
            >
              {Object.entries(languages).map(([tag, name]) => (
                <option key={tag} value={tag} lang={tag}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {conversation?.session?.is_resolved && !conversation.session.rating && (
            <button
              type="button"
              class="item"
              onClick={() =>
                desk.set({
                  sheet: null,
                  rating: { session: conversation.session?.id ?? '', isDone: false },
                })
              }
            >
              {t('rate')}
            </button>
          )}
          {conversation && item('transcript')}
          {conversation?.status === 'open' && item('end')}
          {visitor && item('logout')}
        </div>
      </Sheet>
    );
  }

  override render({ desk }: Props) {
    const { sheet } = desk.get();
    const { email, phase } = this.state;
    const shared = {
      desk,
      isBusy: phase === 'busy',
      problem: phase === 'failed' ? t('actionFailed') : null,
    };
    if (sheet === 'help') return <Help desk={desk} />;
    if (sheet === 'transcript')
      return phase === 'done' ? (
        <Sheet desk={desk} title={t('transcript')} text={t('transcriptDone', { email })} />
      ) : (
        <Sheet
          {...shared}
          title={t('transcript')}
          text={t('transcriptText')}
          action={t('send')}
          onSubmit={this.transcript}
        >
          <Field
            name="email"
            kind="email"
            label={t('email')}
            value={email}
            problem={phase === 'wrong' ? t('badEmail') : null}
            onInput={(text) => this.setState({ email: text, phase: 'ask' })}
          />
        </Sheet>
      );
    if (sheet === 'end')
      return (
        <Sheet
          {...shared}
          title={t('end')}
          text={t('endText')}
          action={t('confirmEnd')}
          onSubmit={() => void this.run('POST', 'end', undefined, false)}
        />
      );
    if (sheet === 'logout')
      return (
        <Sheet
          {...shared}
          title={t('logout')}
          text={t('logoutText')}
          action={t('confirmLogout')}
          onSubmit={() => desk.logout()}
        />
      );
    return this.list();
  }
}
