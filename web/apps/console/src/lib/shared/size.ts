/** Sizes in the reader's language. */
export function sizeText(bytes: number, locale: string): string {
  const [value, unit] =
    bytes >= 1024 ** 2
      ? [bytes / 1024 ** 2, 'megabyte']
      : bytes >= 1024
        ? [bytes / 1024, 'kilobyte']
        : [bytes, 'byte'];
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
