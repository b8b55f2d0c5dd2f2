/** The look of the help centre while it is changed: a draft beside what holds. */
import type { ApiError, Locale, Localized } from '@zhiyin/api';
import type { Upload } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { ArticleFile, HelpCentre } from './types.ts';

/** Grounds of the pages, and the least contrast of words on them (WCAG 2.2 AA). */
const PAPERS = ['#ffffff', '#171b1d'] as const;
export const CONTRAST_MIN = 4.5;

/** What pages show where no colour was chosen. */
export const USUAL_COLOUR = '#1f6f6b';

export const isColour = (text: string): boolean => /^#[\da-f]{6}$/i.test(text);

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours after WCAG 2.2, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Contrast of a colour as it was chosen, on light and on dark ground. */
export const contrasts = (colour: string): [number, number] => [
  contrast(colour, PAPERS[0]),
  contrast(colour, PAPERS[1]),
];

export interface Draft {
  name: Localized;
  colour: string;
  locales: Locale[];
  domain: string;
  logo: { id: string; url: string } | null;
}

const draftOf = (it: HelpCentre): Draft => ({
  name: { ...it.name },
  colour: it.colour ?? '',
  locales: [...it.locales],
  domain: it.domain ?? '',
  logo: it.logo_id && it.logo_url ? { id: it.logo_id, url: it.logo_url } : null,
});

type Api = Pick<KnowledgeApi, 'getHelpCentre' | 'updateHelpCentre' | 'uploadFile'>;

export class HelpCentreModel {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  saving: 'idle' | 'saving' | { failed: ApiError } = $state.raw('idle');
  held: HelpCentre | null = $state.raw(null);
  draft: Draft = $state({ name: {}, colour: '', locales: [], domain: '', logo: null });
  /** Share of the logo that has left, or why it did not come in. */
  upload: number | ApiError | null = $state.raw(null);
  #api: Api;
  #running: Upload<ArticleFile> | null = null;

  constructor(api: Api) {
    this.#api = api;
  }

  get isChanged(): boolean {
    return this.held !== null && JSON.stringify(this.#body()) !== JSON.stringify(this.#saved());
  }

  get isColourWrong(): boolean {
    return this.draft.colour.trim() !== '' && !isColour(this.draft.colour.trim());
  }

  get canSave(): boolean {
    const isReady = typeof this.upload !== 'number' && this.saving !== 'saving';
    return this.isChanged && isReady && !this.isColourWrong && this.draft.locales.length > 0;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    const result = await this.#api.getHelpCentre();
    if (!result.ok) {
      this.state = { failed: result.error };
      return;
    }
    this.#take(result.value);
    this.state = 'ready';
  }

  speak(locale: Locale, isSpoken: boolean): void {
    const others = this.draft.locales.filter((one) => one !== locale);
    this.draft.locales = isSpoken ? [...others, locale] : others;
  }

  async chooseLogo(file: File): Promise<void> {
    this.#running?.cancel();
    this.upload = 0;
    const running = this.#api.uploadFile(file, (share) => {
      if (this.#running === running) this.upload = share;
    });
    this.#running = running;
    const result = await running.done;
    if (this.#running !== running) return;
    this.#running = null;
    this.upload = result.ok ? null : result.error;
    if (result.ok) this.draft.logo = { id: result.value.id, url: result.value.url };
  }

  async save(): Promise<boolean> {
    if (!this.canSave || !this.held) return false;
    this.saving = 'saving';
    const result = await this.#api.updateHelpCentre(this.#body());
    this.saving = result.ok ? 'idle' : { failed: result.error };
    if (result.ok) this.#take(result.value);
    return result.ok;
  }

  #take(it: HelpCentre): void {
    this.held = it;
    this.draft = draftOf(it);
  }

  #saved() {
    const { held } = this;
    return held && this.#bodyOf(draftOf(held));
  }

  #body() {
    return this.#bodyOf(this.draft);
  }

  #bodyOf(draft: Draft) {
    const names = Object.entries(draft.name).flatMap(([locale, text]) => {
      const trimmed = (text ?? '').trim();
      return trimmed ? [[locale, trimmed] as const] : [];
    });
    return {
      name: Object.fromEntries(names.toSorted()),
      colour: draft.colour.trim().toLowerCase() || null,
      logo_id: draft.logo?.id ?? null,
      locales: draft.locales.toSorted(),
      domain: draft.domain.trim().toLowerCase() || null,
      version: this.held?.version ?? 0,
    };
  }
}
