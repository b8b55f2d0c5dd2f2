/** A form that is sent once: idle, working, failed with its fields, or done. */
import type { ApiError, Result } from '@zhiyin/api';

export type FormState = 'idle' | 'working' | 'done' | { failed: ApiError };

export class FormModel {
  state: FormState = $state.raw('idle');

  get error(): ApiError | null {
    return typeof this.state === 'object' ? this.state.failed : null;
  }

  get isWorking(): boolean {
    return this.state === 'working';
  }

  async run<T>(call: () => Promise<Result<T>>, onDone?: (value: T) => void): Promise<void> {
    if (this.state === 'working') return;
    this.state = 'working';
    const result = await call();
    if (!result.ok) {
      this.state = { failed: result.error };
      return;
    }
    this.state = 'done';
    onDone?.(result.value);
  }
}
