/** Who is logged in and what they may do. */
import type { Api, ApiError, Me, Permission, Result } from '@zhiyin/api';

export type SessionState =
  | { kind: 'unknown' }
  | { kind: 'signed-out' }
  | { kind: 'setup-needed' }
  | { kind: 'failed'; error: ApiError }
  | { kind: 'signed-in'; me: Me };

export class Session {
  state: SessionState = $state.raw({ kind: 'unknown' });
  #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  get me(): Me | null {
    return this.state.kind === 'signed-in' ? this.state.me : null;
  }

  /** Whether the person may do this anywhere. The server decides about the single thing. */
  can(permission: Permission): boolean {
    return this.me?.grants.some((grant) => grant.permission === permission) ?? false;
  }

  async load(): Promise<void> {
    const result = await this.#api.getSession();
    if (result.ok) {
      this.adopt(result.value);
      return;
    }
    if (result.error.code !== 'unauthenticated') {
      this.state = { kind: 'failed', error: result.error };
      return;
    }
    const setup = await this.#api.getSetup();
    const isNeeded = setup.ok && setup.value.needed;
    this.state = { kind: isNeeded ? 'setup-needed' : 'signed-out' };
  }

  adopt(me: Me): void {
    if (me.csrf_token) this.#api.http.csrfToken = me.csrf_token;
    this.state = { kind: 'signed-in', me };
  }

  async logOut(): Promise<Result<void>> {
    const result = await this.#api.deleteSession();
    if (result.ok) this.end();
    return result;
  }

  /** The server no longer knows us. */
  end(): void {
    this.#api.http.csrfToken = null;
    this.state = { kind: 'signed-out' };
  }
}
