/** What a message needs besides its text when it leaves as mail; made by the part for mails. */
import type { MailMode, MailSend, MessageId } from '@zhiyin/api';

export interface Letter {
  /** Whether it could leave as it stands. */
  readonly canSend: boolean;
  readonly mode: MailMode;
  /** A reply to the customer, as the server makes it by itself. */
  readonly isPlain: boolean;
  start(mode: MailMode, message: MessageId | null): Promise<void>;
  body(): MailSend;
  /** It is with the server: the next one begins anew. */
  done(): void;
  /** A mail that was taken back comes with its recipients. */
  restore(email: MailSend): void;
  /** Whether something should be asked before this leaves; it is asked once. */
  asks(text: string, hasFiles: boolean): boolean;
}
