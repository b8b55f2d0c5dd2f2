/** One open conversation: its rows, what is new in it, and what can be done to it. */
import type {
  AgentId,
  Api,
  ApiError,
  ContactSession,
  Conversation,
  ConversationId,
  Message,
  MessageId,
  Priority,
  Result,
  TagId,
  TeamId,
} from '@zhiyin/api';
import type { ViewSpec } from '@zhiyin/realtime';
import type { Live } from '$lib/shared/live.svelte.ts';

export type ConversationState =
  | { kind: 'loading' }
  | { kind: 'failed'; error: ApiError }
  | { kind: 'ready'; conversation: Conversation };

export interface ConversationDeps {
  api: Api;
  live: Live;
  fail: (error: ApiError) => void;
}

const FOLLOWED: ViewSpec = { view: 'followed', status: 'all', sort: 'recent' };

export class ConversationModel {
  readonly id: ConversationId;
  /** The customer's sessions, newest first; for dividers and the customer pane. */
  sessions: ContactSession[] = $state.raw([]);
  /** Where "new" began when the conversation was opened. */
  seenSeq: number | null = $state(null);
  isBusy = $state(false);
  /** The number of a message to be shown and marked, as from a search. */
  target: number | null = $state(null);
  #deps: ConversationDeps;
  #seenSent = 0;
  #loadedFor: string | null = null;

  constructor(id: ConversationId, deps: ConversationDeps, at: number | null = null) {
    this.id = id;
    this.#deps = deps;
    void this.#open(at);
  }

  async #open(at: number | null): Promise<void> {
    if (at === null) await this.#deps.live.openConversation(this.id);
    else await this.goTo(at);
    const row = this.conversation;
    if (!row) return;
    if (row.agent_seen_seq < row.last_seq && row.unread_count > 0) {
      this.seenSeq = row.agent_seen_seq;
    }
    await this.loadSessions();
  }

  conversation: Conversation | undefined = $derived.by(() => this.#deps.live.conversation(this.id));
  messages: readonly Message[] = $derived.by(() => this.#deps.live.messages(this.id)?.items ?? []);

  get hasOlder(): boolean {
    return this.#deps.live.messages(this.id)?.hasOlder ?? false;
  }

  /** An older part is shown, and newer messages are not. */
  get hasNewer(): boolean {
    return this.#deps.live.messages(this.id)?.hasNewer ?? false;
  }

  /** Shows the message with this number, wherever in the conversation it stands. */
  async goTo(seq: number): Promise<void> {
    this.target = seq;
    await this.#deps.live.openAround(this.id, seq);
    // Recalled for good or out of reach: the place is shown without a mark.
    if (!this.messages.some((message) => message.seq === seq)) this.target = null;
  }

  /** Shows a message that is quoted; only what is loaded is known by its id. */
  goToMessage(id: MessageId): void {
    const found = this.messages.find((message) => message.id === id);
    if (found) this.target = found.seq;
  }

  loadNewer(): Promise<void> {
    return this.#deps.live.loadNewer(this.id);
  }

  loadLatest(): Promise<void> {
    return this.#deps.live.loadLatest(this.id);
  }

  /** Known once the list of followed conversations was asked for. */
  isFollowing: boolean | null = $derived.by(
    () => this.#deps.live.list(FOLLOWED)?.ids.includes(this.id) ?? null,
  );

  learnFollowing(): void {
    void this.#deps.live.openList(FOLLOWED);
  }

  get isLoadingMessages(): boolean {
    return this.messages.length === 0 && this.#deps.live.load(this.id) !== 'idle';
  }

  get isLoadingOlder(): boolean {
    return this.#deps.live.load(this.id) === 'more';
  }

  get state(): ConversationState {
    const load = this.#deps.live.load(this.id);
    if (this.conversation) return { kind: 'ready', conversation: this.conversation };
    return typeof load === 'object' ? { kind: 'failed', error: load.failed } : { kind: 'loading' };
  }

  async loadSessions(): Promise<void> {
    const contact = this.conversation?.contact.id;
    const mark = `${contact}/${this.conversation?.session?.id ?? ''}/${this.conversation?.status.kind}`;
    if (!contact || this.#loadedFor === mark) return;
    this.#loadedFor = mark;
    const result = await this.#deps.api.listContactSessions(contact);
    // Without the history the dividers only say less; the pane beside it reports the failure.
    if (result.ok) this.sessions = result.value.items;
  }

  loadOlder(): Promise<void> {
    return this.#deps.live.loadOlder(this.id);
  }

  /** The newest messages are on the screen: tell the server once. */
  markSeen(): void {
    const row = this.conversation;
    if (!row || row.unread_count === 0) return;
    const seq = Math.max(row.last_seq, this.messages.at(-1)?.seq ?? 0);
    if (seq <= this.#seenSent) return;
    this.#seenSent = seq;
    void this.#deps.api.markSeen(this.id, seq).then((result) => {
      if (result.ok) this.#deps.live.take(result);
      else this.#seenSent = 0;
    });
  }

  /** The line "new" has done its work once the person answers. */
  forgetNew(): void {
    this.seenSeq = null;
  }

  async #run(call: () => Promise<Result<Conversation>>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    const result = await call();
    this.isBusy = false;
    if (result.ok) this.#deps.live.take(result);
    else this.#deps.fail(result.error);
    return result.ok;
  }

  assign = (agentId: AgentId | null, teamId: TeamId | null, note?: string) =>
    this.#run(() =>
      this.#deps.api.assignConversation(this.id, {
        agent_id: agentId,
        team_id: teamId,
        ...(note ? { note } : {}),
      }),
    );
  resolve = () => this.#run(() => this.#deps.api.resolveConversation(this.id));
  reopen = () => this.#run(() => this.#deps.api.reopenConversation(this.id));
  snooze = (until: Date) => this.#run(() => this.#deps.api.snoozeConversation(this.id, until));
  setPriority = (priority: Priority) =>
    this.#run(() => this.#deps.api.setPriority(this.id, priority));
  setTags = (ids: TagId[]) => this.#run(() => this.#deps.api.tagConversation(this.id, ids));

  async markUnread(): Promise<boolean> {
    this.#seenSent = Number.MAX_SAFE_INTEGER;
    return this.#run(() => this.#deps.api.markUnread(this.id));
  }

  async follow(following: boolean): Promise<boolean> {
    const result = await this.#deps.api.followConversation(this.id, following);
    if (result.ok) this.#deps.live.refresh('followed');
    else this.#deps.fail(result.error);
    return result.ok;
  }

  toggleTag(id: TagId): Promise<boolean> {
    const held = this.conversation?.tag_ids ?? [];
    return this.setTags(held.includes(id) ? held.filter((one) => one !== id) : [...held, id]);
  }

  async recall(id: MessageId): Promise<void> {
    const result = await this.#deps.api.recallMessage(id);
    if (!result.ok) this.#deps.fail(result.error);
    else if (result.value) this.#deps.live.takeMessage(result.value);
  }

  async edit(id: MessageId, text: string): Promise<boolean> {
    const result = await this.#deps.api.updateMessage(id, text);
    if (result.ok) this.#deps.live.takeMessage(result.value);
    else this.#deps.fail(result.error);
    return result.ok;
  }
}

/** A message can be changed by its author for a quarter of an hour. */
const CHANGE_MS = 15 * 60_000;

export function mayChange(message: Message, me: AgentId, now: Date): boolean {
  return (
    message.author.kind === 'agent' &&
    message.author.id === me &&
    message.kind !== 'system' &&
    message.recalled_at === null &&
    now.getTime() - Date.parse(message.created_at) < CHANGE_MS
  );
}
