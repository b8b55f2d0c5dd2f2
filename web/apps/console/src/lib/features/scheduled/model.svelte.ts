/** Messages of one conversation that wait for their moment, or could not be sent at it. */
import type {
  Api,
  ApiError,
  ConversationId,
  Result,
  ScheduledMessage,
  ScheduledMessageId,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export interface ScheduledDeps {
  api: Pick<
    Api,
    | 'listScheduledMessages'
    | 'updateScheduledMessage'
    | 'deleteScheduledMessage'
    | 'sendScheduledMessage'
  >;
  fail: (error: ApiError) => void;
}

export class ScheduledModel {
  readonly id: ConversationId;
  items: ScheduledMessage[] = $state.raw([]);
  /** The one a change is on its way for. */
  busyId: ScheduledMessageId | null = $state(null);
  #deps: ScheduledDeps;

  constructor(id: ConversationId, deps: ScheduledDeps) {
    this.id = id;
    this.#deps = deps;
    void this.load();
  }

  async load(): Promise<void> {
    const result = await this.#deps.api.listScheduledMessages(this.id);
    // Without the list nothing else is wrong; the next event or visit asks again.
    if (!result.ok) return;
    this.items = result.value.items
      .filter((item) => item.status === 'waiting' || item.status === 'failed')
      .toSorted((a, b) => Date.parse(a.send_at) - Date.parse(b.send_at));
  }

  onEvent(event: EventFrame): void {
    if (!event.type.startsWith('scheduled_message.')) return;
    const of = event.conversation?.id ?? event.data?.['conversation_id'];
    if (of === undefined || of === this.id) void this.load();
  }

  change = (id: ScheduledMessageId, body: { text?: string; send_at?: string }) =>
    this.#run(id, () => this.#deps.api.updateScheduledMessage(id, body));
  cancel = (id: ScheduledMessageId) =>
    this.#run(id, () => this.#deps.api.deleteScheduledMessage(id));
  sendNow = (id: ScheduledMessageId) =>
    this.#run(id, () => this.#deps.api.sendScheduledMessage(id));

  async #run(id: ScheduledMessageId, call: () => Promise<Result<unknown>>): Promise<boolean> {
    if (this.busyId !== null) return false;
    this.busyId = id;
    const result = await call();
    if (!result.ok) this.#deps.fail(result.error);
    await this.load();
    this.busyId = null;
    return result.ok;
  }
}
