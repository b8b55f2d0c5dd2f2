/** 面板首屏文字。整句书写,`{name}` 由程序填入。 */
import type { CoreTexts } from '.';

export const core: CoreTexts = {
  title: '在线客服',
  greeting: '您好，请问有什么可以帮您？',
  here: '我们通常在{time}内回复。',
  away: '现在是非服务时间。请留言，我们会尽快与您联系。',
  menu: '更多选项',
  close: '收起对话',
  write: '输入消息',
  send: '发送',
  attach: '添加文件',
  emoji: '插入表情',
  tooLong: '消息过长，无法发送。',
  retry: '重试',
  unreachable: '暂时无法连接客服，请检查网络后重试。',
  forbidden: '当前页面未启用在线客服。',
  gone: '在线客服暂未开放。',
  identity: '请先登录本站，再与客服对话。',
  notLoaded: '此部分未能加载。',
};
