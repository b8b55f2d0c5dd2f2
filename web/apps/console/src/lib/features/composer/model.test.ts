import type { Api, ApiError, Message, Result } from '@zhiyin/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Live } from '$lib/shared/live.svelte.ts';
import { ComposerModel, TEXT_MAX } from './model.svelte.ts';

const error: ApiError = {
  code: 'network',
  raw: 'network',
  status: 0,
  detail: '',
  fields: [],
  requestId: null,
  retryAfterSeconds: null,
};

function setup(options: { undo?: number; answers?: Result<Message>[] } = {}) {
  const sent: { client_id: string; text: string; kind: string; mentions?: string[] }[] = [];
  const drafts: string[] = [];
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
  } as unknown as Api;
  const model = new ComposerModel('cv_1', {
    api,
    live: { takeMessage: () => undefined } as unknown as Live,
    fail: () => undefined,
    newId: () => `id-${++next}`,
    undoSeconds: () => options.undo ?? 0,
    resolve: () => (resolved += 1),
    typing: () => undefined,
  });
  return { model, sent, drafts, resolved: () => resolved };
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
    model.text = 'x'.repeat(TEXT_MAX + 1);
    model.send();
    expect(sent).toEqual([]);
    expect(model.left).toBe(-1);
  });
});
