/** Colours of a site made legible: contrast after WCAG 2.2. */

/** What an inbox looks like until it says otherwise. */
export const DEFAULT_COLOUR = '#1f6f6b';

type Rgb = [number, number, number];

/** `#rrggbb`, or the default for anything else: a setting must not break the page. */
export const cleanColour = (text: unknown): string =>
  /^#[\da-f]{6}$/i.test('' + text) ? (text as string) : DEFAULT_COLOUR;

const channels = (colour: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255) as Rgb;

/** Relative luminance; the plain power is within 0.004 of the standard's two-part curve. */
function luminance(colour: string): number {
  const [r, g, b] = channels(colour);
  return 0.2126 * r ** 2.2 + 0.7152 * g ** 2.2 + 0.0722 * b ** 2.2;
}

export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/**
 * White where it reads, else black. At a luminance of 0.175 to 0.183 both reach 4.5 : 1,
 * so that one of them does on any colour.
 */
export const inkOn = (colour: string): string => (luminance(colour) > 0.179 ? '#000' : '#fff');

function mix(from: string, to: string, share: number): string {
  const target = channels(to);
  return (
    '#' +
    channels(from)
      .map((channel, index) =>
        Math.round((channel + ((target[index] ?? 0) - channel) * share) * 255)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')
  );
}

/** The colour moved towards black or white until it reads as text on `paper`. */
export function legibleOn(colour: string, paper: string): string {
  const target = luminance(paper) > 0.4 ? '#000000' : '#ffffff';
  let share = 0;
  let result = colour;
  while (contrast(result, paper) < 4.6 && share < 1) {
    share += 0.05;
    result = mix(colour, target, share);
  }
  return result;
}
