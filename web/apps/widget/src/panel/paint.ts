/** The inbox's colour, and what can be read on it and in it, as properties of the page. */
import { cleanColour, inkOn, legibleOn } from '../shared/colour';

export function paint(wished: unknown): void {
  const colour = cleanColour(wished);
  const set = (name: string, value: string): void =>
    document.documentElement.style.setProperty('--' + name, value);
  set('accent', colour);
  set('on-accent', inkOn(colour));
  set('accent-light', legibleOn(colour, '#ffffff'));
  set('accent-dark', legibleOn(colour, '#16191b'));
}
