/** The HTML of mails that were shown, so that coming back to one needs no second fetch. */
import type { MailApi, MessageId, Result } from '@zhiyin/api';

const KEPT_MAX = 60;

export class MailBodies {
  #api: Pick<MailApi, 'getMailHtml'>;
  #held = new Map<string, string>();
  /** Mails whose remote pictures were asked for; asked once, they stay for the visit. */
  #pictured = new Set<MessageId>();
  /** How tall a mail was, so that nothing jumps when it is drawn again. */
  readonly heights = new Map<MessageId, number>();

  constructor(api: Pick<MailApi, 'getMailHtml'>) {
    this.#api = api;
  }

  hasPictures = (id: MessageId) => this.#pictured.has(id);

  allowPictures(id: MessageId): void {
    this.#pictured.add(id);
  }

  async get(id: MessageId, signal: AbortSignal): Promise<Result<string>> {
    const images = this.#pictured.has(id);
    const key = `${id}/${images}`;
    const held = this.#held.get(key);
    if (held !== undefined) {
      // Used last is dropped last.
      this.#held.delete(key);
      this.#held.set(key, held);
      return { ok: true, value: held };
    }
    const result = await this.#api.getMailHtml(id, images, signal);
    if (!result.ok) return result;
    const html = result.value ?? '';
    this.#held.set(key, html);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= KEPT_MAX) break;
      this.#held.delete(oldest);
    }
    return { ok: true, value: html };
  }
}

const all = new WeakMap<object, MailBodies>();

/** One for each connection; another login starts anew. */
export function bodiesOf(api: MailApi): MailBodies {
  let bodies = all.get(api);
  if (!bodies) all.set(api, (bodies = new MailBodies(api)));
  return bodies;
}
