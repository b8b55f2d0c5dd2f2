/** How a mail that leaves looks to who receives it. Pure; the server fills the same. */
import type { MailSender } from '@zhiyin/api';

/** The name of the sender; `joiner` has the places `[agent]` and `[company]`. */
export function senderName(
  sender: MailSender,
  agent: string,
  company: string,
  joiner: string,
): string {
  if (sender === 'agent') return agent;
  if (sender === 'company') return company;
  return joiner.replace('[agent]', agent).replace('[company]', company);
}

/** What stands under the mails of an agent. */
export function filledSignature(signature: string, agent: string): string {
  return signature.replace(/\{\{\s*agent\s*\}\}/g, agent).trim();
}
