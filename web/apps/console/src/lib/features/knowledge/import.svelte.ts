/** Files taken in as articles: first only looked at, then kept. */
import type { ApiError, Locale } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { Audience, ImportFormat, ImportReport } from './types.ts';

/** What the server takes at once. */
export const IMPORT_BYTES_MAX = 4 * 1024 * 1024;

export interface ImportFile {
  name: string;
  text: string;
}

export type ImportFault = 'kind' | 'mixed' | 'large' | 'unreadable';

/** How a file is written, by its name. */
export function formatOf(name: string): ImportFormat | null {
  if (/\.(md|markdown)$/i.test(name)) return 'markdown';
  return /\.(csv|tsv)$/i.test(name) ? 'csv' : null;
}

export class ImportModel {
  files: readonly ImportFile[] = $state.raw([]);
  format: ImportFormat = $state('markdown');
  locale: Locale = $state('zh-CN');
  categoryId: string | null = $state(null);
  audience: Audience = $state('public');
  publish = $state(false);
  state: 'idle' | 'looking' | 'keeping' | { failed: ApiError } = $state.raw('idle');
  fault: ImportFault | null = $state(null);
  /** What would become of the files, or did. */
  report: ImportReport | null = $state.raw(null);
  isKept = $state(false);
  #api: Pick<KnowledgeApi, 'importArticles'>;
  #round = 0;

  constructor(api: Pick<KnowledgeApi, 'importArticles'>, locale: Locale) {
    this.#api = api;
    this.locale = locale;
  }

  get isBusy(): boolean {
    return this.state === 'looking' || this.state === 'keeping';
  }

  get canKeep(): boolean {
    const { report } = this;
    return report !== null && !this.isKept && !this.isBusy && report.created + report.updated > 0;
  }

  async choose(files: readonly Pick<File, 'name' | 'size' | 'text'>[]): Promise<void> {
    if (files.length === 0) return;
    this.files = [];
    this.report = null;
    this.isKept = false;
    const formats = new Set(files.map((file) => formatOf(file.name)));
    const [format] = formats;
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    this.fault = formats.has(null)
      ? 'kind'
      : formats.size > 1
        ? 'mixed'
        : bytes > IMPORT_BYTES_MAX
          ? 'large'
          : null;
    if (this.fault || !format) return;
    this.format = format;
    try {
      this.files = await Promise.all(
        files.map(async (file) => ({ name: file.name, text: await file.text() })),
      );
    } catch {
      this.fault = 'unreadable';
      return;
    }
    await this.look();
  }

  /** Asks what would happen; nothing is kept. */
  look(): Promise<void> {
    return this.#send(true);
  }

  async keep(): Promise<void> {
    if (this.canKeep) await this.#send(false);
  }

  async #send(isTrial: boolean): Promise<void> {
    if (this.files.length === 0) return;
    const round = ++this.#round;
    this.state = isTrial ? 'looking' : 'keeping';
    const result = await this.#api.importArticles({
      format: this.format,
      files: [...this.files],
      locale: this.locale,
      category_id: this.categoryId,
      audience: this.audience,
      publish: this.publish,
      dry_run: isTrial,
    });
    if (round !== this.#round) return;
    if (result.ok) {
      this.report = result.value;
      this.isKept = !isTrial;
    }
    this.state = result.ok ? 'idle' : { failed: result.error };
  }
}
