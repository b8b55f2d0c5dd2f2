/** A mail in words: who it is to, how real its sender is, how far it came. Pure. */
import type { MailPerson, Message, MessageEmail } from '@zhiyin/api';
import type { PlainKey } from '@zhiyin/i18n';
import { calledAs, sameAddress } from './addresses.ts';

/** A message that is a mail. */
export type MailMessage = Message & { email: MessageEmail };
export const isMail = (message: Message): message is MailMessage => message.email != null;

/** How many names a folded head has. */
const NAMES_MAX = 3;

/** Those a mail is to, in one line; how many are left out, too. */
export function toLine(email: MessageEmail): { names: string[]; more: number } {
  const all = [...email.to, ...email.cc, ...email.bcc];
  return {
    names: all.slice(0, NAMES_MAX).map(calledAs),
    more: Math.max(0, all.length - NAMES_MAX),
  };
}

/** Where an answer goes, if it is elsewhere than to the sender. */
export function otherReplyTo(email: MessageEmail): MailPerson[] {
  const from = email.from?.address ?? '';
  return email.reply_to.filter((person) => !sameAddress(person.address, from));
}

/** Whether a reply to all would reach more people than a reply. */
export function hasOthers(email: MessageEmail, ours: readonly string[]): boolean {
  const isOurs = (person: MailPerson) =>
    ours.some((address) => sameAddress(address, person.address));
  const others = [...email.to, ...email.cc].filter((person) => !isOurs(person));
  return email.direction === 'in' ? others.length > 0 : others.length > 1;
}

export type Sender = 'passed' | 'failed' | 'unknown' | 'unchecked';

/** How far the sender is who the mail says; nobody having looked is not the same as forged. */
export function senderOf({ authentication }: MessageEmail): Sender {
  return authentication === null ? 'unchecked' : authentication.verdict;
}

export type DeliveryShown =
  | { kind: 'undo'; until: number }
  | { kind: 'waiting' }
  | { kind: 'delayed'; at: string; reason: string | null; said: string }
  | { kind: 'sent' }
  | { kind: 'failed'; reason: string; said: string; recipients: string[] }
  | { kind: 'partly'; reason: string; said: string; recipients: string[] }
  | { kind: 'withdrawn' };

/** What is to be said of the way of a mail; nothing of one that came in. */
export function deliveryOf({ delivery }: MessageEmail, now: number): DeliveryShown | null {
  if (!delivery) return null;
  const { reason, failed_recipients: recipients } = delivery;
  const why = { reason: reason?.code ?? 'unknown', said: reason?.said ?? '' };
  const until = delivery.undo_until === null ? 0 : Date.parse(delivery.undo_until);
  switch (delivery.state) {
    case 'waiting':
      if (until > now) return { kind: 'undo', until };
      // One that was tried and comes up again later.
      return delivery.attempts > 0 && delivery.next_attempt_at
        ? {
            kind: 'delayed',
            at: delivery.next_attempt_at,
            reason: reason?.code ?? null,
            said: why.said,
          }
        : { kind: 'waiting' };
    case 'sent':
      return recipients.length > 0 ? { kind: 'partly', ...why, recipients } : { kind: 'sent' };
    case 'failed':
      return { kind: 'failed', ...why, recipients };
    case 'withdrawn':
      return { kind: 'withdrawn' };
  }
}

const REASONS = [
  'refused',
  'unknown-recipient',
  'too-large',
  'gave-up',
  'mailbox-off',
  'bounced',
  'late',
] as const;
type Reason = (typeof REASONS)[number];
const isReason = (code: string): code is Reason => (REASONS as readonly string[]).includes(code);

/** Why a mail did not arrive; of a reason we do not know, the server's words say it. */
export function reasonKey(code: string): PlainKey {
  return isReason(code) ? `mail.reason.${code}` : 'mail.reason.other';
}

/** One line of a folded mail. */
export function snippetOf(message: Pick<Message, 'text'>): string {
  return message.text.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** The subject stands once above the mails; one that has another says so itself. */
export function hasOwnSubject(email: MessageEmail, subject: string | undefined): boolean {
  return bare(email.subject) !== bare(subject ?? '');
}

/** Without the signs of answering and forwarding, which every program sets anew. */
function bare(subject: string): string {
  let rest = subject.trim();
  for (;;) {
    const next = rest.replace(
      /^(re|aw|fwd?|wg|sv|答复|回复|转发|返信|転送)\s*(\[\d+\])?\s*[:：]\s*/i,
      '',
    );
    if (next === rest) return rest.replace(/\s+/g, ' ');
    rest = next;
  }
}

/** Files that the HTML shows are not listed a second time. */
export function listedFiles<File extends { id: string; url: string }>(
  files: readonly File[],
  html: string | null,
): File[] {
  if (html === null) return [...files];
  return files.filter((file) => !html.includes(file.id) && !html.includes(file.url));
}
