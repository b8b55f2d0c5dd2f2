/** The cases of one conversation, shown beside it; and the dialogs that open or link one. */
import type {
  ApiError,
  Case,
  CaseId,
  CasesApi,
  ConversationId,
  MessageId,
  Result,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { caseOf } from './list.svelte.ts';
import { isUnsolved } from './spec.ts';

export type BesideState = 'loading' | 'ready' | { failed: ApiError };

const AFTER_MS = 400;

export class ConversationCases {
  readonly conversation: ConversationId;
  state: BesideState = $state.raw('loading');
  #all: readonly Case[] = $state.raw([]);
  /** The dialog to open a case is open, with these messages ticked. */
  making: readonly MessageId[] | null = $state.raw(null);
  isLinking = $state(false);
  #api: Pick<CasesApi, 'listConversationCases' | 'linkCaseConversation'>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    conversation: ConversationId,
    api: Pick<CasesApi, 'listConversationCases' | 'linkCaseConversation'>,
  ) {
    this.conversation = conversation;
    this.#api = api;
    void this.load();
  }

  /** What is unsolved first, then the newest. */
  items: readonly Case[] = $derived(
    this.#all.toSorted(
      (a, b) =>
        Number(isUnsolved(b)) - Number(isUnsolved(a)) ||
        Date.parse(b.updated_at) - Date.parse(a.updated_at),
    ),
  );

  async load(): Promise<void> {
    const result = await this.#api.listConversationCases(this.conversation);
    if (result.ok) this.#all = result.value.items;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  async link(id: CaseId): Promise<Result<unknown>> {
    const result = await this.#api.linkCaseConversation(id, this.conversation);
    if (result.ok) await this.load();
    return result;
  }

  onEvent(event: EventFrame): void {
    const row = caseOf(event);
    if (!row) return;
    const held = this.#all.find((one) => one.id === row.id);
    if (held && held.version <= row.version)
      this.#all = this.#all.map((one) => (one.id === row.id ? row : one));
    const isFromHere =
      row.source.kind === 'conversation' && row.source.conversation_id === this.conversation;
    // Which conversations a case is linked with, its row does not say.
    if (!isFromHere && event.type !== 'case.conversations_changed') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), AFTER_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
