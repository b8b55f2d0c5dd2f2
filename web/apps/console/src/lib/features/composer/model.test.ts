import type { Api, ApiError, Message, Result } from '@zhiyin/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Live } from '$lib/shared/live.svelte.ts';
import type { Letter } from './letter.ts';
import { ComposerModel } from './model.svelte.ts';

const error: ApiError = {
  code: 'network',
  raw: 'network',
  status: 0,
  detail: '',
  fields: [],
  requestId: null,
  retryAfterSeconds: null,
};

function setup(
  options: { undo?: number; answers?: Result<Message>[]; refusals?: ApiError[] } = {},
) {
  const sent: { client_id: string; text: string; kind: string; mentions?: string[] }[] = [];
  const drafts: string[] = [];
  const scheduled: { client_id: string; text: string; cancel_on_reply: boolean }[] = [];
  const failures: string[] = [];
  const refusals = options.refusals ?? [];
  const answers = options.answers ?? [];
  let resolved = 0;
  let next = 0;
  const api = {
    listDrafts: async () => ({ ok: true, value: [] }),
    putDraft: async (_id: string, draft: { text: string }) => {
      drafts.push(draft.text);
      return { ok: true, value: undefined };
    },
    createMessage: async (_id: string, body: (typeof sent)[number]) => {
      sent.push(body);
      return answers.shift() ?? { ok: true, value: { client_id: body.client_id } as Message };
    },
    createScheduledMessage: async (_id: string, body: (typeof scheduled)[number]) => {
      scheduled.push(body);
      const refusal = refusals.shift();
      return refusal ? { ok: false, error: refusal } : { ok: true, value: {} };
    },
  } as unknown as Api;
  const model = new ComposerModel('cv_1', {
    api,
    live: { takeMessage: () => undefined } as unknown as Live,
    fail: (failure) => failures.push(failure.code),
    newId: () => `id-${++next}`,
    undoSeconds: () => options.undo ?? 0,
    resolve: () => (resolved += 1),
    typing: () => undefined,
    limits: { message_chars: 100, attachment_bytes: 1000, attachments_per_message: 2 },
  });
  return { model, sent, drafts, scheduled, failures, resolved: () => resolved };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('composer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('holds a send for second thoughts and can take it back', async () => {
    const { model, sent } = setup({ undo: 5 });
    model.text = 'Hello';
    model.send();
    expect(model.text).toBe('');
    expect(model.outbox[0]?.state.kind).toBe('holding');
    model.undo('id-1');
    expect(model.text).toBe('Hello');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual([]);
  });

  it('sends once the time is over', async () => {
    const { model, sent } = setup({ undo: 5 });
    model.text = 'Hello';
    model.send();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toHaveLength(1);
    expect(model.outbox).toEqual([]);
  });

  it('keeps a failed message and repeats it under the same client id', async () => {
    const { model, sent } = setup({ answers: [{ ok: false, error }] });
    model.text = 'Hello';
    model.send();
    await settle();
    expect(model.outbox[0]?.state.kind).toBe('failed');
    model.retry('id-1');
    await settle();
    expect(sent.map((body) => body.client_id)).toEqual(['id-1', 'id-1']);
    expect(model.outbox).toEqual([]);
  });

  it('tries again by itself when the network returns', async () => {
    const { model, sent } = setup({ answers: [{ ok: false, error }] });
    model.text = 'Hello';
    model.send();
    await settle();
    model.retryFailed();
    await settle();
    expect(sent).toHaveLength(2);
  });

  it('resolves only after the message is with the server', async () => {
    const { model, resolved } = setup({ answers: [{ ok: false, error }] });
    model.text = 'Done';
    model.send(true);
    await settle();
    expect(resolved()).toBe(0);
    model.retry('id-1');
    await settle();
    expect(resolved()).toBe(1);
  });

  it('saves the draft a moment after the last key', async () => {
    const { model, drafts } = setup();
    model.text = 'H';
    model.text = 'He';
    await vi.advanceTimersByTimeAsync(900);
    expect(drafts).toEqual(['He']);
    expect(model.draftState).toBe('saved');
  });

  it('keeps reply and note apart and mentions only who is still named', async () => {
    const { model, sent } = setup();
    model.text = 'to the customer';
    model.setMode('note');
    model.text = 'ask @Chen';
    model.mention('ag_chen', 'Chen');
    model.mention('ag_wu', 'Wu');
    model.send();
    await settle();
    expect(sent[0]).toMatchObject({ kind: 'note', mentions: ['ag_chen'] });
    model.setMode('text');
    expect(model.text).toBe('to the customer');
  });

  it('sends nothing empty and nothing too long', () => {
    const { model, sent } = setup();
    model.text = '   ';
    model.send();
    model.text = 'x'.repeat(101);
    model.send();
    expect(sent).toEqual([]);
    expect(model.left).toBe(-1);
  });

  it('takes back the last reply that is held', async () => {
    const { model } = setup({ undo: 5 });
    model.text = 'first';
    model.send();
    model.text = 'second';
    model.send();
    expect(model.undoLast()).toBe(true);
    expect(model.text).toBe('second');
    expect(model.outbox.map((entry) => entry.text)).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(model.undoLast()).toBe(false);
  });

  it('hands a message over to be sent later, and keeps it when that fails', async () => {
    const { model, scheduled, failures } = setup({ refusals: [error] });
    const at = new Date('2026-12-01T09:00:00Z');
    model.text = 'Tomorrow';
    expect(await model.schedule(at, true)).toBe(false);
    expect([model.text, failures]).toEqual(['Tomorrow', ['network']]);
    expect(await model.schedule(at, true)).toBe(true);
    expect(model.text).toBe('');
    expect(scheduled.map((one) => one.client_id)).toEqual(['id-1', 'id-1']);
    model.text = 'Other words';
    await model.schedule(at, false);
    expect(scheduled.at(-1)).toMatchObject({ client_id: 'id-2', cancel_on_reply: false });
  });

  it('warns when a colleague answers while a reply is being written', () => {
    const { model } = setup();
    model.onColleagueAnswered('ag_2');
    expect(model.overtakenBy).toBeNull();
    model.text = 'I think';
    model.onColleagueAnswered('ag_2');
    expect(model.overtakenBy).toBe('ag_2');
    model.text = '';
    expect(model.overtakenBy).toBeNull();
  });

  describe('by mail', () => {
    const reply = { mode: 'reply' as const };
    function withLetter(part: Partial<Letter> = {}) {
      const all = setup({ undo: 5 });
      const restored: unknown[] = [];
      all.model.letter = {
        canSend: true,
        mode: 'reply',
        isPlain: true,
        start: () => Promise.resolve(),
        body: () => reply,
        done: () => undefined,
        restore: (email) => restored.push(email),
        asks: () => false,
        ...part,
      };
      return { ...all, restored };
    }

    it('sends recipients along, and gives them back with what is taken back', async () => {
      const { model, sent, restored } = withLetter();
      model.text = 'Hello';
      model.send();
      model.undo('id-1');
      expect(restored).toEqual([reply]);
      model.send();
      await vi.advanceTimersByTimeAsync(5_000);
      expect(sent).toEqual([expect.objectContaining({ text: 'Hello', email: reply })]);
    });

    it('sends nothing without recipients, but a note', async () => {
      const { model, sent } = withLetter({ canSend: false });
      model.text = 'Hello';
      expect(model.canSend).toBe(false);
      model.setMode('note');
      model.text = 'For us';
      expect(model.canSend).toBe(true);
      model.send();
      await settle();
      expect(sent[0]).not.toHaveProperty('email');
    });

    it('passes a mail on without a word', () => {
      expect(withLetter().model.canSend).toBe(false);
      expect(withLetter({ mode: 'forward' }).model.canSend).toBe(true);
    });

    it('asks of a reply, not of a note', () => {
      const { model } = withLetter({ asks: () => true });
      model.text = 'See attachment';
      expect(model.asks()).toBe(true);
      model.setMode('note');
      expect(model.asks()).toBe(false);
    });

    it('is sent later to whom its author said, or as usual', async () => {
      const at = new Date('2026-12-01T09:00:00Z');
      const other = withLetter({ isPlain: false });
      other.model.text = 'Tomorrow';
      expect(await other.model.schedule(at, true)).toBe(true);
      expect(other.scheduled[0]).toMatchObject({ text: 'Tomorrow', email: reply });
      const { model, scheduled } = withLetter();
      model.text = 'Tomorrow';
      await model.schedule(at, true);
      expect(scheduled[0]).toMatchObject({ text: 'Tomorrow' });
      expect(scheduled[0]).not.toHaveProperty('email');
    });

    it('comes back from the server before what was typed since', () => {
      const { model, restored } = withLetter();
      model.text = 'More';
      model.takeBack('Hello', reply);
      expect(model.text).toBe('Hello\nMore');
      expect(restored).toEqual([reply]);
    });
  });
});
