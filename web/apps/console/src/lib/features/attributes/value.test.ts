import type { Attribute, AttributeKind } from '@zhiyin/api';
import { createTimeFormat, type T } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import { shownValue, toKey } from './value.ts';

const attribute = (kind: AttributeKind): Attribute => ({
  id: 'at_1',
  subject: 'contact',
  key: 'k',
  label: { en: 'K' },
  kind,
  options: [{ value: 'gold', label: { en: 'Gold', 'zh-CN': '金卡' } }],
  is_personal: false,
  position: 1,
  version: 1,
});
const reader = {
  t: ((key: string) => key) as unknown as T,
  locale: 'en' as const,
  time: createTimeFormat('en'),
};
const text = (kind: AttributeKind, value: string) =>
  shownValue(attribute(kind), value, reader).text;

describe('values of attributes', () => {
  it('read by their kind', () => {
    expect(text('number', '1280.5')).toBe('1,280.5');
    expect(text('boolean', 'true')).toBe('common.yes');
    expect(text('date', '2026-03-01')).toBe('Mar 1, 2026');
    expect(text('select', 'gold')).toBe('Gold');
    expect(text('link', 'https://www.example.org/a/')).toBe('example.org/a');
  });

  it('are shown as they came where they do not fit', () => {
    expect(text('number', 'many')).toBe('many');
    expect(text('date', 'soon')).toBe('soon');
    expect(text('select', 'tin')).toBe('tin');
  });

  it('lead nowhere unless it is safe', () => {
    const href = (value: string) => shownValue(attribute('link'), value, reader).href;
    expect(href('https://example.org')).toBe('https://example.org');
    expect(href('javascript:alert(1)')).toBeNull();
  });
});

describe('a key from a name', () => {
  it('has what the server takes', () => {
    expect(toKey('Customer since')).toBe('customer_since');
    expect(toKey('  2nd Plan! ')).toBe('nd_plan');
    expect(toKey('套餐')).toBe('');
  });
});
