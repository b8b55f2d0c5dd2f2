/** What is known of the servers of common providers, so that nobody has to look them up. Pure. */
import type { MailEncryption } from '@zhiyin/api';

export const PROVIDERS = [
  'other',
  'tencent',
  'qq',
  'netease',
  'alibaba',
  'google',
  'microsoft',
  'icloud',
] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface Server {
  host: string;
  port: number;
  encryption: MailEncryption;
}
export interface Servers {
  incoming: Server;
  outgoing: Server;
}

export const PORTS = {
  incoming: { tls: 993, starttls: 143, none: 143 },
  outgoing: { tls: 465, starttls: 587, none: 25 },
} as const satisfies Record<'incoming' | 'outgoing', Record<MailEncryption, number>>;

const byDomain: Record<string, Provider> = {
  'qq.com': 'qq',
  'foxmail.com': 'qq',
  '163.com': 'netease',
  '126.com': 'netease',
  'yeah.net': 'netease',
  'gmail.com': 'google',
  'outlook.com': 'microsoft',
  'hotmail.com': 'microsoft',
  'live.com': 'microsoft',
  'icloud.com': 'icloud',
  'me.com': 'icloud',
};

export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0
    ? ''
    : address
        .slice(at + 1)
        .trim()
        .toLowerCase();
}

/** The provider an address says by itself; companies have domains of their own. */
export function providerOf(address: string): Provider {
  return byDomain[domainOf(address)] ?? 'other';
}

/** The servers of a provider; of an unknown one the names that are usual. */
export function serversOf(provider: Provider, address: string): Servers {
  const domain = domainOf(address);
  switch (provider) {
    case 'tencent':
      return tls('imap.exmail.qq.com', 'smtp.exmail.qq.com');
    case 'qq':
      return tls('imap.qq.com', 'smtp.qq.com');
    case 'alibaba':
      return tls('imap.qiye.aliyun.com', 'smtp.qiye.aliyun.com');
    case 'google':
      return tls('imap.gmail.com', 'smtp.gmail.com');
    case 'microsoft':
      return startTls('outlook.office365.com', 'smtp.office365.com');
    case 'icloud':
      return startTls('imap.mail.me.com', 'smtp.mail.me.com');
    case 'netease':
      return domain === '' ? tls('imap.163.com', 'smtp.163.com') : ofDomain(domain);
    case 'other':
      return ofDomain(domain);
  }
}

function ofDomain(domain: string): Servers {
  return domain === '' ? tls('', '') : tls(`imap.${domain}`, `smtp.${domain}`);
}

function tls(incoming: string, outgoing: string): Servers {
  return {
    incoming: { host: incoming, port: PORTS.incoming.tls, encryption: 'tls' },
    outgoing: { host: outgoing, port: PORTS.outgoing.tls, encryption: 'tls' },
  };
}

/** Reads by TLS and sends by STARTTLS. */
function startTls(incoming: string, outgoing: string): Servers {
  return {
    incoming: { host: incoming, port: PORTS.incoming.tls, encryption: 'tls' },
    outgoing: { host: outgoing, port: PORTS.outgoing.starttls, encryption: 'starttls' },
  };
}
