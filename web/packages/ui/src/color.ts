/** OKLCH to sRGB and the WCAG contrast ratio. Pure, used by the contrast check. */
export type Rgb = [number, number, number];

export function oklchToRgb(lightness: number, chroma: number, hueDegrees: number): Rgb {
  const hue = (hueDegrees * Math.PI) / 180;
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear: Rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((value) => Math.min(1, Math.max(0, value))) as Rgb;
}

/** Relative luminance of linear-light sRGB. */
export function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: Rgb, other: Rgb): number {
  const a = luminance(one);
  const b = luminance(other);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

export type Tokens = Record<string, { light: Rgb; dark: Rgb }>;

const PAIR =
  /--([\w-]+):\s*light-dark\(\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\),\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)\s*\);/g;

/** Reads the colour tokens from the style sheet. */
export function readTokens(css: string): Tokens {
  const tokens: Tokens = {};
  for (const match of css.matchAll(PAIR)) {
    const [, name, ...numbers] = match;
    const [l1, c1, h1, l2, c2, h2] = numbers.map(Number);
    if (!name || l1 === undefined || l2 === undefined) continue;
    tokens[name] = {
      light: oklchToRgb(l1, c1 ?? 0, h1 ?? 0),
      dark: oklchToRgb(l2, c2 ?? 0, h2 ?? 0),
    };
  }
  return tokens;
}

export interface Pair {
  text: string;
  on: string;
  /** 7 for message text, 4.5 for other text, 3 for edges and icons that carry meaning. */
  least: 7 | 4.5 | 3;
}

const surfaces = ['paper-0', 'paper-1', 'paper-2', 'paper-float'];
const on = (text: string, where: string[], least: Pair['least']): Pair[] =>
  where.map((surface) => ({ text, on: surface, least }));

/** Every pair the interface uses. */
export const pairs: Pair[] = [
  ...on('ink-1', [...surfaces, 'paper-3', 'bubble-in', 'bubble-out', 'sand'], 7),
  ...on('ink-2', [...surfaces, 'paper-3', 'bubble-in', 'bubble-out', 'sand'], 4.5),
  ...on('ink-3', surfaces, 4.5),
  ...on('celadon', [...surfaces, 'celadon-soft', 'bubble-out', 'bubble-in', 'sand'], 4.5),
  ...on('ink-1', ['celadon-soft', 'vermilion-soft', 'amber-soft', 'moss-soft', 'indigo-soft'], 7),
  ...on('ink-2', ['celadon-soft'], 4.5),
  ...on('ink-3', ['celadon-soft'], 4.5),
  ...on('on-celadon', ['celadon', 'celadon-strong'], 4.5),
  ...on('vermilion', [...surfaces, 'vermilion-soft', 'celadon-soft'], 4.5),
  ...on('on-vermilion', ['vermilion', 'vermilion-strong'], 4.5),
  ...on('amber', [...surfaces, 'amber-soft', 'celadon-soft'], 4.5),
  ...on('moss', [...surfaces, 'moss-soft'], 4.5),
  ...on('indigo', [...surfaces, 'indigo-soft'], 4.5),
  ...on('sand-ink', ['sand', 'paper-0', 'paper-1'], 4.5),
  ...on('sand-edge', ['paper-0'], 3),
  ...on('line-strong', ['paper-0', 'paper-1', 'paper-float'], 3),
];

export interface Finding extends Pair {
  theme: 'light' | 'dark';
  ratio: number;
  isEnough: boolean;
}

/** The contrast of every pair in both themes. */
export function measure(tokens: Tokens): Finding[] {
  return pairs.flatMap((pair) =>
    (['light', 'dark'] as const).map((theme) => {
      const text = tokens[pair.text];
      const surface = tokens[pair.on];
      if (!text || !surface) throw new Error(`no token for ${pair.text} on ${pair.on}`);
      const ratio = contrast(text[theme], surface[theme]);
      return { ...pair, theme, ratio, isEnough: ratio >= pair.least };
    }),
  );
}
