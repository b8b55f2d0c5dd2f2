/** A mailbox while it is set up or changed, and what of it is sent. Pure. */
import type {
  AgentId,
  DkimBody,
  IncomingBody,
  Mailbox,
  MailboxPatch,
  MailboxTestBody,
  MailEncryption,
  MailLogIn,
  MailSender,
  NewMailbox,
  OutgoingBody,
} from '@zhiyin/api';
import { isAddress } from '$lib/features/mail/addresses.ts';
import { domainOf, PORTS, serversOf, type Provider } from './providers.ts';

/** Limits of the server, for the form. */
export const LIMITS = {
  undo: { min: 0, max: 120 },
  alert: { min: 5, max: 1440 },
  perMinute: { min: 1, max: 600 },
  port: { min: 1, max: 65_535 },
};

export interface ServerDraft {
  host: string;
  port: string;
  encryption: MailEncryption;
  user: string;
  log_in: MailLogIn;
  /** What is typed now; empty keeps what is stored. */
  secret: string;
  has_secret: boolean;
  authority: string;
}

export interface MailboxDraft {
  name: string;
  address: string;
  from_name: string;
  sender: MailSender;
  signature: string;
  incoming: ServerDraft & { folder: string; since: string };
  outgoing: ServerDraft & { per_minute: string };
  /** Sending logs in as reading does. */
  isSameLogIn: boolean;
  /** The server takes mails without a log-in. */
  isOpenRelay: boolean;
  /** One name a line. */
  trusted: string;
  dkim: { isOn: boolean; domain: string; selector: string; key: string; hasKey: boolean };
  undo_s: string;
  alert_after_min: string;
  auto_reply: { is_enabled: boolean; text: string };
  is_enabled: boolean;
  members: AgentId[];
}

const freshServer: ServerDraft = {
  host: '',
  port: '',
  encryption: 'tls',
  user: '',
  log_in: 'password',
  secret: '',
  has_secret: false,
  authority: '',
};

export function freshDraft(members: AgentId[]): MailboxDraft {
  return {
    name: '',
    address: '',
    from_name: '',
    sender: 'agent_at_company',
    signature: '',
    incoming: { ...freshServer, port: '993', folder: 'INBOX', since: '' },
    outgoing: { ...freshServer, port: '465', per_minute: '60' },
    isSameLogIn: true,
    isOpenRelay: false,
    trusted: '',
    dkim: { isOn: false, domain: '', selector: 'zhiyin', key: '', hasKey: false },
    undo_s: '10',
    alert_after_min: '15',
    auto_reply: { is_enabled: false, text: '' },
    is_enabled: true,
    members,
  };
}

export function draftOf(mailbox: Mailbox): MailboxDraft {
  const { incoming, outgoing, dkim } = mailbox;
  return {
    name: mailbox.name,
    address: mailbox.address,
    from_name: mailbox.from_name,
    sender: mailbox.sender,
    signature: mailbox.signature,
    incoming: {
      ...serverDraft(incoming),
      user: incoming.user,
      folder: incoming.folder,
      since: incoming.since?.slice(0, 10) ?? '',
    },
    outgoing: {
      ...serverDraft(outgoing),
      user: outgoing.user ?? '',
      per_minute: String(outgoing.per_minute),
    },
    // The secrets of the two are stored each for itself: they cannot be compared.
    isSameLogIn: false,
    isOpenRelay: outgoing.user === null,
    trusted: mailbox.trusted_servers.join('\n'),
    dkim: {
      isOn: dkim !== null,
      domain: dkim?.domain ?? domainOf(mailbox.address),
      selector: dkim?.selector ?? 'zhiyin',
      key: '',
      hasKey: dkim?.has_key ?? false,
    },
    undo_s: String(mailbox.undo_s),
    alert_after_min: String(mailbox.alert_after_min),
    auto_reply: { ...mailbox.auto_reply },
    is_enabled: mailbox.is_enabled,
    members: [],
  };
}

function serverDraft(server: Mailbox['incoming'] | Mailbox['outgoing']) {
  return {
    host: server.host,
    port: String(server.port),
    encryption: server.encryption,
    log_in: server.log_in,
    secret: '',
    has_secret: server.has_secret,
    authority: server.authority ?? '',
  };
}

/** Servers of a provider put into the form; what else is in it stays. */
export function withProvider(draft: MailboxDraft, provider: Provider): MailboxDraft {
  const { incoming, outgoing } = serversOf(provider, draft.address);
  const log_in: MailLogIn = provider === 'microsoft' ? 'token' : 'password';
  return {
    ...draft,
    incoming: {
      ...draft.incoming,
      ...incoming,
      port: String(incoming.port),
      user: draft.incoming.user || draft.address.trim(),
      log_in,
    },
    outgoing: { ...draft.outgoing, ...outgoing, port: String(outgoing.port), log_in },
  };
}

/** Another encryption means another port, as long as the port is a usual one. */
export function withEncryption<Draft extends ServerDraft>(
  server: Draft,
  way: 'incoming' | 'outgoing',
  encryption: MailEncryption,
): Draft {
  const usual = Object.values(PORTS[way]).map(String);
  const port = usual.includes(server.port) ? String(PORTS[way][encryption]) : server.port;
  return { ...server, encryption, port };
}

const server = (draft: ServerDraft) => ({
  host: draft.host.trim(),
  port: Number(draft.port),
  encryption: draft.encryption,
  log_in: draft.log_in,
  authority: draft.authority.trim() || null,
  ...(draft.secret === '' ? {} : { secret: draft.secret }),
});

export function incomingBody(draft: MailboxDraft): IncomingBody {
  const { incoming } = draft;
  return {
    ...server(incoming),
    user: incoming.user.trim(),
    folder: incoming.folder.trim() || 'INBOX',
    since: incoming.since === '' ? null : `${incoming.since}T00:00:00Z`,
  };
}

export function outgoingBody(draft: MailboxDraft): OutgoingBody {
  const { incoming, outgoing, isSameLogIn, isOpenRelay } = draft;
  const logIn = isSameLogIn
    ? { user: incoming.user, log_in: incoming.log_in, secret: incoming.secret }
    : { user: outgoing.user, log_in: outgoing.log_in, secret: outgoing.secret };
  return {
    ...server({ ...outgoing, ...logIn, ...(isOpenRelay ? { secret: '' } : {}) }),
    user: isOpenRelay ? null : logIn.user.trim(),
    per_minute: Number(outgoing.per_minute),
  };
}

function dkimBody({ dkim }: MailboxDraft): DkimBody | null {
  if (!dkim.isOn) return null;
  return {
    domain: dkim.domain.trim(),
    selector: dkim.selector.trim(),
    ...(dkim.key.trim() === '' ? {} : { private_key: dkim.key.trim() }),
  };
}

function terms(draft: MailboxDraft) {
  return {
    address: draft.address.trim(),
    from_name: draft.from_name.trim(),
    sender: draft.sender,
    signature: draft.signature.trimEnd(),
    incoming: incomingBody(draft),
    outgoing: outgoingBody(draft),
    trusted_servers: draft.trusted.split(/[\s,]+/).filter(Boolean),
    dkim: dkimBody(draft),
    undo_s: Number(draft.undo_s),
    alert_after_min: Number(draft.alert_after_min),
    auto_reply: { ...draft.auto_reply, text: draft.auto_reply.text.trim() },
    is_enabled: draft.is_enabled,
  };
}

export function newBody(draft: MailboxDraft): NewMailbox {
  const name = draft.name.trim() || draft.address.trim();
  return { ...terms(draft), name, member_ids: [...draft.members] };
}

/** Only what differs from what was read. */
export function patchBody(before: MailboxDraft, after: MailboxDraft, version: number) {
  const [old, now] = [terms(before), terms(after)];
  const changed = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(old[key as keyof typeof old]),
  );
  return { ...Object.fromEntries(changed), version } as MailboxPatch;
}

export function testBody(draft: MailboxDraft, id?: string): MailboxTestBody {
  const { address, incoming, outgoing } = terms(draft);
  return { ...(id ? { mailbox_id: id } : {}), address, incoming, outgoing };
}

const isWithin = (text: string, { min, max }: { min: number; max: number }) =>
  /^\d+$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;
/** The name of a server, or its number; nothing that is pasted with a scheme before it. */
export const isHost = (host: string) => /^[\p{L}\p{N}]([\p{L}\p{N}.:-]*[\p{L}\p{N}])?$/u.test(host);

export type Fault =
  | 'address'
  | 'incoming.host'
  | 'incoming.port'
  | 'incoming.user'
  | 'incoming.secret'
  | 'outgoing.host'
  | 'outgoing.port'
  | 'outgoing.user'
  | 'outgoing.secret'
  | 'dkim.domain'
  | 'dkim.selector'
  | 'dkim.key'
  | 'undo'
  | 'alert'
  | 'perMinute';

/** What the server would refuse, said before it is asked. */
export function faultsOf(draft: MailboxDraft): Set<Fault> {
  const faults = new Set<Fault>();
  const need = (isRight: boolean, fault: Fault) => {
    if (!isRight) faults.add(fault);
  };
  need(isAddress(draft.address.trim()), 'address');
  for (const way of ['incoming', 'outgoing'] as const) {
    need(isHost(draft[way].host.trim()), `${way}.host`);
    need(isWithin(draft[way].port, LIMITS.port), `${way}.port`);
    if (way === 'outgoing' && (draft.isSameLogIn || draft.isOpenRelay)) continue;
    need(draft[way].user.trim() !== '', `${way}.user`);
    need(draft[way].secret !== '' || draft[way].has_secret, `${way}.secret`);
  }
  if (draft.dkim.isOn) {
    need(/\./.test(draft.dkim.domain.trim()), 'dkim.domain');
    need(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(draft.dkim.selector.trim()), 'dkim.selector');
    need(draft.dkim.hasKey || draft.dkim.key.includes('PRIVATE KEY'), 'dkim.key');
  }
  need(isWithin(draft.undo_s, LIMITS.undo), 'undo');
  need(isWithin(draft.alert_after_min, LIMITS.alert), 'alert');
  need(isWithin(draft.outgoing.per_minute, LIMITS.perMinute), 'perMinute');
  return faults;
}
