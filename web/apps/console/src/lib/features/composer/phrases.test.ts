import type { Phrase } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import cases from '../../../../../../../crates/domain/cases/phrases.json' with { type: 'json' };
import {
  fillPhrase,
  findPhrases,
  mentionQuery,
  sampleContext,
  slashQuery,
  surnameOf,
  VARIABLES,
} from './phrases.ts';

const phrase = (given: Partial<Phrase>): Phrase => ({
  id: given.shortcut ?? 'x',
  shortcut: 'x',
  title: '',
  text: '',
  locale: 'en',
  agent_id: null,
  situation: '',
  use_count: 0,
  version: 1,
  ...given,
});

describe('phrases', () => {
  it('knows a command from a path or a date', () => {
    expect(slashQuery('/gre', 4)).toEqual({ from: 0, query: 'gre' });
    expect(slashQuery('Hello /问候', 9)).toEqual({ from: 6, query: '问候' });
    expect(slashQuery('and/or', 6)).toBeNull();
    expect(slashQuery('12/05', 5)).toBeNull();
    expect(slashQuery('/done now', 9)).toBeNull();
  });

  it('finds names after Chinese text, but not inside an address', () => {
    expect(mentionQuery('请@陈', 3)).toEqual({ from: 1, query: '陈' });
    expect(mentionQuery('a@b', 3)).toBeNull();
  });

  it('puts the shortcut first and the customer’s language before the other', () => {
    const all = [
      phrase({ shortcut: 'hello', title: 'x', locale: 'en' }),
      phrase({ shortcut: 'hello-zh', title: 'x', locale: 'zh-CN' }),
      phrase({ shortcut: 'bye', text: 'hello again' }),
    ];
    expect(findPhrases(all, 'hello', 'zh-CN').map((p) => p.shortcut)).toEqual([
      'hello',
      'hello-zh',
      'bye',
    ]);
    expect(findPhrases(all, 'hel', 'zh-CN')[0]?.shortcut).toBe('hello-zh');
  });

  it('addresses people by their family name', () => {
    expect(surnameOf('王小明')).toBe('王');
    expect(surnameOf('欧阳修远')).toBe('欧阳');
    expect(surnameOf('Maria Garcia')).toBe('Garcia');
  });

  it.each(['zh-CN', 'en'] as const)('has something to try every variable with, %s', (locale) => {
    const context = sampleContext(locale, {
      agentName: 'Chen',
      company: 'Qingyu',
      inboxName: 'Shop',
      timeZone: 'Asia/Shanghai',
    });
    for (const name of VARIABLES) {
      const filled = fillPhrase({ text: `<{{${name}}}>`, locale }, context);
      expect(filled, name).toMatch(/^<[^<>{}]+>$/);
    }
  });

  it.each(cases)('fills variables as the server does: $name', (given) => {
    const { values } = given;
    const context = {
      contactName: values.contact_name ?? '',
      surname: values.surname ?? null,
      salutation: values.salutation ?? null,
      contactEmail: values.contact_email ?? null,
      agentName: values.agent_name ?? '',
      company: values.workspace_name ?? '',
      inboxName: values.inbox_name ?? '',
      conversationNumber: values.conversation_number ?? 0,
      now: new Date(values.now ?? 0),
      timeZone: values.time_zone ?? '',
    };
    const phrase = { text: given.text, locale: given.locale as Phrase['locale'] };
    expect(fillPhrase(phrase, context)).toBe(given.rendered);
  });
});
