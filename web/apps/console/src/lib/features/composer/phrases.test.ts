import type { Phrase } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { fillPhrase, findPhrases, mentionQuery, slashQuery, surnameOf } from './phrases.ts';

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

  const context = {
    contactName: '王小明',
    surname: null,
    salutation: '先生',
    agentName: '小陈',
    company: '青禾',
    conversationNumber: 7,
  };

  it('fills what it knows and leaves unknown names to be seen', () => {
    const text =
      '{{contact.surname}}{{ contact.salutation }}好,我是{{company}}的{{agent.name}}。{{order}}';
    expect(fillPhrase({ text, locale: 'zh-CN' }, context)).toBe(
      '王先生好,我是青禾的小陈。{{order}}',
    );
  });

  it('addresses nobody by an empty name', () => {
    const nobody = { ...context, contactName: '', salutation: null };
    const chinese = {
      text: '{{contact.surname}}{{contact.salutation}},您好。',
      locale: 'zh-CN' as const,
    };
    const english = { text: 'Hello {{contact.name}}, welcome.', locale: 'en' as const };
    expect(fillPhrase(chinese, nobody)).toBe('您好。');
    expect(fillPhrase(english, nobody)).toBe('Hello, welcome.');
  });
});
