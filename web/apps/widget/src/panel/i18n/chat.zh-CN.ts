/** 会话中的文字。 */
import type { ChatTexts } from '.';

export const chat: ChatTexts = {
  messages: '消息',
  history: '加载更早的消息',
  fresh: '新消息',
  newer: { other: '{n} 条新消息' },
  typing: '{name}正在输入',
  said: '{name}：{text}',
  someone: '客服',
  sending: '发送中',
  sent: '已发送',
  delivered: '已送达',
  read: '已读',
  edited: '已编辑',
  withdrawn: '消息已撤回',
  failed: '未发送成功。',
  discard: '删除',
  cancel: '取消',
  quote: '引用回复',
  ended: '本次会话已结束。如需帮助，可随时继续留言。',
  reopened: '会话已继续。',
  joined: '{name}已接入会话。',
  blocked: '您暂时无法在此留言，请通过其他方式联系我们。',
  offline: '网络已断开，消息将在恢复后自动发送。',
  reconnecting: '连接中断，正在重新连接…',
  slow: { other: '发送过于频繁，下一条消息将在 {n} 秒后发出。' },
};
