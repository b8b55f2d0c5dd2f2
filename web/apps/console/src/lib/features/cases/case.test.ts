import type { CaseDetail, CaseHandlingApi, CasesApi } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { CaseModel } from './case.svelte.ts';
import { caseEvent, someCase, someDetail, someTask } from './fixtures.ts';

const settle = async () => {
  for (let i = 0; i < 4; i += 1) await new Promise((done) => queueMicrotask(() => done(null)));
};
const page = <Item>(items: Item[]) => ({ ok: true as const, value: { items, next: null } });
const refused = (status: number, code: string) => ({ ok: false as const, error: { status, code } });

async function open(detail: CaseDetail) {
  const asked: string[] = [];
  const failed: unknown[] = [];
  const answer =
    <Value>(name: string, value: Value) =>
    async () => {
      asked.push(name);
      return { ok: true as const, value };
    };
  const api = {
    getCase: async () => {
      asked.push('case');
      return { ok: true, value: detail };
    },
    getCaseSteps: answer('steps', { version: 1, procedure: {}, visits: [], current: null }),
    listCaseTasks: async () => {
      asked.push('tasks');
      return page([someTask({ id: 'ta_1' })]);
    },
    listCaseLinks: answer('links', { items: [], next: null }),
    listCaseConversations: answer('conversations', { items: [{ conversation_id: 'cv_1' }] }),
    listCasePromises: answer('promises', { items: [], next: null }),
    getCaseClosing: answer('closing', { may_close: false }),
    listCaseHistory: answer('history', { items: [], next: null }),
  } as unknown as CasesApi;
  const handling = {
    getComplaint: answer('complaint', { phase: 'received' }),
    getRecovery: answer('recovery', { items: [] }),
    listEvidence: answer('evidence', { items: [] }),
    listFollowUps: answer('followUps', { items: [], next: null }),
  } as unknown as CaseHandlingApi;
  const model = new CaseModel('10482-8', { api, handling, fail: (error) => failed.push(error) });
  await vi.waitFor(() => expect(model.closing.state).toBe('ready'));
  await settle();
  asked.length = 0;
  return { model, asked, failed };
}

describe('a case', () => {
  it('is opened by its number and then known by its id', async () => {
    const { model } = await open(someDetail({ id: 'cs_1' }));
    expect(model.id).toBe('cs_1');
    expect(model.tasks.value?.map((task) => task.id)).toEqual(['ta_1']);
    expect(model.complaint.state).toBe('loading');
  });

  it('asks for the complaint only of a complaint', async () => {
    const { model } = await open(someDetail({ id: 'cs_1', is_complaint: true }));
    expect(model.complaint.value?.phase).toBe('received');
  });

  it('takes a newer row at once and fetches what the frame made stale', async () => {
    vi.useFakeTimers();
    try {
      const { model, asked } = await open(someDetail({ id: 'cs_1' }));
      model.onEvent(caseEvent('case.task_changed', null, 'answered'));
      const row = someCase({ id: 'cs_1', title: 'Leaks again', version: 2 });
      model.onEvent(caseEvent('case.changed', row));
      expect(model.case?.title).toBe('Leaks again');
      expect(model.case?.may.work).toBe(true);
      expect(asked).toEqual([]);
      await vi.advanceTimersByTimeAsync(500);
      expect(asked).toContain('tasks');
      expect(asked).toContain('history');
      expect(asked).not.toContain('evidence');
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not stir for the cases of others', async () => {
    vi.useFakeTimers();
    try {
      const { model, asked } = await open(someDetail({ id: 'cs_1' }));
      model.onEvent(caseEvent('case.task_changed', someCase({ id: 'cs_9' })));
      await vi.advanceTimersByTimeAsync(1_000);
      expect(asked).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('looks again after a lost race, and tells of errors at buttons', async () => {
    const { model, asked, failed } = await open(someDetail({ id: 'cs_1' }));
    const result = await model.change(async () => refused(409, 'changed') as never);
    expect(result.ok).toBe(false);
    await vi.waitFor(() => expect(asked).toContain('case'));
    const isDone = await model.press('x', async () => refused(403, 'forbidden') as never);
    expect([isDone, model.busy]).toEqual([false, null]);
    expect(failed).toEqual([{ status: 403, code: 'forbidden' }]);
  });

  it('fetches promises again when one of a linked conversation changes', async () => {
    const { model, asked } = await open(someDetail({ id: 'cs_1' }));
    const about = (conversation_id: string) => ({
      ...caseEvent('promise.kept', null),
      data: { promise: { conversation_id } },
    });
    model.onEvent(about('cv_9'));
    expect(asked).toEqual([]);
    model.onEvent(about('cv_1'));
    expect(asked).toEqual(['promises']);
  });
});
