/** The inbox's colour, and what can be read on it and in it, as properties of the page. */
import { cleanColour, inkOn, legibleOn } from '../shared/colour';

export function paint(wished: unknown): void {
  const colour = cleanColour(wished);
  const set = (name: string, value: string): void =>
    document.documentElement.style.setProperty('--' + name, value);
  set('accent', colour);
  set('on-accent', inkOn(colour));
  // As text it also stands on the second paper, where less of it can be read.
  set('accent-light', legibleOn(colour, '#f1f4f3'));
  set('accent-dark', legibleOn(colour, '#24292b'));
}
