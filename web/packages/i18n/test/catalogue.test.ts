import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en as enInbox } from '../src/en/index.ts';
import { enPages } from '../src/en/pages.ts';
import {
  createTranslate,
  loadInboxTranslate,
  loadTranslate,
  preferredLocale,
  type Entry,
} from '../src/index.ts';
import { zhCN as zhCNInbox } from '../src/zh-CN/index.ts';
import { zhCNPages } from '../src/zh-CN/pages.ts';

const en = { ...enInbox, ...enPages };
const zhCN = { ...zhCNInbox, ...zhCNPages };

const texts = (entry: Entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const names = (entry: Entry) =>
  [...new Set(texts(entry).flatMap((text) => text.match(/\{\w+\}/g) ?? []))]
    .filter((name) => name !== '{count}')
    .sort();

const pairs = Object.keys(en).map((key) => {
  const name = key as keyof typeof en;
  return [key, en[name] as Entry, zhCN[name] as Entry] as const;
});

describe('catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(zhCNInbox).sort()).toEqual(Object.keys(enInbox).sort());
    expect(Object.keys(zhCNPages).sort()).toEqual(Object.keys(enPages).sort());
  });

  it('say each thing in one part only', () => {
    expect(Object.keys(enPages).filter((key) => key in enInbox)).toEqual([]);
  });

  it('come without the words of other pages to the inbox', async () => {
    const inbox = await loadInboxTranslate('en');
    const whole = await loadTranslate('en');
    expect([inbox('nav.risks'), inbox('risk.title')]).toEqual([en['nav.risks'], '']);
    expect([whole('nav.risks'), whole('risk.title')]).toEqual([en['nav.risks'], en['risk.title']]);
  });

  it.each(pairs)('%s has the same parameters and no empty text', (_key, english, chinese) => {
    expect(names(chinese)).toEqual(names(english));
    for (const text of [...texts(english), ...texts(chinese)]) expect(text.trim()).toBe(text);
  });

  it('keep the house tone', () => {
    for (const [key, english, chinese] of pairs) {
      for (const text of texts(english)) {
        expect(text, key).not.toMatch(/!|\bplease\b|\binvalid\b|\p{Script=Han}/iu);
      }
      for (const text of texts(chinese)) {
        expect(text, key).not.toMatch(
          /[!\uff01]|\u4f60|[\uff10-\uff19]|(?<=\p{Script=Han})[,;:](?=\p{Script=Han})/u,
        );
      }
    }
  });
});

describe('translate', () => {
  const t = createTranslate<{
    a: 'Hello {name}';
    b: { one: '{count} note'; other: '{count} notes' };
  }>({ a: 'Hello {name}', b: { one: '{count} note', other: '{count} notes' } }, 'en');

  it('fills parameters and chooses the plural', () => {
    expect(t('a', { name: 'Lin' })).toBe('Hello Lin');
    expect(t('b', { count: 1 })).toBe('1 note');
    expect(t('b', { count: 1200 })).toBe('1,200 notes');
  });

  it('starts in the first language the reader asks for', () => {
    expect(preferredLocale(['fr', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(preferredLocale(['de'])).toBe('en');
  });
});

describe('routing', () => {
  it('has a sentence for every reason and every trigger the server knows', () => {
    const source = new URL('../../../../crates/domain/src/routing/explain.rs', import.meta.url);
    const keys = readFileSync(source, 'utf8').match(/routing_(?:reason|trigger)_\w+/g) ?? [];
    expect(keys.length).toBeGreaterThanOrEqual(20);
    for (const key of keys) {
      expect(en, key).toHaveProperty(key);
      expect(zhCN, key).toHaveProperty(key);
    }
  });
});

describe('the audit log', () => {
  it('has words for every action the server records', () => {
    const source = new URL('../../../../crates/app/src/audit.rs', import.meta.url);
    const actions = [...readFileSync(source, 'utf8').matchAll(/^ {4}\w+ = "([\w.]+)",$/gm)];
    expect(actions.length).toBeGreaterThanOrEqual(30);
    for (const [, action = ''] of actions) {
      expect(Object.keys(en)).toContain(`audit.action.${action}`);
      expect(Object.keys(zhCN)).toContain(`audit.action.${action}`);
    }
  });
});
