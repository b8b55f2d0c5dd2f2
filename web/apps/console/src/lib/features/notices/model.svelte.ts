/** What one customer was told before it disappoints them, and what they should be told next. */
import type {
  AcknowledgedBy,
  ApiError,
  NoticeBody,
  NoticeProposal,
  Notices,
  NoticesApi,
  Result,
  ServiceNotice,
  ServiceNoticeId,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

/** Where it is told: in a conversation, or about a case. */
export type NoticePlace = { conversation: string } | { case: string };

type Calls = Pick<
  NoticesApi,
  'ofConversation' | 'ofCase' | 'tellInConversation' | 'tellInCase' | 'acknowledge'
>;

const AFTER_MS = 400;

export class NoticesModel {
  readonly place: NoticePlace;
  state: 'loading' | 'ready' | { failed: ApiError } = $state.raw('loading');
  proposals: readonly NoticeProposal[] = $state.raw([]);
  items: readonly ServiceNotice[] = $state.raw([]);
  #api: Calls;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(place: NoticePlace, api: Calls) {
    this.place = place;
    this.#api = api;
    void this.load();
  }

  async load(): Promise<void> {
    const { place } = this;
    const result: Result<Notices> = await ('case' in place
      ? this.#api.ofCase(place.case)
      : this.#api.ofConversation(place.conversation));
    if (result.ok) {
      this.proposals = result.value.proposals;
      this.items = result.value.items;
    }
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  /** `body.client_id` stays the same when it is tried again, so that nobody is told twice. */
  async tell(body: NoticeBody): Promise<Result<ServiceNotice>> {
    const { place } = this;
    const result = await ('case' in place
      ? this.#api.tellInCase(place.case, body)
      : this.#api.tellInConversation(place.conversation, body));
    if (result.ok) {
      this.proposals = this.proposals.filter((one) => one.key !== body.key);
      this.#take(result.value);
    }
    return result;
  }

  async acknowledge(
    id: ServiceNoticeId,
    body: { means: AcknowledgedBy; note?: string },
  ): Promise<Result<ServiceNotice>> {
    const result = await this.#api.acknowledge(id, body);
    if (result.ok) this.#take(result.value);
    // The customer was quicker: what they said is what counts.
    else if (result.error.code === 'changed') void this.load();
    return result;
  }

  #take(notice: ServiceNotice): void {
    this.items = [notice, ...this.items.filter((one) => one.id !== notice.id)].toSorted(
      (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at),
    );
  }

  onEvent(event: EventFrame): void {
    if (!this.#isAbout(event)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), AFTER_MS);
  }

  #isAbout(event: EventFrame): boolean {
    if ('case' in this.place)
      return event.type === 'case.noted' && event.data?.['case_id'] === this.place.case;
    const { message } = event;
    return message?.conversation_id === this.place.conversation && message.ask?.kind === 'notice';
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
