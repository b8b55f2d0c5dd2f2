/** The whole panel as a function of the state. */
import { h } from 'preact';
import type { Desk } from '../desk';
import { t } from '../i18n';
import { addFiles, Composer } from './composer';
import { Avatar, icons, IconButton, lazy } from './parts';
import { Welcome } from './welcome';

const Menu = lazy(async () => (await import('../../chunks/menu')).Menu);
const Form = lazy(async () => (await import('../../chunks/form')).Form);
const Viewer = lazy(async () => (await import('../../chunks/viewer')).Viewer);

interface Props {
  desk: Desk;
  /** Null on a page of its own, where there is nothing to close. */
  close: (() => void) | null;
}

function Header({ desk, close }: Props) {
  const { config, conversation, locale, sheet } = desk.get();
  const settings = config?.settings;
  const title = settings?.title[locale] || t('title');
  const person = conversation?.assignee;
  return (
    <header>
      <Avatar person={person ?? { name: title, avatar_url: settings?.avatar_url ?? null }} />
      <h1 dir="auto">
        {person?.name ?? title}
        {person && <small>{title}</small>}
      </h1>
      <IconButton
        d={icons.more}
        class="more"
        label={t('menu')}
        expanded={sheet === 'menu'}
        onClick={() => desk.set({ sheet: 'menu' })}
      />
      {close && <IconButton d={icons.close} label={t('close')} onClick={close} />}
    </header>
  );
}

const Failure = ({ code, desk }: { code: string; desk: Desk }) => (
  <div class="stop" role="alert">
    <p>{t(code as 'gone')}</p>
    {code === 'unreachable' && (
      <button class="big" onClick={desk.boot}>
        {t('retry')}
      </button>
    )}
  </div>
);

const drag = (event: DragEvent, isOver: boolean): void => {
  event.preventDefault();
  (event.currentTarget as HTMLElement).classList.toggle('drop', isOver);
};

export function Panel({ desk, close }: Props) {
  const state = desk.get();
  const { failure, sheet, talk } = state;
  return (
    <main
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (state.viewed || sheet) desk.set({ viewed: null, sheet: null });
        else close?.();
      }}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false);
        addFiles(desk, event.dataTransfer?.files);
      }}
    >
      <Header desk={desk} close={close} />
      {failure ? (
        <Failure code={failure} desk={desk} />
      ) : talk ? (
        <talk.List desk={desk} />
      ) : (
        <div class="list">
          <div>
            <Welcome desk={desk} />
          </div>
        </div>
      )}
      {talk && !failure && <talk.Notice desk={desk} />}
      {/* A cut network takes nobody's text away. */}
      {(!failure || (state.config && failure === 'unreachable')) && <Composer desk={desk} />}
      {sheet === 'form' ? <Form desk={desk} /> : sheet && sheet !== 'emoji' && <Menu desk={desk} />}
      {state.viewed && <Viewer desk={desk} />}
      <div class="sr" aria-live="polite">
        {state.announcement}
      </div>
    </main>
  );
}
