/** Sums of money: whole minor units on the wire, decimals in a field. Pure. */
import type { Money } from '@zhiyin/api';

const MINOR_MAX = 1e13;

/** Digits behind the point: 2 for most currencies, 0 for yen. */
export function minorDigits(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // Three letters that are no currency of this browser.
    return 2;
  }
}

/** "¥12.50"; sums without a fraction are shown without. */
export function moneyText(money: Money, locale: string): string {
  const digits = minorDigits(money.currency);
  const amount = money.minor / 10 ** digits;
  const isWhole = money.minor % 10 ** digits === 0;
  try {
    return new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: money.currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: isWhole ? 0 : digits,
    }).format(amount);
  } catch {
    return `${amount} ${money.currency}`;
  }
}

/** What a field holds for a sum. */
export function moneyField(money: Money): string {
  const digits = minorDigits(money.currency);
  return money.minor % 10 ** digits === 0
    ? String(money.minor / 10 ** digits)
    : (money.minor / 10 ** digits).toFixed(digits);
}

/** The sum somebody typed; null if it is none, negative, too exact or too large. */
export function readMoney(text: string, currency: string): Money | null {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim().replaceAll(',', ''));
  if (!match) return null;
  const digits = minorDigits(currency);
  const [, whole = '0', part = ''] = match;
  if (part.length > digits) return null;
  const minor = Number(whole) * 10 ** digits + Number(part.padEnd(digits, '0') || '0');
  return minor <= MINOR_MAX ? { minor, currency } : null;
}
