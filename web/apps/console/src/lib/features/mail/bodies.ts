/** The HTML of mails that were shown, so that coming back to one needs no second fetch. */
import type { MailApi, MessageId, Result } from '@zhiyin/api';
import { bodyOf, type MailBody } from './frame.ts';

const KEPT_MAX = 60;

export class MailBodies {
  #api: Pick<MailApi, 'getMailHtml'>;
  #held = new Map<MessageId, MailBody>();
  /** Mails whose pictures on servers of others somebody wants to see. */
  #wanted = new Set<MessageId>();
  /** How tall a mail was, so that nothing jumps when it is drawn again. */
  readonly heights = new Map<MessageId, number>();

  constructor(api: Pick<MailApi, 'getMailHtml'>) {
    this.#api = api;
  }

  async get(id: MessageId, signal: AbortSignal): Promise<Result<MailBody>> {
    const held = this.#held.get(id);
    if (held !== undefined) {
      // Used last is dropped last.
      this.#held.delete(id);
      this.#held.set(id, held);
      return { ok: true, value: held };
    }
    const result = await this.#api.getMailHtml(id, this.#wanted.has(id), signal);
    if (!result.ok) return result;
    const body = bodyOf(result.value ?? '');
    this.#held.set(id, body);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= KEPT_MAX) break;
      this.#held.delete(oldest);
    }
    return { ok: true, value: body };
  }

  /** The next fetch brings the pictures of this mail, too. */
  want(id: MessageId): void {
    this.#wanted.add(id);
    this.#held.delete(id);
  }

  /** What is agreed about the pictures of a sender has changed: every mail is fetched anew. */
  forget(): void {
    this.#wanted.clear();
    this.#held.clear();
  }
}

const all = new WeakMap<object, MailBodies>();

/** One for each connection; another login starts anew. */
export function bodiesOf(api: MailApi): MailBodies {
  let bodies = all.get(api);
  if (!bodies) all.set(api, (bodies = new MailBodies(api)));
  return bodies;
}
