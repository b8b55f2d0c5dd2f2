/** Phrases: which fit what is typed after `/`, and what their variables become. */
import type { Contact, Conversation, Phrase } from '@zhiyin/api';

/** What is known when a phrase is used. What is not is left out of the text. */
export interface PhraseContext {
  contactName: string;
  /** As the customer gave it; otherwise taken from the name. */
  surname: string | null;
  salutation: string | null;
  contactEmail?: string | null;
  agentName: string;
  /** Name of the workspace. */
  company: string;
  inboxName?: string;
  conversationNumber: number;
  /** For date and time, in the zone of the workspace; the present moment if left out. */
  now?: Date;
  timeZone?: string;
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

const isChinese = (name: string): boolean => /^[\p{Script=Han}·]+$/u.test(name);

/** The family name: Chinese names begin with it, others end with it. */
export function surnameOf(name: string): string {
  const trimmed = name.trim();
  if (isChinese(trimmed)) {
    const compound = compoundSurnames.find((one) => trimmed.startsWith(one) && trimmed !== one);
    return compound ?? [...trimmed][0] ?? '';
  }
  return trimmed.split(/\s+/).at(-1) ?? '';
}

/** A form of address in the language of the phrase; unusual ones stay as they were told. */
function titleOf(told: string, locale: Phrase['locale']): string {
  const plain = told.replace(/\.+$/, '').toLowerCase();
  const [zh, en] =
    plain === '先生' || plain === 'mr'
      ? ['先生', 'Mr']
      : ['女士', '小姐', '太太', 'ms', 'mrs', 'miss'].includes(plain)
        ? ['女士', 'Ms']
        : [told, told];
  return locale === 'zh-CN' ? zh : en;
}

function salutationOf(context: PhraseContext, surname: string, locale: Phrase['locale']): string {
  const name = context.contactName.trim();
  const title = titleOf(context.salutation?.trim() ?? '', locale);
  const isKnown = title !== '' && surname !== '';
  if (locale === 'zh-CN') return isKnown ? surname + title : name || '您';
  if (isKnown) return `${title} ${surname}`;
  if (name === '') return 'there';
  return isChinese(name) ? name : (name.split(/\s+/)[0] ?? name);
}

/** A moment in the zone of the workspace, in the words of the phrase's language. */
function localOf(context: PhraseContext, locale: Phrase['locale'], what: 'date' | 'time'): string {
  const options: Intl.DateTimeFormatOptions =
    what === 'date'
      ? { year: 'numeric', month: 'long', day: 'numeric' }
      : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const format = (timeZone: string) =>
    new Intl.DateTimeFormat(locale === 'zh-CN' ? 'zh-CN' : 'en-GB', { ...options, timeZone });
  const now = context.now ?? new Date();
  try {
    return format(context.timeZone || 'UTC').format(now);
  } catch {
    return format('UTC').format(now);
  }
}

/** A text under construction that mends the places where something unknown was left out. */
class Joined {
  text = '';
  hasGap = false;

  push(next: string): void {
    const first = next.replace(/^ +/, '')[0];
    if (first === undefined) {
      if (!this.hasGap) this.text += next;
      return;
    }
    const isJoint = this.hasGap;
    this.hasGap = false;
    const before = this.text.replace(/ +$/, '');
    if (!isJoint) this.text += next;
    else if (before === '' || before.endsWith('\n')) this.text = before + withoutCommas(next);
    else if (/[.。!！?？;；:：)\n]/.test(first)) this.#end(next);
    else if (/[,，、]/.test(first))
      this.text = /[,，、]$/.test(before)
        ? this.text + withoutCommas(next)
        : before + next.replace(/^ +/, '');
    else this.text += this.text.endsWith(' ') ? next.replace(/^ +/, '') : next;
  }

  #end(next: string): void {
    this.text = this.text.replace(/[,，、 ]+$/, '') + next.replace(/^ +/, '');
  }

  finish(): string {
    if (this.hasGap) this.#end('');
    return this.text;
  }
}

const withoutCommas = (text: string): string => text.replace(/^[,，、 ]+/, '');

/**
 * Fills the variables of a phrase as the server does when it is sent; both run the cases in
 * `crates/domain/cases`. What is not known of a customer is left out together with the
 * blank or comma that would then stand alone.
 */
export function fillPhrase(
  phrase: Pick<Phrase, 'text' | 'locale'>,
  context: PhraseContext,
): string {
  const { locale } = phrase;
  const surname = context.surname?.trim() || surnameOf(context.contactName);
  const values: Record<Variable, () => string> = {
    'contact.name': () => context.contactName.trim(),
    'contact.surname': () => surname,
    'contact.salutation': () => salutationOf(context, surname, locale),
    'contact.email': () => context.contactEmail ?? '',
    'agent.name': () => context.agentName,
    'workspace.name': () => context.company,
    'inbox.name': () => context.inboxName ?? '',
    'conversation.number': () => String(context.conversationNumber),
    date: () => localOf(context, locale, 'date'),
    time: () => localOf(context, locale, 'time'),
  };
  const out = new Joined();
  // Odd places hold what stood between the braces.
  phrase.text.split(/\{\{(.*?)\}\}/s).forEach((part, index) => {
    if (index % 2 === 0) return out.push(part);
    const name = part.trim();
    if (!isVariable(name)) return out.push(`{{${part}}}`);
    const value = values[name]();
    if (value === '') out.hasGap = true;
    else out.push(value);
  });
  return out.finish();
}

/** The variables there are, as the server knows them. */
export const VARIABLES = [
  'contact.name',
  'contact.surname',
  'contact.salutation',
  'contact.email',
  'agent.name',
  'workspace.name',
  'inbox.name',
  'conversation.number',
  'date',
  'time',
] as const;

type Variable = (typeof VARIABLES)[number];

const isVariable = (name: string): name is Variable =>
  (VARIABLES as readonly string[]).includes(name);

export function contextOf(
  conversation: Conversation,
  contact: Contact | null,
  agentName: string,
  company: string,
  more: Pick<PhraseContext, 'inboxName' | 'now' | 'timeZone'> = {},
): PhraseContext {
  const attributes = contact?.attributes ?? {};
  return {
    contactName: contact?.name ?? conversation.contact.name,
    surname: attributes['surname'] ?? null,
    salutation: attributes['salutation'] ?? null,
    contactEmail: contact?.email ?? null,
    agentName,
    company,
    conversationNumber: conversation.number,
    ...more,
  };
}

/** Somebody to try a phrase on: everything a phrase can ask for is known of them. */
export function sampleContext(
  locale: Phrase['locale'],
  given: Pick<PhraseContext, 'agentName' | 'company' | 'timeZone'> & { inboxName: string },
): PhraseContext {
  const person =
    locale === 'zh-CN'
      ? { contactName: '王小明', surname: '王', salutation: '先生' }
      : { contactName: 'Emma Johnson', surname: 'Johnson', salutation: 'Ms' };
  const contactEmail = locale === 'zh-CN' ? 'wang@example.com' : 'emma@example.com';
  return { ...person, contactEmail, conversationNumber: 1024, ...given };
}
