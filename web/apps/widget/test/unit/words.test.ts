import { describe, expect, it } from 'vitest';
import { day } from '../../src/chunks/talk/time';
import { chat as chatEn } from '../../src/panel/i18n/chat.en';
import { chat as chatZh } from '../../src/panel/i18n/chat.zh-CN';
import { core as coreEn } from '../../src/panel/i18n/core.en';
import { core as coreZh } from '../../src/panel/i18n/core.zh-CN';
import { duration, format, speak, speakMore, t, toLocale } from '../../src/panel/i18n';
import type { Plural } from '../../src/panel/i18n';
import { more as moreEn } from '../../src/panel/i18n/more.en';
import { more as moreZh } from '../../src/panel/i18n/more.zh-CN';

const en: Record<string, string | Plural> = { ...coreEn, ...chatEn, ...moreEn };
const zh: Record<string, string | Plural> = { ...coreZh, ...chatZh, ...moreZh };

const forms = (text: string | Plural): string[] =>
  typeof text === 'string' ? [text] : Object.values(text);
const names = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('the catalogues', () => {
  it('have the same keys, each once', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    const all = [coreEn, chatEn, moreEn].flatMap((part) => Object.keys(part));
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(Object.keys(en))('say %s with the same names in both languages', (key) => {
    const wanted = names(forms(en[key] as string).at(-1) as string);
    for (const text of [...forms(en[key] as string), ...forms(zh[key] as string)]) {
      expect(text.trim()).not.toBe('');
      expect(names(text)).toEqual(wanted);
    }
  });

  it.each(Object.entries(zh))(
    'write %s with Chinese punctuation and without exclamation',
    (_, text) => {
      for (const form of forms(text)) {
        expect(form).not.toMatch(/[\u4e00-\u9fff][,;:?!]|[!！]/);
      }
    },
  );

  it.each(Object.entries(en))('speak %s calmly', (_, text) => {
    for (const form of forms(text)) expect(form).not.toMatch(/!|\bplease\b/i);
  });
});

describe('format', () => {
  const text = { one: '{n} new message', other: '{n} new messages' };

  it('chooses the plural of the language', () => {
    expect(format(text, 'en', { n: 1 })).toBe('1 new message');
    expect(format(text, 'en', { n: 0 })).toBe('0 new messages');
    expect(format(text, 'en', { n: 21 })).toBe('21 new messages');
    expect(format({ other: '{n} 条新消息' }, 'zh-CN', { n: 1 })).toBe('1 条新消息');
  });

  it('fills names in as text, also when they look like names', () => {
    expect(format('{name}: {text}', 'en', { name: '{text}', text: '$&' })).toBe('{text}: $&');
  });
});

describe('the language', () => {
  it('is known by its tag', () => {
    expect(toLocale('zh-Hant-TW')).toBe('zh-CN');
    expect(toLocale('en-GB')).toBe('en');
    expect(toLocale('fr')).toBe(null);
    expect(toLocale('')).toBe(null);
    expect(toLocale(null)).toBe(null);
  });

  it('changes as a whole, also for what was loaded later', async () => {
    await speak('en');
    expect(t('send')).toBe('Send');
    await speakMore('more');
    expect(t('submit')).toBe('Submit');
    await speak('zh-CN');
    expect([t('send'), t('submit')]).toEqual(['发送', '提交']);
    expect(duration(30)).toBe('30秒');
    await speak('en');
    expect(duration(90)).toBe('2 minutes');
  });

  it('names days near and far', async () => {
    await speak('en');
    const now = new Date('2026-11-08T12:00:00');
    expect(day('2026-11-08T00:10:00', now)).toBe('today');
    expect(day('2026-11-07T23:50:00', now)).toBe('yesterday');
    expect(day('2026-11-09T00:10:00', now)).toBe('today');
    expect(day('2026-11-01T12:00:00', now)).toMatch(/1/);
  });
});
