/** Mails for tests. */
import type { Message, MessageEmail } from '@zhiyin/api';
import type { MailMessage } from './text.ts';

export function emailOf(part: Partial<MessageEmail> = {}): MessageEmail {
  return {
    direction: 'in',
    subject: 'Teapot',
    from: { name: 'Lin Chen', address: 'lin@customer.cn' },
    to: [{ name: 'Service', address: 'help@shop.cn' }],
    cc: [],
    bcc: [],
    reply_to: [],
    sent_at: '2026-11-22T09:00:00Z',
    is_html: false,
    html_url: null,
    has_remote_images: false,
    quoted: '',
    raw_url: null,
    authentication: null,
    automatic: null,
    forwarded_from: null,
    is_new_participant: false,
    is_cut: false,
    withheld: [],
    delivery: null,
    ...part,
  };
}

export function mailOf(
  part: Partial<Message> = {},
  email: Partial<MessageEmail> = {},
): MailMessage {
  return {
    id: 'msg_1',
    conversation_id: 'cv_1',
    session_id: 'se_1',
    seq: 1,
    kind: 'text',
    author: { kind: 'contact', id: 'ct_1', name: 'Lin Chen', avatar_url: null },
    text: 'Is the teapot here?',
    blocks: [],
    attachments: [],
    mentions: [],
    quick_replies: [],
    cards: [],
    system: null,
    quote: null,
    delivery: 'sent',
    created_at: '2026-11-22T09:00:10Z',
    edited_at: null,
    recalled_at: null,
    ...part,
    email: emailOf(email),
  } as MailMessage;
}
