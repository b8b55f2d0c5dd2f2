/** The customer beside the conversation: who they are, and what is known of them. */
import type { Account, Api, ApiError, Contact, ContactId } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type CustomerState = 'loading' | 'ready' | { failed: ApiError };
export type ContactPatch = Parameters<Api['updateContact']>[1];

const RELOAD_AFTER_MS = 500;

export class CustomerModel {
  readonly id: ContactId;
  state: CustomerState = $state.raw('loading');
  contact: Contact | null = $state.raw(null);
  /** The company they belong to. */
  account: Account | null = $state.raw(null);
  isSaving = $state(false);
  #api: Api;
  #fail: (error: ApiError) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: ContactId, api: Api, fail: (error: ApiError) => void) {
    this.id = id;
    this.#api = api;
    this.#fail = fail;
    void this.load();
  }

  async load(): Promise<void> {
    const result = await this.#api.getContact(this.id);
    if (result.ok) this.contact = result.value;
    this.state = result.ok ? 'ready' : { failed: result.error };
    await this.#loadAccount();
  }

  async #loadAccount(): Promise<void> {
    const id = this.contact?.account_id ?? null;
    if (id === null) {
      this.account = null;
      return;
    }
    const result = await this.#api.getAccount(id);
    // Without an answer the customer stands there all the same.
    if (this.contact?.account_id === id) this.account = result.ok ? result.value : null;
  }

  /** Of the customer's tier and that of their company the higher one counts. */
  get tier(): number {
    return Math.max(this.contact?.tier ?? 0, this.account?.tier ?? 0);
  }

  /** Who is asked first: the customer's own agent, then that of their company. */
  get ownAgent(): string | null {
    return this.contact?.dedicated_agent_id ?? this.account?.dedicated_agent_id ?? null;
  }

  /** Something became known of this customer: it is fetched once the changes rest. */
  onEvent(event: EventFrame): void {
    const isMine = event.type.startsWith('contact.') && event.data?.['contact_id'] === this.id;
    // A block may be of an address or an e-mail, and tells not whose.
    const isBlock = event.type === 'setting.changed' && event.data?.['kind'] === 'block';
    const account = this.contact?.account_id;
    const isOurs = event.type === 'account.updated' && event.data?.['account_id'] === account;
    if (!isMine && !isBlock && !isOurs) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), RELOAD_AFTER_MS);
  }

  async save(patch: ContactPatch): Promise<boolean> {
    if (!this.contact || this.isSaving) return false;
    this.isSaving = true;
    const result = await this.#api.updateContact(this.id, patch);
    this.isSaving = false;
    if (result.ok) {
      this.contact = result.value;
      await this.#loadAccount();
      return true;
    }
    this.#fail(result.error);
    if (result.error.code === 'changed') await this.load();
    return false;
  }

  async addNote(text: string): Promise<boolean> {
    const trimmed = text.trim();
    if (trimmed === '' || this.isSaving) return false;
    this.isSaving = true;
    const result = await this.#api.createContactNote(this.id, trimmed);
    this.isSaving = false;
    if (!result.ok) {
      this.#fail(result.error);
      return false;
    }
    await this.load();
    return true;
  }
}
