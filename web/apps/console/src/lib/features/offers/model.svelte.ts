/**
 * Work that is offered to this person, or was given to them. Times are told by the server's
 * clock; the ring must not run fast because the clock of this machine is wrong.
 */
import type {
  ApiError,
  Conversation,
  Offer,
  OfferOutcome,
  QueueItemId,
  RoutingApi,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

/** What is on the screen of one offer. */
export interface Shown {
  offer: Offer;
  /** `direct`: given, there is nothing to decide. `gone`: somebody else has it now. */
  state: 'open' | 'accepting' | 'declining' | 'direct' | 'gone';
  /** By the clock of this machine, in milliseconds; null when there is no end. */
  endsAt: number | null;
  totalMs: number;
  /** By the clock of this machine: since when the customer waits. */
  waitingSince: number;
  /** Why it is gone. */
  outcome: OfferOutcome | null;
}

export interface OffersDeps {
  api: Pick<RoutingApi, 'listOffers' | 'acceptOffer' | 'declineOffer'>;
  now: () => number;
  later: (run: () => void, ms: number) => void;
  fail: (error: ApiError) => void;
  /** Rings and notifies by the person's rules. */
  announce: (offer: Offer, isDirect: boolean) => void;
  onaccepted: (conversation: Conversation) => void;
}

/** How long the word that an offer is gone stays. */
const GONE_MS = 4_000;
/** How long the word that something was given stays. */
const DIRECT_MS = 20_000;
/** After its end an offer waits so long for the server's word before we ask. */
const OVERDUE_MS = 1_500;

export class Offers {
  shown: Shown[] = $state.raw([]);
  #deps: OffersDeps;
  /** How far this machine's clock is ahead of the server's. */
  #skewMs = 0;
  /** For each question on its way: the work of which the stream told since. */
  readonly #loading = new Set<Set<string>>();

  constructor(deps: OffersDeps) {
    this.#deps = deps;
  }

  /** The one that keys act on: the one that ends first. */
  get first(): Shown | undefined {
    return this.shown.find((one) => one.state === 'open');
  }

  get openCount(): number {
    return this.shown.filter((one) => one.state === 'open' || one.state === 'accepting').length;
  }

  /** What is open now: on arrival, and after the line was cut. */
  async load(): Promise<void> {
    const told = new Set<string>();
    this.#loading.add(told);
    const result = await this.#deps.api.listOffers();
    this.#loading.delete(told);
    // Without an answer nothing is taken away; the stream brings what is new.
    if (!result.ok) return;
    const known = new Map(this.shown.map((one) => [one.offer.item_id, one]));
    // Of what the stream told meanwhile the answer may not know yet.
    const asked = result.value.items.filter((offer) => !told.has(offer.item_id));
    const fresh = asked.map((offer) => {
      const held = known.get(offer.item_id);
      if (!held) this.#deps.announce(offer, false);
      return held?.state === 'accepting' || held?.state === 'declining'
        ? held
        : this.#show(offer, 'open');
    });
    const isAsked = (one: Shown) => asked.some((offer) => offer.item_id === one.offer.item_id);
    const isKept = (one: Shown) =>
      one.state === 'direct' || one.state === 'gone' || told.has(one.offer.item_id);
    this.#set([...this.shown.filter((one) => isKept(one) && !isAsked(one)), ...fresh]);
  }

  onEvent(event: EventFrame): void {
    if (event.type === 'offer.ended') {
      const { item_id: id, outcome } = event.data ?? {};
      if (typeof id === 'string') {
        this.#tell(id);
        this.#end(id, outcome as OfferOutcome);
      }
      return;
    }
    if (event.type !== 'offer.created' && event.type !== 'offer.assigned') return;
    const offer = event.data?.['offer'] as Offer | undefined;
    if (!offer) return;
    this.#tell(offer.item_id);
    this.#skewMs = this.#deps.now() - Date.parse(event.at);
    const isDirect = event.type === 'offer.assigned';
    this.#add(this.#show(offer, isDirect ? 'direct' : 'open'));
    this.#deps.announce(offer, isDirect);
    if (isDirect) this.#deps.later(() => this.dismiss(offer.item_id), DIRECT_MS);
  }

  async accept(id: QueueItemId): Promise<void> {
    if (!this.#change(id, 'open', 'accepting')) return;
    const result = await this.#deps.api.acceptOffer(id);
    const shown = this.#of(id);
    if (result.ok) {
      this.dismiss(id);
      this.#deps.onaccepted(result.value.conversation);
    } else if (isOver(result.error)) {
      this.#end(id, 'expired');
    } else {
      if (shown) this.#change(id, 'accepting', 'open');
      this.#deps.fail(result.error);
    }
  }

  async decline(id: QueueItemId): Promise<void> {
    if (!this.#change(id, 'open', 'declining')) return;
    const result = await this.#deps.api.declineOffer(id);
    // Gone already is what was wanted.
    if (result.ok || isOver(result.error)) return this.dismiss(id);
    this.#change(id, 'declining', 'open');
    this.#deps.fail(result.error);
  }

  /** Takes a card away; the work stays where it is. */
  dismiss(id: QueueItemId): void {
    this.#set(this.shown.filter((one) => one.offer.item_id !== id));
  }

  /** Whose time is over without a word from the server: it is asked. */
  tick(): void {
    const now = this.#deps.now();
    const isOverdue = (one: Shown) =>
      one.state === 'open' && one.endsAt !== null && now > one.endsAt + OVERDUE_MS;
    const overdue = this.shown.filter(isOverdue);
    for (const one of overdue) this.#end(one.offer.item_id, 'expired');
    if (overdue.length > 0) void this.load();
  }

  #show(offer: Offer, state: 'open' | 'direct'): Shown {
    const now = this.#deps.now();
    const offeredAt = Date.parse(offer.offered_at);
    const until = offer.until === null ? null : Date.parse(offer.until);
    const totalMs = until === null ? 0 : Math.max(1_000, until - offeredAt);
    const since = Math.min(now, offeredAt + this.#skewMs);
    return {
      offer,
      state,
      // Never longer than the whole, whatever the clocks say.
      endsAt: until === null ? null : Math.min(until + this.#skewMs, now + totalMs),
      totalMs,
      waitingSince: since - offer.waited_s * 1000,
      outcome: null,
    };
  }

  #tell(id: string): void {
    for (const told of this.#loading) told.add(id);
  }

  #add(shown: Shown): void {
    const others = this.shown.filter((one) => one.offer.item_id !== shown.offer.item_id);
    this.#set([...others, shown]);
  }

  #end(id: QueueItemId, outcome: OfferOutcome): void {
    const shown = this.#of(id);
    if (!shown || shown.state === 'direct' || shown.state === 'gone') return;
    // Accepted or declined here or in another tab: no word is needed.
    if (outcome === 'accepted' || outcome === 'declined') {
      if (shown.state === 'open') this.dismiss(id);
      return;
    }
    this.#set(
      this.shown.map((one) =>
        one.offer.item_id === id ? { ...one, state: 'gone' as const, outcome } : one,
      ),
    );
    this.#deps.later(() => this.#forget(id), GONE_MS);
  }

  /** Unless it has been offered again meanwhile. */
  #forget(id: QueueItemId): void {
    if (this.#of(id)?.state === 'gone') this.dismiss(id);
  }

  #of(id: QueueItemId): Shown | undefined {
    return this.shown.find((one) => one.offer.item_id === id);
  }

  #change(id: QueueItemId, from: Shown['state'], to: Shown['state']): boolean {
    if (this.#of(id)?.state !== from) return false;
    this.#set(this.shown.map((one) => (one.offer.item_id === id ? { ...one, state: to } : one)));
    return true;
  }

  /** What ends first stands first. */
  #set(shown: Shown[]): void {
    this.shown = shown.toSorted(
      (a, b) => (a.endsAt ?? Number.MAX_SAFE_INTEGER) - (b.endsAt ?? Number.MAX_SAFE_INTEGER),
    );
  }
}

function isOver(error: ApiError): boolean {
  return error.status === 409 || error.status === 404;
}
