/** Log-in in up to three questions: password, second factor, and which workspace. */
import type { Api, ApiError, LoginBody, Me } from '@zhiyin/api';

export type LoginState = 'idle' | 'working' | { failed: ApiError };
export type LoginStep = 'password' | 'second-factor' | 'workspace' | 'forgot' | 'forgot-sent';

export class LoginModel {
  state: LoginState = $state.raw('idle');
  step: LoginStep = $state('password');
  email = $state('');
  password = $state('');
  code = $state('');
  isRecovery = $state(false);
  workspace = $state('');
  workspaces: string[] = $state.raw([]);
  #api: Api;
  #onDone: (me: Me) => void;

  constructor(api: Api, onDone: (me: Me) => void) {
    this.#api = api;
    this.#onDone = onDone;
  }

  get error(): ApiError | null {
    return typeof this.state === 'object' ? this.state.failed : null;
  }

  async submit(): Promise<void> {
    if (this.state === 'working') return;
    this.state = 'working';
    if (this.step === 'forgot') return this.#sendReset();
    const result = await this.#api.createSession(this.#body());
    if (result.ok) {
      this.#onDone(result.value);
      return;
    }
    const { error } = result;
    if (error.code === 'second-factor-required' && this.step !== 'second-factor') {
      this.step = 'second-factor';
      this.state = 'idle';
    } else if (error.code === 'workspace-required' && this.step !== 'workspace') {
      this.workspaces = error.fields.map((field) => field.code);
      this.workspace = this.workspaces[0] ?? '';
      this.step = 'workspace';
      this.state = 'idle';
    } else {
      this.state = { failed: error };
    }
  }

  #body(): LoginBody {
    const body: LoginBody = { email: this.email.trim(), password: this.password };
    if (this.workspace) body.workspace = this.workspace;
    const code = this.code.trim();
    if (code && this.isRecovery) body.recovery_code = code;
    else if (code) body.code = code.replaceAll(' ', '');
    return body;
  }

  async #sendReset(): Promise<void> {
    const result = await this.#api.requestPasswordReset(this.email.trim());
    if (result.ok) {
      this.step = 'forgot-sent';
      this.state = 'idle';
    } else {
      this.state = { failed: result.error };
    }
  }

  show(step: LoginStep): void {
    this.step = step;
    this.state = 'idle';
  }

  toggleRecovery(): void {
    this.isRecovery = !this.isRecovery;
    this.code = '';
    this.state = 'idle';
  }
}
