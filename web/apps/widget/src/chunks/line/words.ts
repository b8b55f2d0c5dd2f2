/** What is said to somebody who waits in line: both languages, since it is little. */
import type { Locale } from '../../panel/dto';
import { format, locale } from '../../panel/i18n';
import type { Values } from '../../panel/i18n';

export const en = {
  label: 'Your place in line',
  next: 'You are next.',
  place: 'You are number {position} in line.',
  waiting: 'You are in line.',
  soon: 'It will be less than a minute.',
  about: 'It will take about {time}.',
  range: 'It will take about {from} to {to}.',
  offered: 'Somebody is about to join you.',
  shut: 'We are closed at the moment.',
  kept: 'You keep your place in line.',
  noted: 'We have your message and will get back to you.',
  notedBy: 'We have your message and will reply by {time}.',
  leave: 'Leave a message instead',
  callBack: 'Call me back',
  stay: 'Wait in line after all',
  phone: 'Telephone number',
  note: 'What is it about?',
  optional: 'optional',
  badPhone: 'Write a telephone number with digits.',
  ask: 'Ask for a call',
  cancel: 'Cancel',
  called: 'We will call you.',
  failed: 'That did not work. Try again.',
};

export const zh: Record<keyof typeof en, string> = {
  label: '您的排队情况',
  next: '下一位就是您。',
  place: '您排在第 {position} 位。',
  waiting: '您已在排队中。',
  soon: '预计不到一分钟。',
  about: '预计需要{time}。',
  range: '预计需要{from}至{to}。',
  offered: '客服即将为您服务。',
  shut: '现在是非服务时间。',
  kept: '您的排队位置会保留。',
  noted: '您的留言已收到，我们会与您联系。',
  notedBy: '您的留言已收到，我们会在{time}前答复。',
  leave: '改为留言',
  callBack: '请给我回电',
  stay: '继续排队',
  phone: '电话号码',
  note: '您想咨询什么？',
  optional: '选填',
  badPhone: '请填写正确的电话号码。',
  ask: '预约回电',
  cancel: '取消',
  called: '我们会给您回电。',
  failed: '操作未成功，请重试。',
};

const texts: Record<Locale, Record<keyof typeof en, string>> = { en, 'zh-CN': zh };

export type Word = keyof typeof en;

export const say = (word: Word, values?: Values): string =>
  format(texts[locale()][word], locale(), values);
