/** Addresses as people type and paste them. Pure. */
import type { MailPerson } from '@zhiyin/api';

/** As many as one mail may have. */
export const RECIPIENTS_MAX = 50;

const ADDRESS = /^[^\s@<>()[\]",;:\\]+@[^\s@<>()[\]",;:\\.]+(\.[^\s@<>()[\]",;:\\.]+)+$/;

/** Whether something can be an address; whether it is one, only its server knows. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}

/** The same mailbox, however it is written. */
export const sameAddress = (a: string, b: string) =>
  a.trim().toLowerCase() === b.trim().toLowerCase();

export interface Entry extends MailPerson {
  isValid: boolean;
}

/** Splits what was typed or pasted into addresses; Chinese marks divide as well as Western ones. */
export function readAddresses(text: string): Entry[] {
  return pieces(text)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .flatMap(readOne);
}

/** Between addresses; not inside of quotation marks or angle brackets. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  let isQuoted = false;
  let isAngled = false;
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (sign === '<') isAngled = true;
    else if (sign === '>') isAngled = false;
    const ends = /[,;，；、\n\r\t]/.test(sign);
    // Whoever forgets to close a mark loses no more than a line by it.
    if (ends && ((!isQuoted && !isAngled) || /[\n\r]/.test(sign))) {
      found.push(piece);
      [piece, isQuoted, isAngled] = ['', false, false];
    } else piece += sign;
  }
  return [...found, piece];
}

function readOne(piece: string): Entry[] {
  const angled = /^(.*?)<\s*([^<>]*?)\s*>?$/s.exec(piece);
  if (angled) {
    const name = (angled[1] ?? '')
      .trim()
      .replace(/^["']+|["']+$/g, '')
      .trim();
    return [entry(name, angled[2] ?? '')];
  }
  const plain = piece.replace(/^mailto:/i, '');
  // Addresses copied from a list stand beside one another with nothing but blanks between.
  const words = plain.split(/\s+/);
  if (words.length > 1 && words.every(isAddress)) return words.map((word) => entry('', word));
  return [entry('', plain)];
}

const entry = (name: string, address: string): Entry => ({
  name,
  address: address.trim(),
  isValid: isAddress(address.trim()),
});

/** The given ones and the new ones, none twice. */
export function joined(held: readonly Entry[], added: readonly Entry[]): Entry[] {
  const result = [...held];
  for (const one of added) {
    if (!result.some((other) => sameAddress(other.address, one.address))) result.push(one);
  }
  return result;
}

export const toEntry = (person: MailPerson): Entry => entry(person.name, person.address);

/** How the server wants it; a name that would be read as something else stands in quotes. */
export function written({ name, address }: MailPerson): string {
  const clean = name.replace(/["\\\r\n<>]/g, ' ').trim();
  if (clean === '') return address;
  return /[,;:@()[\].]/.test(clean) ? `"${clean}" <${address}>` : `${clean} <${address}>`;
}

/** How people are called in a line of names. */
export const calledAs = ({ name, address }: MailPerson): string => name.trim() || address;
