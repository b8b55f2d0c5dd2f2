/**
 * What a person writes in one conversation. Text is kept as a draft until the server has the
 * message; a send waits a few seconds so that it can be taken back, and a failed send keeps
 * everything and offers another try.
 */
import type {
  AgentId,
  Api,
  ApiError,
  Attachment,
  ConversationId,
  ErrorCode,
  Limits,
  MailSend,
  Message,
  MessageId,
} from '@zhiyin/api';
import type { Live } from '$lib/shared/live.svelte.ts';
import type { Letter } from './letter.ts';

export type Mode = 'text' | 'note';

export interface FileEntry {
  key: string;
  name: string;
  sizeBytes: number;
  isImage: boolean;
  state:
    | { kind: 'uploading'; share: number }
    | { kind: 'done'; attachment: Attachment }
    | { kind: 'failed'; code: ErrorCode };
  cancel: () => void;
}

export interface Outgoing {
  clientId: string;
  mode: Mode;
  text: string;
  files: FileEntry[];
  quote: Message | null;
  mentions: AgentId[];
  email?: MailSend | undefined;
  createdAt: Date;
  state:
    { kind: 'holding'; until: number } | { kind: 'sending' } | { kind: 'failed'; error: ApiError };
  thenResolve: boolean;
}

export interface ComposerDeps {
  api: Api;
  live: Live;
  fail: (error: Pick<ApiError, 'code'>) => void;
  newId: () => string;
  undoSeconds: () => number;
  /** Called after the message of a send-and-resolve is with the server. */
  resolve: () => void;
  typing: (isTyping: boolean) => void;
  /** What the server takes at most. */
  limits: Limits;
}

const DRAFT_AFTER_MS = 900;
const TYPING_EVERY_MS = 3_000;

export type DraftState = 'none' | 'waiting' | 'saved' | 'kept';

export class ComposerModel {
  readonly id: ConversationId;
  mode: Mode = $state('text');
  texts: Record<Mode, string> = $state({ text: '', note: '' });
  files: FileEntry[] = $state([]);
  quote: Message | null = $state.raw(null);
  /** A message of our own that is being changed instead of a new one. */
  editing: Message | null = $state.raw(null);
  outbox: Outgoing[] = $state([]);
  /** Recipients and subject, where replies leave as mail. */
  letter: Letter | null = $state.raw(null);
  isScheduling = $state(false);
  draftState: DraftState = $state('none');
  mentioned: { id: AgentId; name: string }[] = $state.raw([]);
  /** A colleague who answered while a reply was being written. */
  overtakenBy: AgentId | null = $state(null);
  insertions = $state(0);
  #deps: ComposerDeps;
  #draftTimer: ReturnType<typeof setTimeout> | undefined;
  #typingAt = 0;
  #scheduling: { mark: string; id: string } | null = null;
  #holds = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(id: ConversationId, deps: ComposerDeps) {
    this.id = id;
    this.#deps = deps;
    void this.#loadDrafts();
  }

  get text(): string {
    return this.texts[this.mode];
  }

  set text(value: string) {
    this.texts[this.mode] = value;
    if (this.texts.text === '') this.overtakenBy = null;
    if (this.editing) return;
    this.#saveSoon();
    this.#tellTyping(value !== '');
  }

  /** Sets what is written from elsewhere on the page; the field takes the focus. */
  insert(text: string): void {
    this.text = text;
    this.insertions += 1;
  }

  get left(): number {
    return this.#deps.limits.message_chars - [...this.text].length;
  }

  get isUploading(): boolean {
    return this.files.some((file) => file.state.kind === 'uploading');
  }

  get canSend(): boolean {
    const hasFiles = this.files.some((file) => file.state.kind === 'done');
    const letter = this.#letter;
    const hasText = this.text.trim() !== '' || letter?.mode === 'forward';
    if (letter && !letter.canSend) return false;
    return (hasText || (hasFiles && !this.editing)) && this.left >= 0 && !this.isUploading;
  }

  /** Notes and changes are no mails. */
  get #letter(): Letter | null {
    return this.mode === 'text' && !this.editing ? this.letter : null;
  }

  /** Whether something is asked before this is sent; asked once, it may go. */
  asks(): boolean {
    const hasFiles = this.files.some((file) => file.state.kind === 'done');
    return this.#letter?.asks(this.text, hasFiles) ?? false;
  }

  setMode(mode: Mode): void {
    if (this.editing) this.stopEditing();
    this.mode = mode;
  }

  /** A colleague's answer arrived: what is being written may no longer be right. */
  onColleagueAnswered(id: AgentId): void {
    if (this.texts.text.trim() !== '' && !this.editing) this.overtakenBy = id;
  }

  // Drafts

  async #loadDrafts(): Promise<void> {
    const result = await this.#deps.api.listDrafts(this.id);
    if (!result.ok) return;
    for (const draft of result.value) {
      // What was typed while the draft was under way is newer.
      if (draft.text && this.texts[draft.kind] === '') this.texts[draft.kind] = draft.text;
    }
  }

  #saveSoon(): void {
    this.draftState = 'waiting';
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => void this.#saveDraft(this.mode), DRAFT_AFTER_MS);
  }

  async #saveDraft(kind: Mode): Promise<void> {
    const text = this.texts[kind];
    const result = await this.#deps.api.putDraft(this.id, { kind, text });
    if (this.texts[kind] !== text) return;
    this.draftState = text === '' ? 'none' : result.ok ? 'saved' : 'kept';
  }

  #tellTyping(isTyping: boolean): void {
    if (this.mode === 'note') return;
    const now = Date.now();
    if (isTyping && now - this.#typingAt < TYPING_EVERY_MS) return;
    this.#typingAt = isTyping ? now : 0;
    this.#deps.typing(isTyping);
  }

  // Files

  addFiles(
    files: Iterable<File>,
    refuse: (reason: 'too-many' | 'too-large', name: string) => void,
  ): void {
    const { limits } = this.#deps;
    for (const file of files) {
      if (this.files.length >= limits.attachments_per_message) return refuse('too-many', file.name);
      if (file.size > limits.attachment_bytes) refuse('too-large', file.name);
      else this.#upload(file);
    }
  }

  #upload(file: File): void {
    const key = this.#deps.newId();
    const upload = this.#deps.api.upload(file, file.name, (share) => {
      const entry = this.#entry(key);
      if (entry?.state.kind === 'uploading') entry.state = { kind: 'uploading', share };
    });
    this.files.push({
      key,
      name: file.name,
      sizeBytes: file.size,
      isImage: file.type.startsWith('image/'),
      state: { kind: 'uploading', share: 0 },
      cancel: () => upload.cancel(),
    });
    void upload.done.then((result) => {
      const entry = this.#entry(key);
      if (!entry) return;
      entry.state = result.ok
        ? { kind: 'done', attachment: result.value }
        : { kind: 'failed', code: result.error.code };
    });
  }

  #entry(key: string): FileEntry | undefined {
    return this.files.find((file) => file.key === key);
  }

  removeFile(key: string): void {
    const entry = this.#entry(key);
    if (entry?.state.kind === 'uploading') entry.cancel();
    this.files = this.files.filter((file) => file.key !== key);
  }

  // Mentions, quotes, changes

  mention(id: AgentId, name: string): void {
    this.mentioned = [...this.mentioned.filter((one) => one.id !== id), { id, name }];
  }

  startEditing(message: Message): void {
    this.editing = message;
    this.mode = message.kind === 'note' ? 'note' : 'text';
    this.texts[this.mode] = message.text;
  }

  stopEditing(): void {
    if (!this.editing) return;
    this.editing = null;
    this.texts[this.mode] = '';
    this.#saveSoon();
  }

  // Sending

  /** Takes what is written and sends it after the time for second thoughts. */
  send(thenResolve = false): void {
    if (!this.canSend) return;
    if (this.editing) return void this.#saveEdit(this.editing);
    const seconds = this.mode === 'note' ? 0 : this.#deps.undoSeconds();
    const entry: Outgoing = {
      clientId: this.#deps.newId(),
      mode: this.mode,
      text: this.text.trim(),
      files: this.files.filter((file) => file.state.kind === 'done'),
      quote: this.quote,
      mentions: this.#mentionsIn(this.text),
      email: this.#letter?.body(),
      createdAt: new Date(),
      state: { kind: 'holding', until: Date.now() + seconds * 1000 },
      thenResolve,
    };
    this.outbox.push(entry);
    this.#clear();
    if (seconds === 0) void this.#post(entry.clientId);
    else {
      const timer = setTimeout(() => void this.#post(entry.clientId), seconds * 1000);
      this.#holds.set(entry.clientId, timer);
    }
  }

  #clear(): void {
    this.#letter?.done();
    this.texts[this.mode] = '';
    this.files = [];
    this.quote = null;
    this.mentioned = [];
    this.overtakenBy = null;
    clearTimeout(this.#draftTimer);
    this.#deps.typing(false);
  }

  /** Hands what is written to the server, to be sent later. It is kept here if that fails. */
  async schedule(at: Date, cancelOnReply: boolean): Promise<boolean> {
    if (!this.canSend || this.editing || this.mode === 'note' || this.isScheduling) return false;
    this.isScheduling = true;
    const ids = this.files.flatMap((file) =>
      file.state.kind === 'done' ? [file.state.attachment.id] : [],
    );
    const body = {
      text: this.text.trim(),
      attachment_ids: ids,
      send_at: at.toISOString(),
      cancel_on_reply: cancelOnReply,
      // A plain reply goes to whom the server knows when its time comes.
      ...(this.letter && !this.letter.isPlain ? { email: this.letter.body() } : {}),
    };
    // The same words keep their id until it is done: a repeat after a lost answer is recognised.
    const mark = JSON.stringify(body);
    if (this.#scheduling?.mark !== mark) this.#scheduling = { mark, id: this.#deps.newId() };
    const result = await this.#deps.api.createScheduledMessage(this.id, {
      client_id: this.#scheduling.id,
      ...body,
    });
    this.isScheduling = false;
    if (!result.ok) {
      this.#deps.fail(result.error);
      return false;
    }
    this.#scheduling = null;
    this.#clear();
    void this.#saveDraft('text');
    return true;
  }

  /** The last reply that is still held back comes back into the field. */
  undoLast(): boolean {
    const entry = this.outbox.findLast((one) => one.state.kind === 'holding');
    if (entry) this.undo(entry.clientId);
    return entry !== undefined;
  }

  #mentionsIn(text: string): AgentId[] {
    if (this.mode !== 'note') return [];
    return this.mentioned.filter((one) => text.includes(`@${one.name}`)).map((one) => one.id);
  }

  #outgoing(clientId: string): Outgoing | undefined {
    return this.outbox.find((entry) => entry.clientId === clientId);
  }

  sendNow(clientId: string): void {
    clearTimeout(this.#holds.get(clientId));
    void this.#post(clientId);
  }

  /** Sends everything still held back; nothing may be lost when the page closes. */
  flush(): void {
    for (const entry of this.outbox) {
      if (entry.state.kind === 'holding') this.sendNow(entry.clientId);
    }
  }

  async #post(clientId: string): Promise<void> {
    const entry = this.#outgoing(clientId);
    if (!entry || entry.state.kind === 'sending') return;
    this.#holds.delete(clientId);
    entry.state = { kind: 'sending' };
    const quoted: MessageId | undefined = entry.quote?.id;
    const result = await this.#deps.api.createMessage(this.id, {
      client_id: clientId,
      kind: entry.mode,
      text: entry.text,
      ...(quoted ? { reply_to_id: quoted } : {}),
      attachment_ids: entry.files.flatMap((file) =>
        file.state.kind === 'done' ? [file.state.attachment.id] : [],
      ),
      mentions: [...entry.mentions],
      ...(entry.email ? { email: entry.email } : {}),
    });
    if (!result.ok) {
      entry.state = { kind: 'failed', error: result.error };
      return;
    }
    this.#deps.live.takeMessage(result.value);
    this.#drop(clientId);
    void this.#saveDraft(entry.mode);
    if (entry.thenResolve) this.#deps.resolve();
  }

  /** Takes a held or failed message back into the field. */
  undo(clientId: string): void {
    const entry = this.#outgoing(clientId);
    if (!entry || entry.state.kind === 'sending') return;
    clearTimeout(this.#holds.get(clientId));
    this.#drop(clientId);
    this.mode = entry.mode;
    const typed = this.texts[entry.mode];
    this.texts[entry.mode] = typed ? `${entry.text}\n${typed}` : entry.text;
    this.files = [...entry.files, ...this.files];
    this.quote = entry.quote;
    if (entry.email) this.letter?.restore(entry.email);
    this.#saveSoon();
  }

  /** A mail the server has not sent yet comes back into the field. */
  takeBack(text: string, email: MailSend): void {
    this.setMode('text');
    const typed = this.texts.text;
    this.texts.text = typed ? `${text}\n${typed}` : text;
    this.letter?.restore(email);
    this.#saveSoon();
  }

  retry(clientId: string): void {
    void this.#post(clientId);
  }

  /** Tries everything that failed once more, as when the network is back. */
  retryFailed(): void {
    for (const entry of this.outbox) {
      if (entry.state.kind === 'failed' && entry.state.error.code === 'network')
        void this.#post(entry.clientId);
    }
  }

  discard(clientId: string): void {
    this.#drop(clientId);
  }

  #drop(clientId: string): void {
    this.#holds.delete(clientId);
    this.outbox = this.outbox.filter((entry) => entry.clientId !== clientId);
  }

  /** Entries the server does not yet show; one that arrived by the stream is no longer ours to show. */
  pending(messages: readonly Message[]): Outgoing[] {
    const arrived = new Set(messages.slice(-50).map((message) => message.client_id));
    return this.outbox.filter((entry) => !arrived.has(entry.clientId));
  }

  async #saveEdit(message: Message): Promise<void> {
    const text = this.text.trim();
    const result = await this.#deps.api.updateMessage(message.id, text);
    if (!result.ok) {
      this.#deps.fail(result.error);
      return;
    }
    this.#deps.live.takeMessage(result.value);
    this.stopEditing();
  }

  dispose(): void {
    clearTimeout(this.#draftTimer);
    this.flush();
  }
}
