/** Names of what routing speaks of. */
const names = new Map<string, Intl.DisplayNames>();

/** "English" for `en`, in the reader's language; the tag itself where there is no name. */
export function languageName(tag: string, locale: string): string {
  let format = names.get(locale);
  if (!format) {
    format = new Intl.DisplayNames(locale, { type: 'language' });
    names.set(locale, format);
  }
  try {
    return format.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
