import type { MailAuthentication, MailDelivery, Result } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { timeline } from '$lib/features/conversation/timeline.ts';
import { MailBodies } from './bodies.ts';
import { emailOf, mailOf } from './fixtures.ts';
import { frameDocument, hasColours } from './frame.ts';
import {
  deliveryOf,
  hasOwnSubject,
  hasOthers,
  listedFiles,
  otherReplyTo,
  reasonKey,
  senderOf,
  snippetOf,
  toLine,
} from './text.ts';
import { warningsOf } from './warnings.ts';

const delivery = (part: Partial<MailDelivery>): MailDelivery => ({
  state: 'waiting',
  undo_until: null,
  next_attempt_at: null,
  attempts: 0,
  reason: null,
  failed_recipients: [],
  ...part,
});

describe('a mail in words', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const shown = (part: Partial<MailDelivery>) =>
    deliveryOf(emailOf({ direction: 'out', delivery: delivery(part) }), now);

  it('can be taken back until it leaves', () => {
    expect(shown({ undo_until: '2026-11-22T10:00:08Z' })).toEqual({
      kind: 'undo',
      until: now + 8000,
    });
    expect(shown({ undo_until: '2026-11-22T09:59:59Z' })).toEqual({ kind: 'waiting' });
  });

  it('says when it is tried again, and why it was not taken', () => {
    const later = '2026-11-22T10:15:00Z';
    expect(
      shown({ attempts: 2, next_attempt_at: later, reason: { code: 'refused', said: '451 busy' } }),
    ).toEqual({ kind: 'delayed', at: later, reason: 'refused', said: '451 busy' });
  });

  it('names those it did not reach', () => {
    const reason = { code: 'unknown-recipient', said: '550 no such user' };
    const failed_recipients = ['x@y.cn'];
    expect(shown({ state: 'failed', reason, failed_recipients })).toMatchObject({
      kind: 'failed',
      reason: 'unknown-recipient',
      recipients: ['x@y.cn'],
    });
    expect(shown({ state: 'sent', reason, failed_recipients })?.kind).toBe('partly');
    expect(shown({ state: 'sent' })?.kind).toBe('sent');
    expect(deliveryOf(emailOf(), now)).toBeNull();
  });

  it('has words for every reason it knows, and one for others', () => {
    expect(reasonKey('bounced')).toBe('mail.reason.bounced');
    expect(reasonKey('comet')).toBe('mail.reason.other');
  });

  it('tells nobody having looked from a failed check', () => {
    const authentication: MailAuthentication = {
      spf: 'none',
      dkim: 'none',
      dmarc: 'none',
      verdict: 'unknown',
      by: 'server',
    };
    expect(senderOf(emailOf())).toBe('unchecked');
    expect(senderOf(emailOf({ authentication }))).toBe('unknown');
    expect(senderOf(emailOf({ authentication: { ...authentication, verdict: 'failed' } }))).toBe(
      'failed',
    );
  });

  it('shortens a long line of recipients', () => {
    const people = Array.from({ length: 5 }, (_, i) => ({ name: `P${i}`, address: `p${i}@a.cn` }));
    expect(toLine(emailOf({ to: people.slice(0, 2), cc: people.slice(2) }))).toEqual({
      names: ['P0', 'P1', 'P2'],
      more: 2,
    });
  });

  it('shows where answers go only if it is elsewhere', () => {
    const same = [{ name: '', address: 'LIN@customer.cn' }];
    expect(otherReplyTo(emailOf({ reply_to: same }))).toEqual([]);
    const other = [{ name: '', address: 'office@customer.cn' }];
    expect(otherReplyTo(emailOf({ reply_to: other }))).toEqual(other);
  });

  it('knows whether a reply to all reaches more', () => {
    expect(hasOthers(emailOf(), ['help@shop.cn'])).toBe(false);
    const cc = [{ name: '', address: 'boss@customer.cn' }];
    expect(hasOthers(emailOf({ cc }), ['HELP@shop.cn'])).toBe(true);
  });

  it('repeats no subject that differs by signs of answering only', () => {
    for (const subject of ['Teapot', 'Re: Teapot', 'RE: 回复：Fwd: Teapot', '答复: Re[2]: Teapot'])
      expect(hasOwnSubject(emailOf({ subject }), 'Teapot'), subject).toBe(false);
    expect(hasOwnSubject(emailOf({ subject: 'Cup' }), 'Teapot')).toBe(true);
    expect(hasOwnSubject(emailOf({ subject: 'Reason' }), 'ason')).toBe(true);
  });

  it('folds to one line', () => {
    expect(snippetOf({ text: ' Hello,\n\n  I have   a question\n' })).toBe(
      'Hello, I have a question',
    );
  });

  it('lists no file that the HTML shows', () => {
    const files = [
      { id: 'at_1', url: '/api/v1/files/at_1' },
      { id: 'at_2', url: '/api/v1/files/at_2' },
    ];
    expect(listedFiles(files, '<img src="/api/v1/files/at_1">').map((one) => one.id)).toEqual([
      'at_2',
    ]);
    expect(listedFiles(files, null)).toHaveLength(2);
  });

  it('stands alone in the timeline, between notes that are grouped', () => {
    const note = (id: string, seq: number) =>
      ({ ...mailOf({ id, seq, kind: 'note' }), email: null }) as never;
    const items = timeline({
      messages: [mailOf(), mailOf({ id: 'msg_2', seq: 2 }), note('n1', 3), note('n2', 4)],
      hasOlder: true,
      seenSeq: null,
      isSameDay: () => true,
    });
    expect(items.map((item) => item.kind)).toEqual(['day', 'mail', 'mail', 'group']);
  });
});

describe('the frame', () => {
  it('is white for mails with colours of their own, and like the page for others', () => {
    expect(hasColours('<p>Hello</p>')).toBe(false);
    expect(hasColours('<td bgcolor="#eee">x</td>')).toBe(true);
    expect(hasColours('<p style="font-size: 12px; color: red">x</p>')).toBe(true);
    expect(hasColours('<p style="font-size: 12px">x</p>')).toBe(false);
    expect(frameDocument('<p>Hello</p>')).toContain('data-tone="plain"');
  });
});

describe('bodies', () => {
  function setup() {
    const asked: string[] = [];
    const answers: Result<string>[] = [];
    const bodies = new MailBodies({
      getMailHtml: async (id, withPictures) => {
        asked.push(withPictures ? `${id} with pictures` : id);
        return answers.shift() ?? { ok: true, value: `<p>${id}</p>` };
      },
    });
    const signal = new AbortController().signal;
    return { bodies, asked, answers, get: (id: string) => bodies.get(id, signal) };
  }

  it('are fetched once', async () => {
    const { asked, get } = setup();
    await get('a');
    await get('a');
    expect(asked).toEqual(['a']);
  });

  it('are what stands on the page of the server, without its style', async () => {
    const { answers, get } = setup();
    const head = '<!doctype html><html><head><style>p{color:red}</style></head>';
    answers.push({ ok: true, value: `${head}<body><p>Hello</p></body></html>` });
    expect(await get('a')).toEqual({
      ok: true,
      value: { html: '<p>Hello</p>', pictures: 'none' },
    });
  });

  it('bring pictures from elsewhere when somebody wants them, and forget it on a change', async () => {
    const { asked, answers, bodies, get } = setup();
    answers.push({ ok: true, value: '<body data-pictures="blocked">a</body>' });
    answers.push({ ok: true, value: '<body data-pictures="shown">a</body>' });
    expect(await get('a')).toMatchObject({ value: { pictures: 'blocked' } });
    bodies.want('a' as never);
    expect(await get('a')).toMatchObject({ value: { pictures: 'shown' } });
    bodies.forget();
    await get('a');
    expect(asked).toEqual(['a', 'a with pictures', 'a']);
  });

  it('are asked for again after a failure', async () => {
    const { asked, answers, get } = setup();
    answers.push({ ok: false, error: { code: 'network' } as never });
    expect((await get('a')).ok).toBe(false);
    expect((await get('a')).ok).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('are dropped when there are too many, the one used longest ago first', async () => {
    const { asked, get } = setup();
    for (let i = 0; i < 60; i += 1) await get(`m${i}`);
    await get('m0');
    await get('one-more');
    await get('m0');
    expect(asked).toHaveLength(61);
    await get('m1');
    expect(asked).toHaveLength(62);
  });
});

describe('before a mail leaves', () => {
  const ask = (
    text: string,
    part: { subject?: string; hasFiles?: boolean; isForward?: boolean } = {},
  ) => warningsOf({ text, subject: 'Teapot', hasFiles: false, isForward: false, ...part });

  it.each([
    ['The invoice is attached.', ['attachment']],
    ['See the attachment', ['attachment']],
    ['发票见附件，请查收。', ['attachment']],
    ['随附报价单', ['attachment']],
    ['I am so attached', ['attachment']],
    ['Your attachment did not arrive', []],
    ['您的附件打不开，能再发一次吗？', []],
    ['The teapot is here', []],
  ] as const)('%s asks for %j', (text, warnings) => expect(ask(text)).toEqual(warnings));

  it('asks nothing where files are or go along', () => {
    expect(ask('见附件', { hasFiles: true })).toEqual([]);
    expect(ask('见附件', { isForward: true })).toEqual([]);
  });

  it('asks for an empty subject', () => {
    expect(ask('Hello', { subject: '  ' })).toEqual(['subject']);
  });
});
