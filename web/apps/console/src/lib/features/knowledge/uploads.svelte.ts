/** Pictures and files on their way into an article. What has come in is written where the cursor is. */
import type { ApiError, Upload } from '@zhiyin/api';
import type { KnowledgeApi } from './api.ts';
import type { ArticleFile } from './types.ts';

/** What the server takes of one file. */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;

export interface FileEntry {
  key: number;
  name: string;
  state: number | { failed: ApiError | 'too-large' };
  cancel: () => void;
}

/** Words in square brackets may not end them. */
const inBrackets = (text: string): string => text.replace(/[[\]\\]/g, '\\$&');

/** A file as it is written in an article: a picture is shown, anything else is a link. */
export function markdownOf(file: Pick<ArticleFile, 'name' | 'url' | 'width'>): string {
  const words = inBrackets(file.width === null ? file.name : file.name.replace(/\.\w+$/, ''));
  return `${file.width === null ? '' : '!'}[${words}](${file.url})`;
}

export class Uploads {
  entries: FileEntry[] = $state([]);
  #api: Pick<KnowledgeApi, 'uploadFile'>;
  #onfile: (text: string) => void;
  #next = 0;

  constructor(api: Pick<KnowledgeApi, 'uploadFile'>, onfile: (text: string) => void) {
    this.#api = api;
    this.#onfile = onfile;
  }

  add(files: Iterable<File>): void {
    for (const file of files) this.#add(file);
  }

  #add(file: File): void {
    const key = this.#next++;
    const { name } = file;
    if (file.size > FILE_BYTES_MAX) {
      this.entries.push({ key, name, state: { failed: 'too-large' }, cancel: () => undefined });
      return;
    }
    const upload: Upload<ArticleFile> = this.#api.uploadFile(file, (share) => {
      const entry = this.#entry(key);
      if (entry && typeof entry.state === 'number') entry.state = share;
    });
    this.entries.push({ key, name, state: 0, cancel: () => upload.cancel() });
    void upload.done.then((result) => {
      const entry = this.#entry(key);
      if (!entry) return;
      if (!result.ok) {
        entry.state = { failed: result.error };
        return;
      }
      this.remove(key);
      this.#onfile(markdownOf(result.value));
    });
  }

  #entry(key: number): FileEntry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  /** Stops what is under way, or forgets what failed. */
  remove(key: number): void {
    const entry = this.#entry(key);
    this.entries = this.entries.filter((one) => one.key !== key);
    if (entry && typeof entry.state === 'number') entry.cancel();
  }

  dispose(): void {
    for (const { key } of [...this.entries]) this.remove(key);
  }
}
