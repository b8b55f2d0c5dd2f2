/** What is said about articles: both languages, since it is little. */
import type { Locale } from '../../panel/dto';
import { format, locale } from '../../panel/i18n';
import type { Plural, Values } from '../../panel/i18n';

export const en = {
  title: 'Find an answer',
  search: 'Search articles',
  clear: 'Clear',
  hint: 'Write a word or a question. Answers appear as you type.',
  none: 'No article answers this. Ask a person instead.',
  found: { one: '{n} article found', other: '{n} articles found' },
  failed: 'The search did not work. Check your connection and try again.',
  notRead: 'This article could not be opened.',
  gone: 'This article is no longer there.',
  retry: 'Try again',
  loading: 'Loading',
  back: 'Back to the results',
  close: 'Close',
  whole: 'Open in the help centre',
  helped: 'Did this answer your question?',
  yes: 'Yes',
  no: 'No',
  glad: 'Good to hear.',
  sorry: 'Thank you. A person can help you with it.',
  person: 'Ask a person',
  read: 'Read: {title}',
  typed: 'Searched for: {text}',
  may: 'These may help',
  hide: 'Hide suggestions',
  picture: 'Picture',
  table: 'Table',
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

export const zh: Record<keyof typeof en, string | Plural> = {
  title: '查找答案',
  search: '搜索帮助文章',
  clear: '清除',
  hint: '输入关键词或问题，边输入边显示答案。',
  none: '暂无相关文章，您可以咨询客服。',
  found: { other: '找到 {n} 篇文章' },
  failed: '搜索未成功，请检查网络后重试。',
  notRead: '文章未能打开。',
  gone: '该文章已不存在。',
  retry: '重试',
  loading: '正在加载',
  back: '返回搜索结果',
  close: '关闭',
  whole: '在帮助中心打开',
  helped: '以上内容解决您的问题了吗？',
  yes: '已解决',
  no: '未解决',
  glad: '很高兴能帮到您。',
  sorry: '感谢反馈，客服可以继续为您解答。',
  person: '咨询客服',
  read: '已阅读：{title}',
  typed: '搜索内容：{text}',
  may: '以下内容或许有帮助',
  hide: '隐藏建议',
  picture: '图片',
  table: '表格',
  note: '说明',
  tip: '提示',
  important: '重要',
  warning: '注意',
  caution: '警告',
};

const texts: Record<Locale, Record<keyof typeof en, string | Plural>> = { en, 'zh-CN': zh };

export type Word = keyof typeof en;

export const say = (word: Word, values?: Values): string =>
  format(texts[locale()][word], locale(), values);
