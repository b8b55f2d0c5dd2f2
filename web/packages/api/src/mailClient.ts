/** Calls around mailboxes and mails. One method is one operation. */
import type { Http } from './http.ts';
import type { ConversationId, MailboxId, MessageId } from './ids.ts';
import type * as M from './mail.ts';
import type { Message, Page } from './types.ts';

/** Looking at two servers of others takes its time. */
const TEST_TIMEOUT_MS = 75_000;

export class MailApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  // Mailboxes
  listMailboxes = () => this.#http.get<Page<M.Mailbox>>('/mailboxes');
  getMailbox = (id: MailboxId) => this.#http.get<M.Mailbox>(`/mailboxes/${id}`);
  createMailbox = (body: M.NewMailbox) => this.#http.create<M.Mailbox>('/mailboxes', body);
  updateMailbox = (id: MailboxId, body: M.MailboxPatch) =>
    this.#http.patch<M.Mailbox>(`/mailboxes/${id}`, body);
  deleteMailbox = (id: MailboxId) => this.#http.delete(`/mailboxes/${id}`);
  testMailbox = (body: M.MailboxTestBody) =>
    this.#http.post<M.MailboxTest>('/mailboxes/test', body, TEST_TIMEOUT_MS);

  // Mails
  /** The HTML of a mail, made harmless; pictures on other servers come only when asked for. */
  getMailHtml = (id: MessageId, withPictures: boolean, signal?: AbortSignal) =>
    this.#http.text(`/messages/${id}/email/html`, withPictures ? { pictures: 'show' } : {}, signal);
  /** Shows pictures of the sender of a mail without asking, to everybody. */
  allowPictures = (id: MessageId) => this.#http.put<void>(`/messages/${id}/email/pictures`, {});
  forbidPictures = (id: MessageId) => this.#http.delete(`/messages/${id}/email/pictures`);
  retryMail = (id: MessageId) => this.#http.post<Message>(`/messages/${id}/email/retry`);
  getRecipients = (
    id: ConversationId,
    query: { mode: M.MailMode; message_id?: MessageId | undefined },
  ) => this.#http.get<M.MailRecipients>(`/conversations/${id}/email/recipients`, query);
}
