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

  it('fills what it knows and leaves the rest to be seen', () => {
    const text = fillPhrase(
      phrase({ text: '{{greeting}},{{ surname }}先生,{{order}}', locale: 'zh-CN' }),
      {
        contactName: '王小明',
        agentName: '小陈',
        workspaceName: '青禾',
        conversationNumber: 7,
        hour: 9,
      },
    );
    expect(text).toBe('上午好,王先生,{{order}}');
  });
});
