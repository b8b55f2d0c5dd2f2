/**
 * The front desk: what an opened panel needs before anything is said. Configuration,
 * language, the draft. It sends for the rest (`talk`: stream, outbox, messages) when the
 * visitor is known, begins to write, or is vouched for by the site.
 */
import type { Attributes, Identity, PageContext } from '../shared/protocol';
import type { Talk } from '../chunks/talk/talk';
import type { Locale, WidgetConfig } from './dto';
import type { Host } from './host';
import { speak, speakMore } from './i18n';
import { initialState, needsForm } from './state';
import type { Outgoing, State } from './state';
import type { Storage } from './storage';

export const API = '/api/v1';

export interface Needs {
  inbox: string;
  storage: Storage;
  host: Host;
  /** Chosen by visitor, site or browser; null leaves it to the inbox. */
  locale: Locale | null;
  render(): void;
}

/** What a message may bring along. */
export type Extras = Partial<Pick<Outgoing, 'attachments' | 'prechat'>>;

export type Desk = ReturnType<typeof createDesk>;

/** Which of our words fits a refusal. */
export const failureOf = (status: number): string =>
  status === 403 ? 'forbidden' : status === 404 || status === 410 ? 'gone' : 'unreachable';

export function createDesk(needs: Needs) {
  const { inbox, storage, host } = needs;
  let state: State = { ...initialState, draft: storage.get('draft') ?? '' };
  let loading: Promise<Talk> | undefined;
  let told = '';
  let isWished = false;

  const token = (): string | null => storage.get('token');
  const isSeen = (): boolean => state.isOpen && !document.hidden;

  function set(change: Partial<State>): void {
    state = { ...state, ...change };
    if (change.draft !== undefined) storage.set('draft', state.draft || null);
    state.talk?.changed();
    tellHost();
    needs.render();
    // What was to be sent before that was possible goes now, unless a file did not come along.
    if (change.config || change.isOpen) warm();
    if (isWished && (change.config || change.uploads)) {
      isWished = !state.uploads.some(({ code }) => code);
      if (isWished) desk.submit();
    }
  }

  /** The host page shows the number and remembers that there is somebody to come back to. */
  function tellHost(): void {
    if (!state.config) return;
    const { color, position } = state.config.settings;
    const unread = isSeen() ? 0 : (state.talk?.unread() ?? 0);
    const inTitle = document.hidden && !state.isMuted ? unread : 0;
    const next = { isKnown: !!token(), unread, inTitle, locale: state.locale, color, position };
    if (told === (told = JSON.stringify(next))) return;
    host.post('state', next);
  }

  function talk(): Promise<Talk> {
    loading ??= Promise.all([import('../chunks/talk/talk'), speakMore('chat')]).then(
      ([{ createTalk }]) => {
        const made = createTalk(desk);
        set({ talk: made });
        return made;
      },
      (error: unknown) => {
        loading = undefined;
        set({ failure: 'unreachable' });
        throw error;
      },
    );
    return loading;
  }

  /**
   * Fetches the talk while the visitor reads the greeting, so that the first message waits for
   * nothing and a cut network costs no text. What fails is fetched again when it is needed.
   */
  function warm(): void {
    if (state.isOpen && state.config && !loading)
      import('../chunks/talk/talk').then(() => speakMore('chat')).catch(() => {});
  }

  async function language(locale: Locale): Promise<void> {
    await speak(locale);
    document.documentElement.lang = locale;
    set({ locale });
  }

  const desk = {
    inbox,
    storage,
    host,
    context: null as PageContext | null,
    attributes: undefined as Record<string, string> | undefined,
    get: (): State => state,
    set,
    token,
    isSeen,
    talk,
    language,

    async boot(): Promise<void> {
      set({ failure: null, isMuted: !!storage.get('mute') });
      if (token() || storage.get('outbox')) void talk();
      const response = await fetch(`${API}/widget/inboxes/${inbox}`).catch(() => null);
      if (!response?.ok) return set({ failure: failureOf(response?.status ?? 0) });
      const config = (await response.json()) as WidgetConfig;
      if (!needs.locale) await language(config.settings.default_locale);
      // The site may still vouch for the visitor; until then there is nothing to talk with.
      const isClosed = config.settings.require_identity && !loading;
      set({ config, failure: isClosed ? 'identity' : state.failure });
      host.post('ready', null);
    },

    type(draft: string): void {
      set({ draft });
      void talk().then(
        ({ typed }) => typed(),
        () => {},
      );
    },

    /** Sends what is written; asks first where the inbox wants to. */
    submit(): void {
      const { config, uploads, draft } = state;
      const text = draft.trim();
      const attachments = uploads.flatMap(({ attachment }) => attachment ?? []);
      const isUploading = uploads.some((upload) => !upload.attachment && !upload.code);
      // Before the inbox is known, nobody knows what it wants to ask.
      isWished = !config || isUploading;
      if (!config || isUploading || (!text && !attachments.length)) return;
      if (needsForm(state)) set({ sheet: 'form' });
      else desk.send(text, { attachments });
    },

    /** What cannot go because the talk could not be fetched stays written, and goes later. */
    send(text: string, extras: Extras = {}): void {
      void talk().then(
        ({ send }) => send(text, extras),
        () => (isWished = true),
      );
    },

    identify: (identity: Identity): void => void talk().then(({ start }) => start(identity)),

    /** Also when the panel has not loaded more than this: nothing known, nothing to forget. */
    logout(): void {
      if (token()) void talk().then((made) => made.logout());
    },

    /** Attributes are texts on the wire, whatever the site writes. */
    describe(attributes: Attributes): void {
      desk.attributes = { ...desk.attributes };
      for (const [key, value] of Object.entries(attributes))
        desk.attributes[key] = '' + (value ?? '');
      state.talk?.describe();
    },

    page(context: PageContext): void {
      desk.context = context;
      state.talk?.page();
    },

    /** The tab came to the front, or the network came back. */
    wake(): void {
      set({ isOffline: !navigator.onLine });
      if (state.failure === 'unreachable') void desk.boot();
      state.talk?.wake();
    },
  };
  return desk;
}
