import type { ApiError, MailMode, MailRecipients, MailSend, Result } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { MailDraft } from './draft.svelte.ts';

const lin = { name: 'Lin Chen', address: 'lin@customer.cn' };
const boss = { name: '', address: 'boss@customer.cn' };

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

function setup(options: { storage?: ReturnType<typeof memory>; isOffline?: boolean } = {}) {
  const storage = options.storage ?? memory();
  const asked: { mode: MailMode; message_id?: string | undefined }[] = [];
  const draft = new MailDraft('cv_1', {
    storage,
    api: {
      getRecipients: async (_id, query): Promise<Result<MailRecipients>> => {
        asked.push(query);
        if (options.isOffline) return { ok: false, error: { code: 'network' } as ApiError };
        const cc = query.mode === 'reply_all' ? [boss] : [];
        const to = query.mode === 'forward' ? [] : [lin];
        return {
          ok: true,
          value: { to, cc, subject: 'Re: Teapot', signature: 'Zoe', message_id: null, from: null },
        };
      },
    },
  });
  return { draft, storage, asked };
}
const settle = () => new Promise((done) => setTimeout(done));

describe('a mail that is written', () => {
  it('begins as a reply, of which the server knows to whom', async () => {
    const { draft } = setup();
    await settle();
    expect(draft.people.to.map((one) => one.address)).toEqual(['lin@customer.cn']);
    expect(draft.signature).toBe('Zoe');
    expect(draft.canSend).toBe(true);
    expect(draft.body()).toEqual({ mode: 'reply' });
  });

  it('says everything once something was changed', async () => {
    const { draft } = setup();
    await settle();
    draft.add('cc', '王芳 <fang@shop.cn>');
    expect(draft.body()).toEqual({
      mode: 'reply',
      to: ['Lin Chen <lin@customer.cn>'],
      cc: ['王芳 <fang@shop.cn>'],
      bcc: [],
      subject: 'Re: Teapot',
    });
  });

  it('answers one mail to all', async () => {
    const { draft, asked } = setup();
    await draft.start('reply_all', 'msg_7');
    expect(asked.at(-1)).toEqual({ mode: 'reply_all', message_id: 'msg_7' });
    expect(draft.people.cc.map((one) => one.address)).toEqual(['boss@customer.cn']);
    expect(draft.body()).toEqual({ mode: 'reply_all', message_id: 'msg_7' });
  });

  it('is passed on to somebody, not to nobody', async () => {
    const { draft } = setup();
    await draft.start('forward', 'msg_7');
    expect(draft.canSend).toBe(false);
    draft.add('to', 'nobody');
    expect(draft.canSend).toBe(false);
    draft.remove('to', 0);
    draft.add('to', 'lab@shop.cn');
    expect(draft.canSend).toBe(true);
    expect(draft.body()).toMatchObject({ mode: 'forward', to: ['lab@shop.cn'] });
  });

  it('leaves to fifty at most', async () => {
    const { draft } = setup();
    await settle();
    draft.add('bcc', Array.from({ length: 50 }, (_, i) => `p${i}@a.cn`).join(';'));
    expect(draft.isTooMany).toBe(true);
    expect(draft.canSend).toBe(false);
    draft.remove('bcc', 0);
    expect(draft.canSend).toBe(true);
  });

  it('can be answered without the network, which knows no recipients', async () => {
    const { draft } = setup({ isOffline: true });
    await settle();
    expect(draft.load).toMatchObject({ failed: { code: 'network' } });
    expect(draft.canSend).toBe(true);
    expect(draft.body()).toEqual({ mode: 'reply' });
    expect(draft.asks('Hello', false)).toBe(false);
  });

  it('keeps what was typed before the recipients were known', async () => {
    const { draft } = setup();
    draft.add('cc', 'fang@shop.cn');
    expect(draft.canSend).toBe(false);
    await settle();
    expect(draft.body()).toMatchObject({
      to: ['Lin Chen <lin@customer.cn>'],
      cc: ['fang@shop.cn'],
      subject: 'Re: Teapot',
    });
  });

  it('adds to recipients only the server knows', async () => {
    const { draft } = setup({ isOffline: true });
    await settle();
    draft.add('cc', 'fang@shop.cn');
    expect(draft.canSend).toBe(true);
    expect(draft.body()).toEqual({ mode: 'reply', cc: ['fang@shop.cn'], bcc: [] });
  });

  it('takes the answer of the way that was chosen last', async () => {
    const { draft } = setup();
    const first = draft.start('reply_all', null);
    const second = draft.start('forward', null);
    await Promise.all([first, second]);
    expect(draft.mode).toBe('forward');
    expect(draft.count).toBe(0);
  });

  it('keeps its recipients over a reload, until it is sent', async () => {
    const storage = memory();
    const { draft } = setup({ storage });
    await settle();
    draft.add('cc', 'fang@shop.cn');
    draft.setSubject('Teapot and cup');
    const again = setup({ storage }).draft;
    await settle();
    expect(again.people.cc.map((one) => one.address)).toEqual(['fang@shop.cn']);
    expect(again.subject).toBe('Teapot and cup');
    again.done();
    expect(storage.kept.size).toBe(0);
    await settle();
    expect(again.people.cc).toEqual([]);
    expect(again.subject).toBe('Re: Teapot');
  });

  it('is not broken by what is kept in a strange form', async () => {
    const storage = memory();
    storage.setItem('zhiyin.mail.cv_1', '{"broken');
    const { draft } = setup({ storage });
    await settle();
    expect(draft.body()).toEqual({ mode: 'reply' });
  });

  it('comes back with its recipients when it is taken back', async () => {
    const { draft } = setup();
    await settle();
    const email: MailSend = {
      mode: 'reply',
      to: ['lin@customer.cn'],
      cc: ['a@b.cn'],
      bcc: [],
      subject: 'S',
    };
    draft.restore(email);
    await settle();
    expect(draft.body()).toEqual(email);
    draft.restore({ mode: 'reply_all', message_id: 'msg_7' });
    await settle();
    expect(draft.body()).toEqual({ mode: 'reply_all', message_id: 'msg_7' });
  });

  it('asks once, and again when the text is another', async () => {
    const { draft } = setup();
    await settle();
    expect(draft.asks('见附件', false)).toBe(true);
    expect(draft.asked).toEqual(['attachment']);
    expect(draft.asks('见附件', false)).toBe(false);
    expect(draft.asks('请见附件', false)).toBe(true);
    expect(draft.asks('请见附件', true)).toBe(false);
    expect(draft.asked).toEqual([]);
  });
});
