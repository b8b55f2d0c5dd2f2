import { describe, expect, it } from 'vitest';
import { Language } from './i18n.svelte.ts';

describe('the language', () => {
  it('speaks of the inbox at once, and of other pages when asked to', async () => {
    const language = new Language();
    await language.choose('en');
    expect([language.t('nav.risks'), language.t('risk.title')]).toEqual(['Risk warnings', '']);
    await language.loadPages();
    expect(language.t('risk.title')).not.toBe('');
    await language.choose('zh-CN');
    expect(language.t('risk.title')).toMatch(/\p{Script=Han}/u);
  });

  it('has every word when pages are asked for while the language is on its way', async () => {
    const language = new Language();
    const chosen = language.choose('zh-CN');
    await language.loadPages();
    await chosen;
    expect(language.t('risk.title')).toMatch(/\p{Script=Han}/u);
  });

  it('joins lists, pairs and sentences as it is written', () => {
    const language = new Language();
    language.locale = 'en';
    expect(language.join(['Emily', 'Martin', 3])).toBe('Emily, Martin, 3');
    expect(language.pair('Theme', 'Dark')).toBe('Theme: Dark');
    expect(language.sentences('You count as away.', 'Nothing comes.')).toBe(
      'You count as away. Nothing comes.',
    );
    language.locale = 'zh-CN';
    expect(language.join(['若溪', '嘉木'])).toBe('若溪、嘉木');
    expect(language.pair('外观', '深色')).toBe('外观：深色');
    expect(language.sentences('您被视为离开。', '不会收到新会话。')).toBe(
      '您被视为离开。不会收到新会话。',
    );
  });
});
