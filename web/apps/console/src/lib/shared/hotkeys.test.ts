import { describe, expect, it } from 'vitest';
import { Hotkeys } from './hotkeys.svelte.ts';

function setup(bindings: string[]) {
  const hotkeys = new Hotkeys();
  const ran: string[] = [];
  hotkeys.add(bindings.map((keys) => ({ keys, run: () => ran.push(keys) })));
  const press = (key: string, at = 0, given: Partial<KeyboardEvent> = {}) =>
    hotkeys.handle({
      key,
      timeStamp: at,
      target: document.body,
      preventDefault: () => undefined,
      ...given,
    } as KeyboardEvent);
  return { hotkeys, ran, press };
}

describe('hotkeys', () => {
  it('run a key, and two keys one after the other', () => {
    const { ran, press } = setup(['m', 'g m', 'g @']);
    press('m');
    press('g', 100);
    press('m', 300);
    press('g', 400);
    press('Shift', 450);
    press('@', 500);
    expect(ran).toEqual(['m', 'g m', 'g @']);
  });

  it('of a page win over those of every page, whichever came first', () => {
    const { hotkeys, ran, press } = setup(['/']);
    hotkeys.addBelow([
      { keys: '/', run: () => ran.push('everywhere') },
      { keys: '?', run: () => ran.push('help') },
    ]);
    press('/');
    press('?');
    expect(ran).toEqual(['/', 'help']);
  });

  it('forget the first key after a while, or when another follows that means nothing', () => {
    const { ran, press } = setup(['m', 'g m']);
    press('g', 0);
    press('m', 5_000);
    press('g', 6_000);
    press('x', 6_100);
    press('m', 6_200);
    expect(ran).toEqual(['m', 'm']);
  });

  it('are silent while somebody writes or an input method composes', () => {
    const { ran, press } = setup(['m']);
    press('m', 0, { target: document.createElement('textarea') });
    press('m', 0, { isComposing: true });
    expect(ran).toEqual([]);
  });
});
