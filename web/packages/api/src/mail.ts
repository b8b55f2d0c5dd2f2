/** Mailboxes, and what a message and a conversation have besides when they are e-mail. */
import type { AgentId, ConversationId, InboxId, MailboxId, MessageId } from './ids.ts';

export const ENCRYPTIONS = ['tls', 'starttls', 'none'] as const;
export type MailEncryption = (typeof ENCRYPTIONS)[number];
/** With a password, or with an access token (XOAUTH2). */
export type MailLogIn = 'password' | 'token';
export type MailSender = 'agent_at_company' | 'agent' | 'company';

interface ServerOf {
  host: string;
  port: number;
  encryption: MailEncryption;
  log_in: MailLogIn;
  /** A password or token is stored; it is never given back. */
  has_secret: boolean;
  /** A certificate authority of one's own, in PEM. */
  authority: string | null;
}

export interface IncomingServer extends ServerOf {
  user: string;
  folder: string;
  /** Older mails are left alone. */
  since: string | null;
}

export interface OutgoingServer extends ServerOf {
  /** None: the server wants no log-in. */
  user: string | null;
  per_minute: number;
}

export interface MailDkim {
  domain: string;
  selector: string;
  has_key: boolean;
  /** What must stand in the DNS. */
  record?: { name: string; value: string } | null;
}

/** Where a connection ended, why, and the words of the server. */
export interface MailTrouble {
  stage: string;
  cause: string;
  /** It does not pass by itself. */
  needs_person: boolean;
  said: string;
}

export interface MailboxHealth {
  reading: 'off' | 'waiting' | 'ok' | 'failing' | 'stale';
  last_read_at: string | null;
  received_total: number;
  trouble: (MailTrouble & { since: string }) | null;
  sending: 'ok' | 'failing';
  sending_trouble: (MailTrouble & { since: string }) | null;
  queued: number;
}

export interface Mailbox {
  id: MailboxId;
  inbox_id: InboxId;
  name: string;
  address: string;
  from_name: string;
  sender: MailSender;
  signature: string;
  incoming: IncomingServer;
  outgoing: OutgoingServer;
  trusted_servers: string[];
  dkim: MailDkim | null;
  undo_s: number;
  alert_after_min: number;
  auto_reply: { is_enabled: boolean; text: string };
  is_enabled: boolean;
  health: MailboxHealth;
  created_at: string;
  version: number;
}

/** A secret that is left out stays as it is. */
export type IncomingBody = Omit<IncomingServer, 'has_secret'> & { secret?: string };
export type OutgoingBody = Omit<OutgoingServer, 'has_secret'> & { secret?: string };
export type DkimBody = Pick<MailDkim, 'domain' | 'selector'> & { private_key?: string };

interface MailboxTerms {
  address: string;
  from_name: string;
  sender: MailSender;
  signature: string;
  incoming: IncomingBody;
  outgoing: OutgoingBody;
  trusted_servers: string[];
  dkim: DkimBody | null;
  undo_s: number;
  alert_after_min: number;
  auto_reply: Mailbox['auto_reply'];
  is_enabled: boolean;
}
export type NewMailbox = Pick<MailboxTerms, 'address' | 'incoming' | 'outgoing'> &
  Partial<MailboxTerms> & { name: string; member_ids?: AgentId[] };
export type MailboxPatch = Partial<MailboxTerms> & { version: number };

export interface MailboxTestBody {
  /** Secrets that are left out are those of this mailbox. */
  mailbox_id?: MailboxId;
  address: string;
  incoming: IncomingBody;
  outgoing: OutgoingBody;
}
export interface MailServerTest {
  ok: boolean;
  /** In the folder that is read. */
  messages: number | null;
  trouble: MailTrouble | null;
}
export interface MailboxTest {
  incoming: MailServerTest;
  outgoing: MailServerTest;
}

// Conversations and messages

export interface ConversationEmail {
  subject: string;
  mailbox_id: MailboxId | null;
  /** Something pointed to this conversation, and was not enough to join it. */
  may_belong_to: ConversationId | null;
}

export interface MailPerson {
  name: string;
  address: string;
}

export type MailFinding = 'pass' | 'fail' | 'none' | 'error';
export interface MailAuthentication {
  spf: MailFinding;
  dkim: MailFinding;
  dmarc: MailFinding;
  verdict: 'passed' | 'unknown' | 'failed';
  /** A trusted server when it received the mail, or we afterwards. */
  by: 'server' | 'us';
}

export interface MailDelivery {
  state: 'waiting' | 'sent' | 'failed' | 'withdrawn';
  /** Until then it can be taken back. */
  undo_until: string | null;
  next_attempt_at: string | null;
  attempts: number;
  reason: { code: string; said: string } | null;
  failed_recipients: string[];
}

export interface MessageEmail {
  direction: 'in' | 'out';
  subject: string;
  from: MailPerson | null;
  to: MailPerson[];
  cc: MailPerson[];
  bcc: MailPerson[];
  reply_to: MailPerson[];
  /** What the mail says of itself. */
  sent_at: string | null;
  is_html: boolean;
  html_url: string | null;
  has_remote_images: boolean;
  /** Earlier mails and the signature, which the text leaves out. */
  quoted: string;
  raw_url: string | null;
  /** None: nobody looked. */
  authentication: MailAuthentication | null;
  automatic: 'reply' | 'generated' | 'bulk' | 'bounce' | 'no_reply' | 'own_loop' | null;
  forwarded_from: MailPerson | null;
  is_new_participant: boolean;
  is_cut: boolean;
  /** Files that were left out because they are programs; the original has them. */
  withheld?: string[];
  delivery: MailDelivery | null;
}

export type MailMode = 'reply' | 'reply_all' | 'forward';

/** How a message goes out as mail; what is left out, the server knows. */
export interface MailSend {
  mode: MailMode;
  to?: string[];
  cc?: string[];
  bcc?: string[];
  subject?: string;
  /** Which mail is answered or forwarded. */
  message_id?: MessageId;
}

export interface MailRecipients {
  to: MailPerson[];
  cc: MailPerson[];
  subject: string;
  /** Whom the customer sees as sender. */
  from?: MailPerson | null;
  /** What stands under a mail of whoever asks. */
  signature?: string;
}
