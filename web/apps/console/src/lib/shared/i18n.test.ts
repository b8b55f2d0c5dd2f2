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
});
