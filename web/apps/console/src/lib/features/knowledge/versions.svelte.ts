/** The versions of one language, newest first, and the one that is looked at. */
import type { ApiError, Locale } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { ArticleVersion } from './types.ts';

/** Saves of one author within this time are one piece of work. */
const TOGETHER_MS = 30 * 60_000;

export class VersionsModel {
  state: 'loading' | 'ready' | 'more' | { failed: ApiError } = $state.raw('loading');
  items: readonly ArticleVersion[] = $state.raw([]);
  next: string | null = $state.raw(null);
  readonly id: string;
  readonly locale: Locale;
  #api: Pick<KnowledgeApi, 'listVersions'>;

  constructor(api: Pick<KnowledgeApi, 'listVersions'>, id: string, locale: Locale) {
    this.#api = api;
    this.id = id;
    this.locale = locale;
    void this.load();
  }

  async load(): Promise<void> {
    const result = await this.#api.listVersions(this.id, this.locale);
    if (result.ok) {
      this.items = result.value.items;
      this.next = result.value.next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  async loadMore(): Promise<void> {
    if (this.next === null || this.state === 'more') return;
    this.state = 'more';
    const result = await this.#api.listVersions(this.id, this.locale, this.next);
    if (result.ok) {
      this.items = [...this.items, ...result.value.items];
      this.next = result.value.next;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  /** The version written before another, if it is loaded. */
  before(version: ArticleVersion): ArticleVersion | undefined {
    return this.items.find((one) => one.revision < version.revision);
  }
}

export interface Work {
  /** The last of it. */
  version: ArticleVersion;
  /** What came right before the first of it. */
  before: ArticleVersion | undefined;
  count: number;
}

/** Text saves itself while it is written; what belongs together is one line. */
export function worksOf(items: readonly ArticleVersion[], live: number | null): Work[] {
  const works: Work[] = [];
  for (const [i, version] of items.entries()) {
    const before = items[i + 1];
    const last = works.at(-1);
    const first = items[i - 1];
    const isTogether =
      last !== undefined &&
      first !== undefined &&
      version.revision !== live &&
      version.written_by === first.written_by &&
      Date.parse(first.written_at) - Date.parse(version.written_at) <= TOGETHER_MS;
    if (isTogether && last) {
      last.before = before;
      last.count += 1;
    } else works.push({ version, before, count: 1 });
  }
  return works;
}
