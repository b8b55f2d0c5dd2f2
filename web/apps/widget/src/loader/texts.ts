/** The few words the loader itself says on the host page. */

type Texts = [open: string, close: string, title: string, unread: string];

const en: Texts = ['Open ', 'Close ', 'chat', ' unread'];
const zh: Texts = ['打开', '收起', '在线客服', ' 条未读'];

/** Chinese for any Chinese, English for the rest. */
export const textsFor = (locale: string): Texts => (/^zh/i.test(locale) ? zh : en);
