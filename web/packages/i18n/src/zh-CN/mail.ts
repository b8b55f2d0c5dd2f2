import type { Like } from '../translate.ts';
import type { mail as reference } from '../en/mail.ts';

export const mail: Like<typeof reference> = {
  'error.no-address': '该客户没有邮箱地址，请先在会话旁补充。',
  'error.no-mailbox': '尚未设置邮箱，请管理员在“设置－邮箱”中添加。',
  'error.already-sent': '邮件已经发出，不能再修改或撤回。',
  'error.not-failed': '该邮件并未发送失败，无需重新发送。',
};
