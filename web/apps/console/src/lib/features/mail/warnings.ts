/** What people notice a second after they sent a mail. Pure. */
export type Warning = 'attachment' | 'subject';

const ATTACHMENT =
  /\b(attach(ed|ment|ments|ing)?|enclosed|enclosure)\b|附件|附上|附后|附图|随附|请见附|詳見附|添付/i;
/** Words about files that are not there yet, or are somebody else's. */
const NOT_OURS = /\b(your|the customer's) attachments?\b|(您|你)的附件|(您|你)发(送|来)?的附件/gi;

export function warningsOf(mail: {
  text: string;
  subject: string;
  hasFiles: boolean;
  /** Files of a forwarded mail go with it. */
  isForward: boolean;
}): Warning[] {
  const found: Warning[] = [];
  const text = mail.text.replace(NOT_OURS, '');
  if (!mail.hasFiles && !mail.isForward && ATTACHMENT.test(text)) found.push('attachment');
  if (mail.subject.trim() === '') found.push('subject');
  return found;
}
