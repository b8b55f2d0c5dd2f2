import type { CaseBody, CaseDetail, CaseType, ComplaintFacts } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { CreateCaseModel, type CreateDeps } from './create.svelte.ts';
import { someDetail } from './fixtures.ts';

const type = (is_complaint: boolean): CaseType => ({
  id: 'cy_1',
  key: 'complaint',
  is_builtin: true,
  is_enabled: true,
  position: 0,
  version_number: 1,
  draft: null,
  created_at: '2026-03-02T08:00:00Z',
  version: 1,
  terms: {
    name: { en: 'Complaint' },
    is_complaint,
    priority: 'high',
    form: [
      { key: 'what', label: { en: 'What' }, kind: { type: 'text' }, is_required: true },
      {
        key: 'order',
        label: { en: 'Order' },
        kind: { type: 'text' },
        shown_if: { test: 'is', field: 'what', one_of: ['parcel'] },
      },
    ],
    procedure: { first: 'a', steps: [] },
    closing: { attempts_min: 2, days_min: 2, means_min: 2, answer_wait_s: 86_400 },
    reopen_within_s: 86_400,
  },
});

function open(given: Partial<CreateDeps> = {}, refuse?: { path: string; code: string }) {
  const sent: CaseBody[] = [];
  const assessed: ComplaintFacts[] = [];
  const made: CaseDetail[] = [];
  const deps = {
    api: {
      createCase: async (body: CaseBody) => {
        sent.push(body);
        return refuse
          ? { ok: false, error: { code: 'invalid-field', status: 422, fields: [refuse] } }
          : { ok: true, value: someDetail({ id: 'cs_9' }) };
      },
    },
    handling: {
      assessSeverity: async (facts: ComplaintFacts) => {
        assessed.push(facts);
        return { ok: true, value: { severity: 'serious', points: 7, facts: [], floor: null } };
      },
    },
    conversation: null,
    ...given,
  } as unknown as CreateDeps;
  const model = new CreateCaseModel(deps);
  return { model, sent, assessed, made, save: () => model.save((one) => made.push(one)) };
}

describe('opening a case', () => {
  it('says what is missing instead of sending', async () => {
    const { model, sent, save } = open();
    await save();
    model.choose(type(false));
    expect(model.titleError).toBeNull();
    await save();
    expect(model.titleError).toBe('field.required');
    model.title = 'Broken pot';
    await save();
    expect([...model.errors]).toEqual([['what', 'field.required']]);
    expect(sent).toEqual([]);
  });

  it('sends what is asked, with the passages of the conversation', async () => {
    const conversation = { id: 'cv_1', contact: { id: 'ct_1', name: 'Lin' } };
    const { model, sent, made, save } = open({
      conversation: conversation as unknown as CreateDeps['conversation'],
    });
    model.choose(type(false));
    model.title = ' Broken pot ';
    model.answers = { what: 'pot', order: 'A-1' };
    model.toggle('ms_1');
    model.toggle('ms_2');
    model.toggle('ms_1');
    await save();
    expect(made).toHaveLength(1);
    expect(sent[0]).toEqual({
      type_id: 'cy_1',
      title: 'Broken pot',
      answers: { what: 'pot' },
      conversation_id: 'cv_1',
      message_ids: ['ms_2'],
    });
  });

  it('asks how severe a complaint is while facts are chosen, and sends them', async () => {
    vi.useFakeTimers();
    try {
      const { model, sent, assessed, save } = open();
      model.choose(type(true));
      model.setFacts({ ...model.facts, harm: 'over' });
      model.setFacts({ ...model.facts, harm: 'going_on' });
      await vi.advanceTimersByTimeAsync(300);
      expect(assessed.map((one) => one.harm)).toEqual(['going_on']);
      expect(model.assessed?.severity).toBe('serious');
      model.title = 'Broken pot';
      model.answers = { what: 'pot' };
      await save();
      expect(sent[0]?.facts?.harm).toBe('going_on');
      expect(sent[0]).toMatchObject({ contact_id: null });
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes errors of the server to their fields, and can be tried again', async () => {
    const { model, sent, save } = open({}, { path: '/answers/what', code: 'unfit' });
    model.choose(type(false));
    model.title = 'Broken pot';
    model.answers = { what: 'pot' };
    await save();
    expect([...model.errors]).toEqual([['what', 'field.wrong']]);
    model.answers = { what: 'a pot' };
    await save();
    expect(sent).toHaveLength(2);
  });
});
