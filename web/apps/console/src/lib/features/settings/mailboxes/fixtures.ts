/** A mailbox for tests. */
import type { Mailbox } from '@zhiyin/api';

export function mailbox(part: Partial<Mailbox> = {}): Mailbox {
  return {
    id: 'mb_1',
    inbox_id: 'ib_1',
    name: 'Service',
    address: 'help@shop.cn',
    from_name: '',
    sender: 'agent_at_company',
    signature: '',
    incoming: {
      host: 'imap.shop.cn',
      port: 993,
      encryption: 'tls',
      user: 'help@shop.cn',
      log_in: 'password',
      has_secret: true,
      folder: 'INBOX',
      authority: null,
      since: null,
    },
    outgoing: {
      host: 'smtp.shop.cn',
      port: 465,
      encryption: 'tls',
      user: 'help@shop.cn',
      log_in: 'password',
      has_secret: true,
      authority: null,
      per_minute: 60,
    },
    trusted_servers: [],
    dkim: null,
    undo_s: 10,
    alert_after_min: 15,
    auto_reply: { is_enabled: false, text: '' },
    is_enabled: true,
    health: {
      reading: 'ok',
      last_read_at: '2026-11-22T10:00:00Z',
      received_total: 12,
      trouble: null,
      sending: 'ok',
      sending_trouble: null,
      queued: 0,
    },
    created_at: '2026-11-01T00:00:00Z',
    version: 3,
    ...part,
  };
}
