/** Settings that are one document: read as a whole, changed, and sent with the version that was read. */
import type { ApiError, Result } from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';

interface Versioned {
  version: number;
}

export interface DocumentCalls<T extends Versioned> {
  get: () => Promise<Result<T>>;
  set: (body: T) => Promise<Result<T>>;
}

/** What a page needs of a document, whatever it says. */
export type KeptDocument = Pick<
  SettingsDocument<Versioned>,
  'form' | 'state' | 'value' | 'hasChanges' | 'load' | 'save'
>;

export class SettingsDocument<T extends Versioned> {
  readonly form = new FormModel();
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  /** Replaced, never changed in place; none until it was read. */
  value: T | null = $state.raw(null);
  #saved = $state('');
  #calls: DocumentCalls<T>;

  constructor(calls: DocumentCalls<T>) {
    this.#calls = calls;
    void this.load();
  }

  get hasChanges(): boolean {
    return this.value !== null && JSON.stringify(this.value) !== this.#saved;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    const result = await this.#calls.get();
    if (result.ok) this.#adopt(result.value);
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  #adopt(value: T): void {
    this.value = value;
    this.#saved = JSON.stringify(value);
  }

  patch(change: Partial<T>): void {
    if (this.value) this.value = { ...this.value, ...change };
  }

  /** True if it is saved, or there was nothing to save. */
  async save(): Promise<boolean> {
    const { value } = this;
    if (!value || !this.hasChanges) return true;
    await this.form.run(
      () => this.#calls.set(value),
      (saved) => this.#adopt(saved),
    );
    return this.form.error === null;
  }
}
