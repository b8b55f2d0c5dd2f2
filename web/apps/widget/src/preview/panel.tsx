/**
 * The panel as customers will see it, for the settings of the console: the same view over a
 * state that is made here. Nothing is asked of a server and nothing is sent; it cannot be
 * operated, only looked at.
 */
import { h, render } from 'preact';
import { createDesk } from '../panel/desk';
import { paint } from '../panel/paint';
import '../panel/panel.css';
import { initialState } from '../panel/state';
import type { Storage } from '../panel/storage';
import { Panel } from '../panel/view/panel';
import { hear, tell } from './line';
import { isTalk, stateOf } from './sample';
import type { Look } from './sample';

/** Keeps nothing: a preview must not leave traces in the agent's browser. */
const storage: Storage = { get: () => null, set: () => {}, key: (name) => name, clear: () => {} };

let turn = 0;
let isQueued = false;

function draw(): void {
  if (isQueued) return;
  isQueued = true;
  queueMicrotask(() => {
    isQueued = false;
    render(<Panel desk={desk} close={() => {}} />, document.body);
  });
}

const desk = createDesk({
  inbox: '',
  storage,
  host: { post: () => {} },
  locale: 'en',
  render: draw,
});

async function show(look: Look): Promise<void> {
  const mine = ++turn;
  await desk.language(look.locale);
  const talk = isTalk(look.scene) ? await desk.talk() : null;
  // Somebody typing fast asks for the next look before this one is ready.
  if (mine !== turn) return;
  paint(look.settings.color);
  document.body.inert = true;
  desk.set({ ...initialState, locale: look.locale, isOpen: true, talk, ...stateOf(look) });
}

hear(parent, (value) => void show(value as Look));
tell(parent, 'ready');
