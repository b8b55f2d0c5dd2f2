/**
 * Messages with named parameters, and plurals by `Intl`. A message is a sentence, or one
 * sentence per plural category chosen by `count`. English is the reference: its keys and
 * parameters are the types every call is checked against.
 */
export type Plural = { readonly one?: string; readonly other: string };
export type Entry = string | Plural;
export type Messages = Readonly<Record<string, Entry>>;

type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Parameters<E> = E extends { readonly other: infer Text } ? 'count' | Names<Text> : Names<E>;

/** The arguments a message needs: none, or an object with every named parameter. */
export type Arguments<E> = [Parameters<E>] extends [never]
  ? []
  : [Record<Parameters<E>, string | number>];

/** A catalogue in another language must have every key of the reference. */
export type Like<Reference extends Messages> = { readonly [Key in keyof Reference]: Entry };

export type Translate<Reference extends Messages> = <Key extends keyof Reference & string>(
  key: Key,
  ...args: Arguments<Reference[Key]>
) => string;

export function createTranslate<Reference extends Messages>(
  messages: Like<Reference>,
  locale: string,
): Translate<Reference> {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, ...args) => {
    const values = (args[0] ?? {}) as Record<string, string | number>;
    const entry: Entry | undefined = messages[key];
    // A key made from a value we do not know is shown as it is; a page must not break over a word.
    if (entry === undefined) return key;
    return fill(pick(entry, rules, values), values, numbers);
  };
}

function pick(
  entry: Entry,
  rules: Intl.PluralRules,
  values: Record<string, string | number>,
): string {
  if (typeof entry === 'string') return entry;
  const isOne = rules.select(Number(values['count'] ?? 0)) === 'one';
  return isOne && entry.one !== undefined ? entry.one : entry.other;
}

function fill(
  text: string,
  values: Record<string, string | number>,
  numbers: Intl.NumberFormat,
): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}
