import type { ApiError, MailboxTest, Result } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { causeKey, stagesOf, stepsOf } from './diagnosis.ts';
import { makeKey, recordOf } from './dkim.ts';
import { mailbox } from './fixtures.ts';
import {
  draftOf,
  faultsOf,
  freshDraft,
  newBody,
  patchBody,
  testBody,
  withProvider,
} from './form.ts';
import { conditionOf, MailboxModel } from './model.svelte.ts';
import { providerOf, serversOf } from './providers.ts';
import { filledSignature, senderName } from './sender.ts';
import { errorStep, faultsAt } from './steps.ts';

const fresh = () => ({ ...freshDraft([]), address: 'help@shop.cn' });

describe('the form of a mailbox', () => {
  it('knows the servers of common providers and guesses those of others', () => {
    expect(providerOf('x@QQ.com')).toBe('qq');
    expect(serversOf('netease', 'x@126.com').incoming.host).toBe('imap.126.com');
    expect(serversOf('microsoft', 'x@shop.cn').outgoing).toEqual({
      host: 'smtp.office365.com',
      port: 587,
      encryption: 'starttls',
    });
    expect(serversOf(providerOf('x@shop.cn'), 'x@shop.cn').outgoing.host).toBe('smtp.shop.cn');
  });

  it('logs in for sending as for reading unless told otherwise', () => {
    const draft = withProvider(fresh(), 'other');
    draft.incoming.secret = 's3cret';
    expect(newBody(draft).outgoing).toMatchObject({ user: 'help@shop.cn', secret: 's3cret' });
    draft.isOpenRelay = true;
    expect(newBody(draft).outgoing.user).toBeNull();
    expect(newBody(draft).outgoing).not.toHaveProperty('secret');
  });

  it('takes the address for a name where there is none', () => {
    expect(newBody(fresh()).name).toBe('help@shop.cn');
  });

  it('sends only what was changed, and no secret that was not typed', () => {
    const before = draftOf(mailbox());
    const after = draftOf(mailbox());
    expect(patchBody(before, after, 3)).toEqual({ version: 3 });
    after.signature = 'Bye';
    after.incoming.port = '143';
    const body = patchBody(before, after, 3);
    expect(Object.keys(body).sort()).toEqual(['incoming', 'signature', 'version']);
    expect(body.incoming).toMatchObject({ port: 143, host: 'imap.shop.cn' });
    expect(body.incoming).not.toHaveProperty('secret');
  });

  it('tests with the stored secrets of a mailbox', () => {
    const body = testBody(draftOf(mailbox()), 'mb_1');
    expect(body.mailbox_id).toBe('mb_1');
    expect(body.incoming).not.toHaveProperty('secret');
  });

  it('says before the server what is missing, and where', () => {
    expect([...faultsOf(draftOf(mailbox()))]).toEqual([]);
    const faults = faultsOf({ ...freshDraft([]), address: 'help' });
    expect(faultsAt(faults, 'address')).toEqual(['address']);
    expect(faultsAt(faults, 'servers')).toContain('incoming.secret');
    expect(faultsAt(faults, 'servers')).not.toContain('outgoing.secret');
    expect(faultsAt(faults, 'mails')).toEqual([]);
  });

  it.each([
    ['imap.shop.cn', true],
    ['10.0.0.7', true],
    ['https://imap.shop.cn', false],
    ['imap shop', false],
  ])('takes %s for a server: %s', (host, isRight) => {
    const draft = draftOf(mailbox());
    draft.incoming.host = host;
    expect(faultsOf(draft).has('incoming.host')).toBe(!isRight);
  });

  it('leads back to the step that holds what the server refused', () => {
    const error = (path: string) => ({
      code: 'invalid-field' as const,
      fields: [{ path, code: '' }],
    });
    expect(errorStep(error('/incoming/host'))).toBe('servers');
    expect(errorStep(error('/dkim/private_key'))).toBe('mails');
    expect(errorStep({ code: 'already-exists', fields: [] })).toBe('address');
    expect(errorStep({ code: 'network', fields: [] })).toBeNull();
  });
});

describe('the diagnosis', () => {
  const failure = (stage: string, cause: string) =>
    ({ stage, cause, needs_person: true, said: 'no' }) as const;
  const ended = (stage: string) => ({ ok: false, trouble: failure(stage, 'lost') });

  it('shows how far it came', () => {
    const stages = stagesOf('incoming', { isEncrypted: true, logsIn: true });
    expect(stepsOf(stages, ended('encrypt')).map((step) => step.state)).toEqual([
      'done',
      'done',
      'failed',
      'ahead',
      'ahead',
      'ahead',
    ]);
    expect(stepsOf(stages, { ok: true, trouble: null }).every((s) => s.state === 'done')).toBe(
      true,
    );
  });

  it('leaves out steps that are not taken', () => {
    expect(stagesOf('outgoing', { isEncrypted: false, logsIn: false })).toEqual([
      'resolve',
      'connect',
      'greet',
    ]);
  });

  it('takes a later step of which it does not know for the last', () => {
    const stages = stagesOf('outgoing', { isEncrypted: true, logsIn: true });
    expect(stepsOf(stages, ended('work')).every((s) => s.state === 'done')).toBe(true);
  });

  it('has words for known causes, and the server’s own for others', () => {
    expect(causeKey(failure('log-in', 'log-in-refused'))).toBe('mailbox.cause.log-in-refused');
    expect(causeKey(failure('log-in', 'moon-phase'))).toBe('mailbox.cause.other');
  });
});

describe('the state of a mailbox', () => {
  const health = mailbox().health;
  it.each([
    ['ok', mailbox()],
    ['off', mailbox({ is_enabled: false, health: { ...health, reading: 'failing' } })],
    ['stale', mailbox({ health: { ...health, reading: 'stale', sending: 'failing' } })],
    ['not-sending', mailbox({ health: { ...health, sending: 'failing' } })],
    ['waiting', mailbox({ health: { ...health, reading: 'waiting' } })],
  ] as const)('is %s', (condition, row) => expect(conditionOf(row)).toBe(condition));
});

describe('a mail that leaves', () => {
  it('names the sender as the mailbox says', () => {
    const name = (sender: 'agent_at_company' | 'agent' | 'company') =>
      senderName(sender, 'Zoe', 'Qingyu', '[agent] at [company]');
    expect([name('agent_at_company'), name('agent'), name('company')]).toEqual([
      'Zoe at Qingyu',
      'Zoe',
      'Qingyu',
    ]);
  });

  it('ends with the name of who writes', () => {
    expect(filledSignature('Best,\n{{ agent }} / {{agent}}\n', '小陈')).toBe('Best,\n小陈 / 小陈');
  });
});

describe('a key', () => {
  it('comes with the record it is checked by', async () => {
    const key = await makeKey('shop.cn', 'zhiyin');
    expect(key.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n([\w+/=]{1,64}\n)+-----END/);
    expect(key.record.name).toBe('zhiyin._domainkey.shop.cn');
    // What the record says must be the other half of the key.
    const open = Uint8Array.from(atob(key.record.value.split('p=')[1] ?? ''), (c) =>
      c.charCodeAt(0),
    );
    const kind = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const secret = Uint8Array.from(atob(key.privateKey.replace(/-----.*-----|\n/g, '')), (c) =>
      c.charCodeAt(0),
    );
    const signs = await crypto.subtle.importKey('pkcs8', secret, kind, false, ['sign']);
    const checks = await crypto.subtle.importKey('spki', open, kind, false, ['verify']);
    const text = new TextEncoder().encode('mail');
    const signature = await crypto.subtle.sign(kind.name, signs, text);
    expect(await crypto.subtle.verify(kind.name, checks, signature, text)).toBe(true);
  });

  it('is published under the selector', () => {
    expect(recordOf('a.cn', 's1', 'AAA')).toEqual({
      name: 's1._domainkey.a.cn',
      value: 'v=DKIM1; k=rsa; p=AAA',
    });
  });
});

describe('the model', () => {
  const right = { ok: true, messages: 2, trouble: null };
  const passed: MailboxTest = { incoming: right, outgoing: { ...right, messages: null } };
  function setup(answers: Result<MailboxTest>[] = []) {
    const saved: unknown[] = [];
    const model = new MailboxModel(mailbox(), {
      createMailbox: async () => ({ ok: true, value: mailbox() }),
      updateMailbox: async (_id, body) => {
        saved.push(body);
        return { ok: true, value: mailbox({ version: 4, signature: 'Bye' }) };
      },
      testMailbox: async () => answers.shift() ?? { ok: true, value: passed },
    });
    return { model, saved };
  }

  it('has nothing to save until something is changed', async () => {
    const { model, saved } = setup();
    expect(model.hasChanges).toBe(false);
    model.draft.signature = 'Bye';
    expect(model.hasChanges).toBe(true);
    await model.save(() => undefined);
    expect(saved).toEqual([{ signature: 'Bye', version: 3 }]);
    expect(model.hasChanges).toBe(false);
  });

  it('keeps what is being changed when news of the mailbox arrive', () => {
    const { model } = setup();
    model.draft.signature = 'Bye';
    model.refresh(mailbox({ version: 9, address: 'other@shop.cn' }));
    expect(model.draft.signature).toBe('Bye');
    expect(model.mailbox?.version).toBe(3);
    model.refresh(mailbox({ health: { ...mailbox().health, queued: 7 } }));
    expect(model.mailbox?.health.queued).toBe(7);
  });

  it('changes the port with the encryption, unless it is one of their own', () => {
    const { model } = setup();
    model.setEncryption('incoming', 'starttls');
    expect(model.draft.incoming.port).toBe('143');
    model.draft.outgoing.port = '2525';
    model.setEncryption('outgoing', 'starttls');
    expect(model.draft.outgoing.port).toBe('2525');
  });

  it('tells of a test that passed, and of one that could not be made', async () => {
    const { model } = setup();
    await model.runTest();
    expect(model.hasPassed).toBe(true);
    const offline = setup([{ ok: false, error: { code: 'network' } as ApiError }]).model;
    await offline.runTest();
    expect(offline.hasPassed).toBe(false);
    expect(offline.test).toMatchObject({ failed: { code: 'network' } });
  });
});
