/** Mailboxes, and what a message and a conversation have besides when they are e-mail. */
import type { AgentId, ConversationId, InboxId, MailboxId, MessageId } from './ids.ts';
import type { components } from './schema.ts';

type Schemas = components['schemas'];

/** An answer of the server with all its fields; those that say `never` come in another shape. */
type Told<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? unknown : never },
> = Omit<Required<Schema>, keyof Fields> & Fields;
/** What is sent: fields may be left out as the server allows. */
type Sent<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? unknown : never },
> = Omit<Schema, keyof Fields> & Fields;

export const ENCRYPTIONS = ['tls', 'starttls', 'none'] as const;
export type MailEncryption = (typeof ENCRYPTIONS)[number];
/** With a password, or with an access token (XOAUTH2). */
export type MailLogIn = 'password' | 'token';
export type MailSender = 'agent_at_company' | 'agent' | 'company';

interface Server {
  encryption: MailEncryption;
  log_in: MailLogIn;
}

export type IncomingServer = Told<
  Schemas['IncomingDto'],
  Server & { authority: string | null; since: string | null }
>;
export type OutgoingServer = Told<
  Schemas['OutgoingDto'],
  Server & { authority: string | null; user: string | null }
>;
export type MailDkim = Told<
  Schemas['DkimDto'],
  { record: Required<Schemas['DkimRecordDto']> | null }
>;

/** Where a connection ended, why, and the words of the server. */
export type MailTrouble = Omit<Schemas['TroubleDto'], 'since'>;

export type MailboxHealth = Told<
  Schemas['MailboxHealthDto'],
  {
    reading: 'off' | 'waiting' | 'ok' | 'failing' | 'stale';
    last_read_at: string | null;
    trouble: Schemas['TroubleDto'] | null;
    sending: 'ok' | 'failing';
    sending_trouble: Schemas['TroubleDto'] | null;
  }
>;

interface AutoReply {
  is_enabled: boolean;
  text: string;
}

export type Mailbox = Told<
  Schemas['MailboxDto'],
  {
    id: MailboxId;
    inbox_id: InboxId;
    sender: MailSender;
    incoming: IncomingServer;
    outgoing: OutgoingServer;
    dkim: MailDkim | null;
    auto_reply: AutoReply;
    health: MailboxHealth;
  }
>;

/** A secret that is left out stays as it is. */
export type IncomingBody = Sent<Schemas['IncomingBody'], Server>;
export type OutgoingBody = Sent<Schemas['OutgoingBody'], Server>;
export type DkimBody = Schemas['DkimBody'];

interface MailboxTerms {
  sender?: MailSender;
  auto_reply?: AutoReply;
}
export type NewMailbox = Sent<
  Schemas['NewMailboxBody'],
  MailboxTerms & { incoming: IncomingBody; outgoing: OutgoingBody; member_ids?: AgentId[] }
>;
export type MailboxPatch = Sent<
  Schemas['MailboxPatchBody'],
  MailboxTerms & { incoming?: IncomingBody; outgoing?: OutgoingBody }
>;
/** Secrets that are left out are those of the mailbox that is named. */
export type MailboxTestBody = Sent<
  Schemas['MailboxTestBody'],
  { mailbox_id?: MailboxId; incoming: IncomingBody; outgoing: OutgoingBody }
>;
export type MailServerTest = Told<
  Schemas['ServerTestDto'],
  { messages: number | null; trouble: MailTrouble | null }
>;
export type MailboxTest = Told<
  Schemas['MailboxTestDto'],
  { incoming: MailServerTest; outgoing: MailServerTest }
>;

// Conversations and messages

export type ConversationEmail = Told<
  Schemas['ThreadDto'],
  { mailbox_id: MailboxId | null; may_belong_to: ConversationId | null }
>;
export type MailPerson = Schemas['PersonDto'];

export type MailFinding = 'pass' | 'fail' | 'none' | 'error';
export type MailAuthentication = Told<
  Schemas['AuthenticationDto'],
  {
    spf: MailFinding;
    dkim: MailFinding;
    dmarc: MailFinding;
    verdict: 'passed' | 'unknown' | 'failed';
    by: 'server' | 'us';
  }
>;

export type MailDelivery = Told<
  Schemas['MailDeliveryDto'],
  {
    state: 'waiting' | 'sent' | 'failed' | 'withdrawn';
    undo_until: string | null;
    next_attempt_at: string | null;
    reason: Schemas['MailFailureDto'] | null;
  }
>;

export type MessageEmail = Told<
  Schemas['MailDto'],
  {
    direction: 'in' | 'out';
    from: MailPerson | null;
    sent_at: string | null;
    html_url: string | null;
    raw_url: string | null;
    authentication: MailAuthentication | null;
    automatic: 'reply' | 'generated' | 'bulk' | 'bounce' | 'no_reply' | 'own_loop' | null;
    forwarded_from: MailPerson | null;
    delivery: MailDelivery | null;
  }
>;

export type MailMode = 'reply' | 'reply_all' | 'forward';

/** How a message goes out as mail; what is left out, the server knows. */
export type MailSend = Sent<
  Schemas['AddressingBody'],
  { mode: MailMode; to?: string[]; cc?: string[]; subject?: string; message_id?: MessageId }
>;

export type MailRecipients = Told<
  Schemas['RecipientsDto'],
  { message_id: MessageId | null; from: MailPerson | null }
>;
