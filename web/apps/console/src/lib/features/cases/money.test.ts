import { describe, expect, it } from 'vitest';
import { minorDigits, moneyField, moneyText, readMoney } from './money.ts';

const cny = (minor: number) => ({ minor, currency: 'CNY' });

describe('a sum', () => {
  it('is read without floating point', () => {
    expect(readMoney('12.5', 'CNY')).toEqual(cny(1250));
    expect(readMoney(' 1,234.56 ', 'CNY')).toEqual(cny(123456));
    expect(readMoney('0.07', 'CNY')).toEqual(cny(7));
    expect(readMoney('1.1', 'JPY')).toBeNull();
    expect(readMoney('12.345', 'CNY')).toBeNull();
    expect(readMoney('-3', 'CNY')).toBeNull();
    expect(readMoney('', 'CNY')).toBeNull();
    expect(readMoney('999999999999', 'CNY')).toBeNull();
  });

  it('comes back to the field as it went', () => {
    for (const text of ['12.50', '7', '0.07'])
      expect(moneyField(readMoney(text, 'CNY') ?? cny(0))).toBe(text);
  });

  it('is shown in its currency', () => {
    expect(moneyText(cny(1250), 'en')).toBe('¥12.50');
    expect(moneyText(cny(1200), 'zh-CN')).toBe('¥12');
    expect(moneyText({ minor: 500, currency: 'JPY' }, 'en')).toBe('¥500');
    expect(minorDigits('KWD')).toBe(3);
  });
});
