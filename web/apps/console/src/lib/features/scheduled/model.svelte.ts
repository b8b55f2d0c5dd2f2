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
    // An event may have been quicker than the answer.
    const held = new Map(this.items.map((item) => [item.id, item]));
    const rows = result.value.items.map((row) => {
      const other = held.get(row.id);
      return other && other.version > row.version ? other : row;
    });
    this.items = rows.filter(isShown).toSorted(byTime);
  }

  /** An event brings the row as it is now; of two, the newer one holds. */
  onEvent(event: EventFrame): void {
    const row = scheduledOf(event);
    if (row?.conversation_id !== this.id) return;
    const held = this.items.find((item) => item.id === row.id);
    if (held && held.version > row.version) return;
    const others = this.items.filter((item) => item.id !== row.id);
    this.items = isShown(row) ? [...others, row].sort(byTime) : others;
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

const isShown = (item: ScheduledMessage) => item.status === 'waiting' || item.status === 'failed';
const byTime = (a: ScheduledMessage, b: ScheduledMessage) =>
  Date.parse(a.send_at) - Date.parse(b.send_at);

/** The scheduled message an event is about. */
export function scheduledOf(event: EventFrame): ScheduledMessage | undefined {
  if (!event.type.startsWith('scheduled_message.')) return undefined;
  return event.data?.['scheduled_message'] as ScheduledMessage | undefined;
}
