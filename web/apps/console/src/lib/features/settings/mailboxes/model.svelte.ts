/** One mailbox while it is set up or changed; nothing changes for customers until saved. */
import type { ApiError, Mailbox, MailApi, MailboxTest } from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import { canMakeKey, makeKey, type DkimKey } from './dkim.ts';
import {
  draftOf,
  faultsOf,
  freshDraft,
  newBody,
  patchBody,
  testBody,
  withEncryption,
  withProvider,
  type Fault,
  type MailboxDraft,
} from './form.ts';
import { domainOf, providerOf, type Provider } from './providers.ts';

export type TestState = 'idle' | 'testing' | { failed: ApiError } | { done: MailboxTest };
type Calls = Pick<MailApi, 'createMailbox' | 'updateMailbox' | 'testMailbox'>;

export class MailboxModel {
  readonly form = new FormModel();
  draft: MailboxDraft = $state() as MailboxDraft;
  provider: Provider = $state('other');
  test: TestState = $state.raw('idle');
  /** A key that was just made; its record is shown until the page is left. */
  key: DkimKey | null = $state.raw(null);
  isMakingKey = $state(false);
  mailbox: Mailbox | null = $state.raw(null);
  #saved: MailboxDraft = $state.raw() as MailboxDraft;
  #api: Calls;
  #tests = 0;

  constructor(start: Mailbox | { members: string[] }, api: Calls) {
    this.#api = api;
    if ('id' in start) this.adopt(start);
    else {
      this.draft = freshDraft(start.members);
      this.#saved = freshDraft(start.members);
    }
  }

  adopt(mailbox: Mailbox): void {
    this.mailbox = mailbox;
    this.draft = draftOf(mailbox);
    this.#saved = draftOf(mailbox);
    this.provider = providerOf(mailbox.address);
  }

  /** How it is by now; what is being changed here stays. */
  refresh(mailbox: Mailbox): void {
    if (mailbox.version === this.mailbox?.version) this.mailbox = mailbox;
    else if (!this.hasChanges) this.adopt(mailbox);
  }

  faults: Set<Fault> = $derived.by(() => faultsOf(this.draft));

  get hasChanges(): boolean {
    return JSON.stringify(this.draft) !== JSON.stringify(this.#saved);
  }

  /** The servers of the provider, as far as its address says which it is. */
  guess(): void {
    this.choose(providerOf(this.draft.address));
    if (this.draft.dkim.domain === '') this.draft.dkim.domain = domainOf(this.draft.address);
  }

  choose(provider: Provider): void {
    this.provider = provider;
    this.draft = withProvider($state.snapshot(this.draft) as MailboxDraft, provider);
    this.test = 'idle';
  }

  setEncryption(way: 'incoming' | 'outgoing', encryption: 'tls' | 'starttls' | 'none'): void {
    const held = $state.snapshot(this.draft) as MailboxDraft;
    if (way === 'incoming') this.draft.incoming = withEncryption(held.incoming, way, encryption);
    else this.draft.outgoing = withEncryption(held.outgoing, way, encryption);
  }

  async runTest(): Promise<void> {
    const number = ++this.#tests;
    this.test = 'testing';
    const body = testBody($state.snapshot(this.draft) as MailboxDraft, this.mailbox?.id);
    const result = await this.#api.testMailbox(body);
    // Of two tests the one that was asked for last counts.
    if (number !== this.#tests) return;
    this.test = result.ok ? { done: result.value } : { failed: result.error };
  }

  get hasPassed(): boolean {
    return (
      typeof this.test === 'object' &&
      'done' in this.test &&
      this.test.done.incoming.ok &&
      this.test.done.outgoing.ok
    );
  }

  get canMakeKey(): boolean {
    const { domain, selector } = this.faults.has('dkim.domain')
      ? { domain: '', selector: '' }
      : this.draft.dkim;
    return canMakeKey() && domain !== '' && selector !== '';
  }

  /** Makes a key for the form; it signs once the form is saved. */
  async makeKey(): Promise<void> {
    if (this.isMakingKey) return;
    this.isMakingKey = true;
    const { domain, selector } = this.draft.dkim;
    this.key = await makeKey(domain.trim(), selector.trim());
    this.draft.dkim.key = this.key.privateKey;
    this.isMakingKey = false;
  }

  create(onDone: (mailbox: Mailbox) => void): Promise<void> {
    const body = newBody($state.snapshot(this.draft) as MailboxDraft);
    return this.form.run(() => this.#api.createMailbox(body), onDone);
  }

  save(onDone: (mailbox: Mailbox) => void): Promise<void> {
    const { mailbox } = this;
    if (!mailbox) return Promise.resolve();
    const body = patchBody(
      this.#saved,
      $state.snapshot(this.draft) as MailboxDraft,
      mailbox.version,
    );
    return this.form.run(
      () => this.#api.updateMailbox(mailbox.id, body),
      (saved) => {
        this.adopt(saved);
        onDone(saved);
      },
    );
  }
}

/** What is wrong with a mailbox at first sight; the gravest first. */
export type Condition = 'off' | 'failing' | 'stale' | 'not-sending' | 'waiting' | 'ok';

export function conditionOf({ is_enabled, health }: Mailbox): Condition {
  if (!is_enabled || health.reading === 'off') return 'off';
  if (health.reading === 'failing' || health.reading === 'stale') return health.reading;
  if (health.sending === 'failing') return 'not-sending';
  return health.reading;
}

export const toneOf: Record<Condition, 'quiet' | 'vermilion' | 'amber' | 'moss'> = {
  off: 'quiet',
  failing: 'vermilion',
  stale: 'vermilion',
  'not-sending': 'vermilion',
  waiting: 'amber',
  ok: 'moss',
};
