/** What the panel says around the bot: both languages, since it is little. */
import type { Locale } from '../../panel/dto';
import { locale } from '../../panel/i18n';

export const en = {
  bot: 'Assistant',
  automatic: 'Automatic assistant',
  source: 'Source',
  opens: 'opens in a new tab',
  label: 'The assistant is answering',
  person: 'Talk to a person',
};

export const zh: Record<keyof typeof en, string> = {
  bot: '智能助手',
  automatic: '自动回复',
  source: '来源',
  opens: '在新标签页中打开',
  label: '正在由智能助手回复',
  person: '转人工客服',
};

const texts: Record<Locale, Record<keyof typeof en, string>> = { en, 'zh-CN': zh };

export const say = (word: keyof typeof en): string => texts[locale()][word];
