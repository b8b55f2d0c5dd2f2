/**
 * The loader: draws the bubble at once, and loads everything else when somebody wants it.
 *
 * The frame is created on hover, focus, click or a call from the page, or when the idle
 * page belongs to a visitor who has talked to us before (an answer may be waiting).
 * What the panel sends has passed the origin check and is converted, never trusted.
 */
import { cleanColour } from '../shared/colour';
import type { HostMessages, MessageSummary, PanelState } from '../shared/protocol';
import type { Call, Events, ZhiyinApi } from './api';
import { createFrame } from './frame';
import { remember } from './memory';
import type { Memory } from './memory';
import { createView } from './view';

function start(script: HTMLScriptElement): ZhiyinApi {
  const { inbox = '', locale: wished, color, position, bubble: own, dir = '' } = script.dataset;
  const server = new URL(script.src).origin;
  const page = document.documentElement;
  const memory = remember('localStorage', inbox);
  // A listener that throws stops neither us nor the others.
  const target = new EventTarget();
  let site = wished ?? page.lang;
  let locale = site || navigator.language;
  let isOpen = false;
  let unread = 0;
  let title = '';

  const toggle = (): void => setOpen(!isOpen);
  const [host, bubble, dialog, show, say] = createView(toggle, () => render());
  const render = (author = '', text = ''): void => say(locale, isOpen, unread, author, text);
  render();

  const context = () => ({
    page_url: location.href,
    page_title: title || document.title,
    referrer: document.referrer,
  });

  function emit<E extends keyof Events>(event: E, value: Events[E]): void {
    target.dispatchEvent(new CustomEvent(event, { detail: value }));
  }

  const [load, post] = createFrame(
    server,
    `/widget/panel/${inbox}#${locale}`,
    dialog,
    () => ({ locale: site, dir, context: context(), isOpen }),
    (name, value) => {
      if (name === 'close') setOpen(false);
      else if (name === 'state') hearState(value as PanelState);
      else {
        const message = value as MessageSummary;
        if (name === 'message' && !isOpen) render('' + message.author, '' + message.text);
        emit(name as 'message', message);
      }
    },
  );

  function hearState(state: PanelState): void {
    const { unread: count, inTitle, isKnown, locale: spoken, color, position } = state;
    remember('localStorage', inbox, { isKnown, color, position });
    appear(state);
    // `(2) Title of the page` while the page is in the background.
    if (title) document.title = title;
    title = inTitle ? document.title : '';
    if (title) document.title = `(${+inTitle}) ${title}`;
    locale = '' + spoken;
    if (unread !== +count) {
      unread = +count;
      render();
      emit('unread', unread);
    }
  }

  /** On a phone the panel keeps to what the on-screen keyboard leaves of the window. */
  function fitPhone(): void {
    const area = innerWidth < 481 && visualViewport;
    dialog.ariaModal = '' + !!area;
    dialog.style.height = area ? area.height + 'px' : '';
    dialog.style.top = area ? area.offsetTop + 'px' : '';
  }

  function setOpen(next: boolean): void {
    if (next === isOpen) return;
    const hadFocus = document.activeElement === host;
    isOpen = next;
    remember('sessionStorage', inbox, { isOpen });
    render();
    fitPhone();
    load();
    post(isOpen ? 'open' : 'close', null);
    if (isOpen) (dialog.firstChild as HTMLElement).focus();
    else if (hadFocus) bubble.focus();
    emit(isOpen ? 'open' : 'close', null);
  }

  const ask =
    <K extends keyof HostMessages>(name: K) =>
    (value: HostMessages[K]): void => {
      load();
      post(name, value);
    };

  const api: ZhiyinApi = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle,
    identify: ask('identify'),
    setAttributes: (attributes) => post('attributes', attributes),
    setLocale(next) {
      locale = site = next;
      render();
      post('locale', next);
    },
    logout: ask('logout') as () => void,
    on(event, listener) {
      const hear = (ours: Event): void => listener((ours as CustomEvent).detail);
      target.addEventListener(event, hear);
      return () => target.removeEventListener(event, hear);
    },
    push: ([method, ...values]) =>
      (api as unknown as Record<string, (...values: unknown[]) => void>)[method]?.(...values),
  };

  bubble.onpointerenter = bubble.onfocus = load;
  bubble.hidden = own === 'off';
  host.onkeydown = (event) => {
    if (event.key === 'Escape') setOpen(false);
  };
  visualViewport!.addEventListener('resize', fitPhone);
  visualViewport!.addEventListener('scroll', fitPhone);
  // A page that changes its address without loading; where the browser tells.
  (window as { navigation?: EventTarget }).navigation?.addEventListener(
    'navigatesuccess',
    () => dialog.firstChild && post('page', context()),
  );

  const appear = (look: Memory): void =>
    show(cleanColour(color ?? look.color), position ?? look.position ?? '');
  if (memory.color) appear(memory);
  fetch(`${server}/api/v1/widget/inboxes/${inbox}`, { credentials: 'omit' })
    .then(async (response) => {
      if (response.status > 428) throw 0;
      if (!response.ok) {
        host.remove();
        return console.warn('Zhiyin: unknown inbox');
      }
      const { color, position } = (await response.json()).settings;
      remember('localStorage', inbox, { color, position });
      appear({ color, position });
    })
    // Also a page that allows no connection to us (`connect-src`) gets its bubble.
    .catch(() => appear(memory));
  if (remember('sessionStorage', inbox).isOpen && innerWidth > 480) setOpen(true);
  // Late enough to leave the page its start, soon enough for an answer that waits.
  else if (memory.isKnown) setTimeout(load, 1500);
  return api;
}

const script = (document.currentScript ??
  document.querySelector('script[data-inbox]')) as HTMLScriptElement | null;
const queue = window.Zhiyin;
if (script?.dataset.inbox && !(queue && 'on' in queue)) {
  const api = start(script);
  window.Zhiyin = api;
  (queue as Call[] | undefined)?.forEach(api.push);
}
