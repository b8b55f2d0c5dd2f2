/**
 * An article being written. What is typed is kept on this device at once and, while it is a
 * draft, handed to the server when the keys rest. Nobody's text is overwritten: a text that
 * somebody else saved meanwhile is shown beside one's own until a person decides.
 */
import type { AgentId, ApiError, Locale, Result } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import type { KnowledgeApi } from './api.ts';
import { isKnowledge } from './events.ts';
import { faultOf, isSame, type ContentFault } from './content.ts';
import type {
  Article,
  ArticleContent,
  ArticlePatch,
  ArticleStep,
  ArticleTranslation,
  Audience,
} from './types.ts';

export interface ArticleMeta {
  category_id: string | null;
  audience: Audience;
  tags: string[];
  owner_id: AgentId | null;
  review_by: string | null;
}

export interface Kept {
  content: ArticleContent;
  /** When it was typed. */
  at: string;
}

export interface ArticleDeps {
  api: Pick<
    KnowledgeApi,
    | 'getArticle'
    | 'createArticle'
    | 'updateArticle'
    | 'writeTranslation'
    | 'moveTranslation'
    | 'scheduleTranslation'
    | 'unscheduleTranslation'
    | 'restoreVersion'
  >;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  now?: () => Date;
  timers?: { set: (run: () => void, ms: number) => number; clear: (handle: number) => void };
  /** The first save of a new article gave it an id. */
  created: (article: Article) => void;
  fail: (error: ApiError) => void;
}

export type Saving = 'idle' | 'saving' | { failed: ApiError };

/** What is typed goes to the server after this rest, while it is a draft. */
const SAVE_AFTER_MS = 4_000;
const EMPTY: ArticleContent = { title: '', summary: '', body: '' };

export class ArticleModel {
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  article: Article | null = $state.raw(null);
  locale: Locale = $state('en');
  texts: Partial<Record<Locale, ArticleContent>> = $state({});
  /** Of an article that is not made yet. */
  meta: ArticleMeta = $state({
    category_id: null,
    audience: 'public',
    tags: [],
    owner_id: null,
    review_by: null,
  });
  saving: Saving = $state.raw('idle');
  isMoving = $state(false);
  /** Somebody else's newer text of a language one has changed oneself. */
  theirs: ArticleTranslation | null = $state.raw(null);
  /** What was typed here earlier and never reached the server. */
  kept: Kept | null = $state.raw(null);
  #newer: Article | null = null;
  #deps: ArticleDeps;
  #timer: number | null = null;
  #again = false;
  #isDisposed = false;

  constructor(id: string | null, locale: Locale, deps: ArticleDeps, meta?: Partial<ArticleMeta>) {
    this.#deps = deps;
    this.locale = locale;
    if (meta) Object.assign(this.meta, meta);
    if (id === null) {
      this.state = 'ready';
      this.texts[locale] = { ...EMPTY };
      this.#lookForKept();
    } else void this.load(id);
  }

  get id(): string | null {
    return this.article?.id ?? null;
  }

  get translation(): ArticleTranslation | undefined {
    return this.of(this.locale);
  }

  get source(): ArticleTranslation | undefined {
    return this.article ? this.of(this.article.source) : undefined;
  }

  get text(): ArticleContent {
    return this.texts[this.locale] ?? EMPTY;
  }

  get fault(): ContentFault | null {
    return faultOf(this.text);
  }

  get canSave(): boolean {
    return this.fault === null && this.isChanged(this.locale) && this.theirs === null;
  }

  get hasChanges(): boolean {
    return (Object.keys(this.texts) as Locale[]).some((locale) => this.isChanged(locale));
  }

  of(locale: Locale): ArticleTranslation | undefined {
    return this.article?.translations.find((one) => one.locale === locale);
  }

  isChanged(locale: Locale): boolean {
    const text = this.texts[locale];
    return text !== undefined && !isSame(text, this.of(locale)?.content ?? EMPTY);
  }

  async load(id: string): Promise<void> {
    this.state = 'loading';
    const result = await this.#deps.api.getArticle(id);
    if (this.#isDisposed) return;
    if (!result.ok) {
      this.state = { failed: result.error };
      return;
    }
    this.article = result.value;
    if (!this.translation) this.locale = result.value.source;
    this.texts = {};
    for (const one of result.value.translations) this.texts[one.locale] = { ...one.content };
    this.state = 'ready';
    this.#lookForKept();
  }

  // Languages

  choose(locale: Locale): void {
    if (locale === this.locale) return;
    if (this.canSave && this.#savesItself) void this.save();
    this.locale = locale;
    this.theirs = null;
    if (this.texts[locale] === undefined) this.texts[locale] = { ...EMPTY };
    this.saving = 'idle';
    this.#lookForKept();
  }

  /** Begins a language with the text of the source, to be written over. */
  copySource(): void {
    if (this.source) this.write({ ...this.source.content });
  }

  /** Says that a translation tells what the source tells now. */
  async markUpToDate(): Promise<void> {
    await this.save(this.source?.revision);
  }

  // Writing

  write(part: Partial<ArticleContent>): void {
    this.texts[this.locale] = { ...this.text, ...part };
    this.kept = null;
    this.#keep();
    this.#saveSoon();
  }

  /** A published text becomes a draft by saving; that takes a person who means it. */
  get #savesItself(): boolean {
    const status = this.translation?.status;
    return this.article !== null && (status === 'draft' || status === 'review');
  }

  #saveSoon(): void {
    const timers = this.#deps.timers ?? browserTimers;
    if (this.#timer !== null) timers.clear(this.#timer);
    this.#timer = timers.set(() => {
      this.#timer = null;
      if (this.#savesItself && this.canSave) void this.save();
    }, SAVE_AFTER_MS);
  }

  /** Hands the text of the language to the server. `basedOn`: what it says the same as. */
  async save(basedOn?: number): Promise<boolean> {
    if (this.saving === 'saving') {
      this.#again = true;
      return false;
    }
    const { locale } = this;
    if (this.fault !== null || this.theirs !== null) return false;
    if (!this.isChanged(locale) && basedOn === undefined) return true;
    this.saving = 'saving';
    const result = await this.#send(locale, basedOn);
    if (this.#isDisposed) return result.ok;
    if (result.ok) this.#saved(result.value, locale);
    else if (result.error.code === 'changed') await this.#compare(locale);
    else this.saving = { failed: result.error };
    if (this.#again) {
      this.#again = false;
      this.#saveSoon();
    }
    return result.ok;
  }

  #send(locale: Locale, basedOn: number | undefined): Promise<Result<Article>> {
    const content = { ...this.text };
    if (!this.article)
      return this.#deps.api.createArticle({ source: locale, content, ...this.meta });
    const held = this.of(locale);
    // A new language says what the source says at that moment.
    const same = basedOn ?? (held ? undefined : this.source?.revision);
    return this.#deps.api.writeTranslation(this.article.id, locale, {
      content,
      ...(held ? { version: held.version } : {}),
      ...(same === undefined ? {} : { based_on: same }),
    });
  }

  #saved(article: Article, locale: Locale): void {
    const isNew = this.article === null;
    this.#forgetKept(locale);
    this.#take(article);
    this.saving = 'idle';
    if (isNew) this.#deps.created(article);
  }

  // Somebody else writes, too

  async #compare(locale: Locale): Promise<void> {
    const { article } = this;
    this.saving = 'idle';
    if (!article) return;
    const result = await this.#deps.api.getArticle(article.id);
    if (this.#isDisposed) return;
    if (result.ok) this.#meet(result.value, locale);
    else this.saving = { failed: result.error };
  }

  /** Takes what is newer; a language that was changed here is compared first. */
  #meet(newer: Article, locale: Locale): void {
    const theirs = newer.translations.find((one) => one.locale === locale);
    const held = this.of(locale);
    const isOther = theirs !== undefined && theirs.version !== held?.version;
    const differs = theirs !== undefined && !isSame(theirs.content, this.text);
    if (isOther && differs && this.isChanged(locale)) {
      this.#newer = newer;
      this.theirs = theirs;
      return;
    }
    this.#take(newer);
  }

  #take(newer: Article): void {
    const changed = (Object.keys(this.texts) as Locale[]).filter((one) => this.isChanged(one));
    this.article = newer;
    for (const one of newer.translations)
      if (!changed.includes(one.locale)) this.texts[one.locale] = { ...one.content };
  }

  /** Goes on with one's own text; theirs stays among the versions. */
  async keepMine(): Promise<void> {
    if (!this.#newer) return;
    this.article = this.#newer;
    this.#newer = null;
    this.theirs = null;
    await this.save();
  }

  takeTheirs(): void {
    if (!this.#newer || !this.theirs) return;
    const { locale } = this.theirs;
    this.article = this.#newer;
    this.texts[locale] = { ...this.theirs.content };
    this.#newer = null;
    this.theirs = null;
    this.#forgetKept(locale);
  }

  onEvent(event: EventFrame): void {
    const { id } = this;
    if (id === null || !isKnowledge(event, 'article', id)) return;
    if (this.saving === 'saving' || this.isMoving) return;
    void this.#deps.api.getArticle(id).then((result) => {
      if (this.#isDisposed || !result.ok || this.saving === 'saving') return;
      if ((this.article?.updated_at ?? '') <= result.value.updated_at)
        this.#meet(result.value, this.locale);
    });
  }

  // Its way to readers, and what all languages share

  /** Saves what is typed and takes the language one step on. */
  move(step: ArticleStep): Promise<boolean> {
    return this.#change((id, one) =>
      this.#deps.api.moveTranslation(id, one.locale, step, one.version),
    );
  }

  schedule(at: Date): Promise<boolean> {
    return this.#change((id, one) =>
      this.#deps.api.scheduleTranslation(id, one.locale, at, one.version),
    );
  }

  unschedule(): Promise<boolean> {
    return this.#change((id, one) =>
      this.#deps.api.unscheduleTranslation(id, one.locale, one.version),
    );
  }

  async restore(revision: number): Promise<boolean> {
    return this.#change((id, one) =>
      this.#deps.api.restoreVersion(id, one.locale, revision, one.version),
    );
  }

  async #change(
    call: (id: string, translation: ArticleTranslation) => Promise<Result<Article>>,
  ): Promise<boolean> {
    if (this.isMoving) return false;
    if (this.isChanged(this.locale) && !(await this.save())) return false;
    const { article, translation } = this;
    if (!article || !translation) return false;
    this.isMoving = true;
    const result = await call(article.id, translation);
    this.isMoving = false;
    if (this.#isDisposed) return result.ok;
    if (result.ok) this.#take(result.value);
    else {
      this.#deps.fail(result.error);
      if (result.error.code === 'changed') await this.#compare(this.locale);
    }
    return result.ok;
  }

  /** What all languages share is saved as soon as it is chosen. */
  async patch(part: Omit<ArticlePatch, 'version'>): Promise<boolean> {
    const { article } = this;
    if (!article) {
      Object.assign(this.meta, part);
      return true;
    }
    const { version } = article;
    const result = await this.#deps.api.updateArticle(article.id, { version, ...part });
    if (this.#isDisposed) return result.ok;
    if (result.ok) this.#meet(result.value, this.locale);
    else {
      this.#deps.fail(result.error);
      if (result.error.code === 'changed') await this.#compare(this.locale);
    }
    return result.ok;
  }

  get shared(): ArticleMeta {
    return this.article ?? this.meta;
  }

  // Kept on this device

  #key(locale: Locale): string {
    return `zhiyin.article.${this.id ?? 'new'}.${locale}`;
  }

  #keep(): void {
    const at = (this.#deps.now?.() ?? new Date()).toISOString();
    const kept: Kept = { content: this.text, at };
    try {
      this.#deps.storage.setItem(this.#key(this.locale), JSON.stringify(kept));
    } catch {
      // A full storage takes away the second copy only.
    }
  }

  #forgetKept(locale: Locale): void {
    this.#deps.storage.removeItem(this.#key(locale));
    if (this.kept && locale === this.locale) this.kept = null;
  }

  #lookForKept(): void {
    this.kept = null;
    const text = this.#deps.storage.getItem(this.#key(this.locale));
    const kept = text === null ? null : readKept(text);
    if (!kept || isSame(kept.content, this.text)) this.#forgetKept(this.locale);
    else this.kept = kept;
  }

  takeKept(): void {
    if (this.kept) this.write(this.kept.content);
  }

  dropKept(): void {
    this.#forgetKept(this.locale);
    this.kept = null;
  }

  /** Takes back what was typed since the last save. */
  discard(): void {
    for (const locale of Object.keys(this.texts) as Locale[]) {
      this.texts[locale] = { ...(this.of(locale)?.content ?? EMPTY) };
      this.#forgetKept(locale);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer !== null) (this.#deps.timers ?? browserTimers).clear(this.#timer);
  }
}

function readKept(text: string): Kept | null {
  try {
    const value = JSON.parse(text) as Partial<Kept> | null;
    const content = value?.content;
    return content && typeof content.body === 'string' && typeof value.at === 'string'
      ? { content: { ...EMPTY, ...content }, at: value.at }
      : null;
  } catch {
    return null;
  }
}

const browserTimers = {
  set: (run: () => void, ms: number): number => Number(setTimeout(run, ms)),
  clear: (handle: number): void => clearTimeout(handle),
};
