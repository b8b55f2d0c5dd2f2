/** Recipients and subject of a mail that is being written; kept until it is sent. */
import type {
  ApiError,
  ConversationId,
  MailApi,
  MailMode,
  MailPerson,
  MailRecipients,
  MailSend,
  MessageId,
} from '@zhiyin/api';
import type { Letter } from '$lib/features/composer/letter.ts';
import {
  joined,
  readAddresses,
  RECIPIENTS_MAX,
  toEntry,
  written,
  type Entry,
} from './addresses.ts';
import { warningsOf, type Warning } from './warnings.ts';

export type Field = 'to' | 'cc' | 'bcc';
export const FIELDS: readonly Field[] = ['to', 'cc', 'bcc'];
export type LoadState = 'loading' | 'ready' | { failed: ApiError };

export interface DraftDeps {
  api: Pick<MailApi, 'getRecipients'>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

const keyOf = (id: ConversationId) => `zhiyin.mail.${id}`;

export class MailDraft implements Letter {
  mode: MailMode = $state('reply');
  people: Record<Field, Entry[]> = $state({ to: [], cc: [], bcc: [] });
  subject = $state('');
  /** The mail that is answered or forwarded; none means the customer's last. */
  messageId: MessageId | null = $state(null);
  load: LoadState = $state.raw('loading');
  /** Whom the customer sees as sender, and what stands under the mail. */
  from: MailPerson | null = $state.raw(null);
  signature = $state('');
  asked: Warning[] = $state([]);
  /** Changed by hand: it is sent as it stands here. */
  isChanged = $state(false);
  #confirmed = '';
  #id: ConversationId;
  #deps: DraftDeps;
  #calls = 0;

  constructor(id: ConversationId, deps: DraftDeps) {
    this.#id = id;
    this.#deps = deps;
    const kept = this.#kept();
    if (kept) this.restore(kept);
    else void this.start('reply', null);
  }

  get count(): number {
    return FIELDS.reduce((sum, field) => sum + this.people[field].length, 0);
  }

  get hasWrong(): boolean {
    return FIELDS.some((field) => this.people[field].some((one) => !one.isValid));
  }

  get isTooMany(): boolean {
    return this.count > RECIPIENTS_MAX;
  }

  /** Unchanged, the server knows the recipients itself, even if it could not tell them. */
  get #isServers(): boolean {
    return !this.isChanged && this.mode !== 'forward';
  }

  get canSend(): boolean {
    if (this.load === 'loading') return false;
    if (this.#isServers) return true;
    return this.count > 0 && !this.hasWrong && !this.isTooMany;
  }

  get isPlain(): boolean {
    return this.mode === 'reply' && !this.isChanged;
  }

  async start(mode: MailMode, message: MessageId | null): Promise<void> {
    const number = ++this.#calls;
    this.mode = mode;
    this.messageId = message;
    this.load = 'loading';
    this.isChanged = false;
    this.asked = [];
    this.people = { to: [], cc: [], bcc: [] };
    this.subject = '';
    await this.#fetch(number, this.#take);
  }

  /** What was typed meanwhile stays. */
  #take = (found: MailRecipients): void => {
    const { to, cc, bcc } = this.people;
    this.people = {
      to: joined(found.to.map(toEntry), to),
      cc: joined(found.cc.map(toEntry), cc),
      bcc,
    };
    if (this.subject === '') this.subject = found.subject;
    if (this.isChanged) this.#keep();
  };

  async #fetch(number: number, take: (found: MailRecipients) => void): Promise<void> {
    const result = await this.#deps.api.getRecipients(this.#id, {
      mode: this.mode,
      ...(this.messageId ? { message_id: this.messageId } : {}),
    });
    // Another way of answering was chosen meanwhile.
    if (number !== this.#calls) return;
    if (result.ok) {
      this.from = result.value.from ?? null;
      this.signature = result.value.signature ?? '';
      take(result.value);
    }
    this.load = result.ok ? 'ready' : { failed: result.error };
  }

  retry(): Promise<void> {
    return this.start(this.mode, this.messageId);
  }

  // Recipients

  add(field: Field, text: string): void {
    const added = readAddresses(text);
    if (added.length === 0) return;
    this.people[field] = joined(this.people[field], added);
    this.#changed();
  }

  remove(field: Field, index: number): Entry | undefined {
    const [gone] = this.people[field].splice(index, 1);
    if (gone) this.#changed();
    return gone;
  }

  setSubject(text: string): void {
    this.subject = text;
    this.#changed();
  }

  #changed(): void {
    this.isChanged = true;
    this.asked = [];
    this.#keep();
  }

  #keep(): void {
    this.#deps.storage.setItem(keyOf(this.#id), JSON.stringify(this.body()));
  }

  // Sending

  body(): MailSend {
    const source = this.messageId ? { message_id: this.messageId } : {};
    if (this.#isServers) return { mode: this.mode, ...source };
    const list = (field: Field) => this.people[field].map(written);
    const subject = this.subject.trim();
    // Who it answers to could not be learned: the server knows.
    const isUnknown = this.load !== 'ready' && this.mode !== 'forward';
    return {
      mode: this.mode,
      ...source,
      ...(isUnknown && this.people.to.length === 0 ? {} : { to: list('to') }),
      cc: list('cc'),
      bcc: list('bcc'),
      ...(isUnknown && subject === '' ? {} : { subject }),
    };
  }

  asks(text: string, hasFiles: boolean): boolean {
    const isForward = this.mode === 'forward';
    // What the server fills in by itself is not empty.
    const subject = this.load === 'ready' || this.mode === 'forward' ? this.subject : '-';
    const found = warningsOf({ text, subject, hasFiles, isForward });
    const mark = `${found.join()}/${text}`;
    if (found.length === 0 || this.#confirmed === mark) {
      this.asked = [];
      return false;
    }
    this.#confirmed = mark;
    this.asked = found;
    return true;
  }

  done(): void {
    this.#deps.storage.removeItem(keyOf(this.#id));
    this.#confirmed = '';
    void this.start('reply', null);
  }

  restore(email: MailSend): void {
    const number = ++this.#calls;
    this.mode = email.mode;
    this.messageId = email.message_id ?? null;
    this.asked = [];
    const isPart = email.to === undefined;
    if (isPart && !email.cc && !email.bcc) return void this.start(email.mode, this.messageId);
    const read = (list: string[] | undefined) => (list ?? []).flatMap(readAddresses);
    this.people = { to: read(email.to), cc: read(email.cc), bcc: read(email.bcc) };
    this.subject = email.subject ?? '';
    this.isChanged = true;
    this.load = isPart ? 'loading' : 'ready';
    this.#keep();
    // Sender and signature are still wanted; recipients that were chosen stay as they are.
    void this.#fetch(number, isPart ? this.#take : () => undefined);
  }

  #kept(): MailSend | null {
    try {
      const kept: unknown = JSON.parse(this.#deps.storage.getItem(keyOf(this.#id)) ?? 'null');
      const isDraft = typeof kept === 'object' && kept !== null && 'mode' in kept;
      return isDraft ? (kept as MailSend) : null;
    } catch {
      // Written by an older version, or by hand: not worth a broken page.
      return null;
    }
  }
}
