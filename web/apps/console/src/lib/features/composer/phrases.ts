/** Phrases: which fit what is typed after `/`, and what their variables become. */
import type { Contact, Conversation, Phrase } from '@zhiyin/api';

export interface PhraseContext {
  contactName: string;
  /** As the customer gave it; otherwise taken from the name. */
  surname: string | null;
  salutation: string | null;
  agentName: string;
  company: string;
  conversationNumber: number;
}

/** The command being typed: a `/` at the start or after a blank, up to the caret. */
export function slashQuery(text: string, caret: number): { from: number; query: string } | null {
  const before = text.slice(0, caret);
  const match = /(?:^|\s)\/([^\s/]{0,40})$/u.exec(before);
  if (!match) return null;
  const query = match[1] ?? '';
  return { from: caret - query.length - 1, query };
}

/** The name being typed after `@`, in a note. */
export function mentionQuery(text: string, caret: number): { from: number; query: string } | null {
  const match = /(?:^|[\s\p{Script=Han}])@([^\s@]{0,30})$/u.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[1] ?? '';
  return { from: caret - query.length - 1, query };
}

/** Best first: shortcut, then title, then text; the customer's language and what is used most first. */
export function findPhrases(
  phrases: readonly Phrase[],
  query: string,
  locale: string | null,
): Phrase[] {
  const wanted = query.trim().toLowerCase();
  const scored = phrases.flatMap((phrase) => {
    const score = scoreOf(phrase, wanted);
    if (score === 0) return [];
    return [{ phrase, score: score + (locale && phrase.locale === locale ? 0.5 : 0) }];
  });
  return scored
    .sort(
      (a, b) =>
        b.score - a.score ||
        b.phrase.use_count - a.phrase.use_count ||
        a.phrase.shortcut.localeCompare(b.phrase.shortcut),
    )
    .map((one) => one.phrase)
    .slice(0, 50);
}

function scoreOf(phrase: Phrase, wanted: string): number {
  if (wanted === '') return 1;
  const shortcut = phrase.shortcut.toLowerCase();
  if (shortcut === wanted) return 5;
  if (shortcut.startsWith(wanted)) return 4;
  if (phrase.title.toLowerCase().includes(wanted)) return 3;
  if (shortcut.includes(wanted)) return 2;
  return phrase.text.toLowerCase().includes(wanted) ? 1 : 0;
}

const compoundSurnames = [
  '欧阳',
  '司马',
  '上官',
  '诸葛',
  '司徒',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
];

/** The family name: Chinese names begin with it, others end with it. */
export function surnameOf(name: string): string {
  const trimmed = name.trim();
  if (/^\p{Script=Han}+$/u.test(trimmed)) {
    const compound = compoundSurnames.find((one) => trimmed.startsWith(one) && trimmed.length > 2);
    return compound ?? [...trimmed][0] ?? '';
  }
  return trimmed.split(/\s+/).at(-1) ?? '';
}

/**
 * Fills the variables of a phrase. What is not known of a customer is left out together with
 * the punctuation that would then stand alone.
 */
export function fillPhrase(
  phrase: Pick<Phrase, 'text' | 'locale'>,
  context: PhraseContext,
): string {
  const surname = context.surname ?? surnameOf(context.contactName);
  const values: Record<string, string> = {
    'contact.name': context.contactName,
    'contact.surname': surname,
    'contact.salutation': surname === '' ? '' : (context.salutation ?? ''),
    'agent.name': context.agentName,
    company: context.company,
    'conversation.number': String(context.conversationNumber),
  };
  return phrase.text
    .replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole)
    .replace(/^[\s,\uff0c\u3001]+/u, '')
    .replace(/ {2,}/g, ' ')
    .replace(/ +([,.\uff0c\u3002])/g, '$1');
}

/** The variables there are, as the server knows them. */
export const VARIABLES = [
  'contact.name',
  'contact.surname',
  'contact.salutation',
  'agent.name',
  'company',
  'conversation.number',
] as const;

export function contextOf(
  conversation: Conversation,
  contact: Contact | null,
  agentName: string,
  company: string,
): PhraseContext {
  const attributes = contact?.attributes ?? {};
  return {
    contactName: contact?.name ?? conversation.contact.name,
    surname: attributes['surname'] ?? null,
    salutation: attributes['salutation'] ?? null,
    agentName,
    company,
    conversationNumber: conversation.number,
  };
}
