/** Starts the panel in its frame (or on a page of its own) at `/widget/panel/{inbox}`. */
import { h, render } from 'preact';
import { createDesk } from './desk';
import { createHost, hostOrigin } from './host';
import { speak, toLocale } from './i18n';
import { paint } from './paint';
import './panel.css';
import { createStorage } from './storage';
import { Panel } from './view/panel';

const root = document.documentElement;
const inbox = location.pathname.split('/').pop() ?? '';
const storage = createStorage(inbox);
const isFramed = parent !== window;
const origin = isFramed ? hostOrigin(location.ancestorOrigins, document.referrer) : null;
const locale = [storage.get('locale'), location.hash.slice(1), navigator.language].reduce(
  (found: ReturnType<typeof toLocale>, tag) => found ?? toLocale(tag),
  null,
);
let isSpoken = false;
let isQueued = false;

/** Draws once however much has changed, and not before there are words. */
function draw(): void {
  if (isQueued || !isSpoken) return;
  isQueued = true;
  queueMicrotask(() => {
    isQueued = false;
    paint(desk.get().config?.settings.color);
    render(<Panel desk={desk} close={close} />, document.body);
  });
}

function show(isOpen: boolean): void {
  desk.set(isOpen ? { isOpen } : { isOpen, newFrom: null });
  // On a phone the keyboard comes when the visitor asks for it.
  const target = matchMedia('(pointer: coarse)').matches ? 'main' : 'textarea';
  if (isOpen) document.querySelector<HTMLElement>(target)?.focus();
}

const host = origin
  ? createHost(origin, parent, {
      init({ locale: wished, dir, context, isOpen }) {
        root.dir = dir;
        desk.page(context);
        const tag = toLocale(wished);
        if (tag && !storage.get('locale')) void desk.language(tag);
        if (isOpen) show(true);
      },
      open: () => show(true),
      close: () => show(false),
      identify: (identity) => desk.identify(identity),
      attributes: (attributes) => desk.describe(attributes),
      locale: (tag) => void desk.language(toLocale(tag) ?? 'en'),
      page: (context) => desk.page(context),
      logout: () => desk.logout(),
    })
  : { post: () => {} };

const close = isFramed ? (): void => host.post('close', null) : null;
const desk = createDesk({ inbox, storage, host, locale, render: draw });

addEventListener('online', desk.wake);
addEventListener('offline', desk.wake);
document.addEventListener('visibilitychange', desk.wake);
addEventListener('storage', ({ key }) => {
  if (key === storage.key('token') && (desk.get().talk || storage.get('token')))
    void desk.talk().then(({ follow }) => follow());
  if (key === storage.key('mute')) desk.set({ isMuted: !!storage.get('mute') });
});

void speak(locale ?? 'en').then(() => {
  isSpoken = true;
  root.lang = locale ?? 'en';
  desk.set({ locale: locale ?? 'en', isOpen: !isFramed });
  if (isFramed && !origin) return desk.set({ failure: 'forbidden' });
  host.post('boot', null);
  return desk.boot();
});
