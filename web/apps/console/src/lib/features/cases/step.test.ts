import type { CaseSteps, ProcedureStep } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import type { CaseModel } from './case.svelte.ts';
import { someDetail } from './fixtures.ts';
import { StepDraft } from './step.svelte.ts';

const step: ProcedureStep = {
  key: 'inspect',
  name: { en: 'Inspect' },
  doer: { kind: 'owner' },
  limit: { within_s: 3600, basis: 'business' },
  checklist: [
    { key: 'photo', text: { en: 'Take a photo' }, is_required: true },
    { key: 'smell', text: { en: 'Smell it' } },
  ],
  form: [{ key: 'state', label: { en: 'State' }, kind: { type: 'text' }, is_required: true }],
  outcomes: [
    { key: 'ok', name: { en: 'Fine' }, next: { kind: 'end' } },
    {
      key: 'broken',
      name: { en: 'Broken' },
      when: { test: 'is', field: 'state', one_of: ['broken'] },
      next: { kind: 'step', step: 'repair' },
    },
  ],
};

function memory() {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
}

function model(answer: unknown) {
  const sent: unknown[] = [];
  const fake = {
    deps: {
      api: {
        completeCaseStep: async (_: string, body: unknown) => {
          sent.push(body);
          return answer;
        },
      },
    },
    changePart: async (_: unknown, call: () => Promise<unknown>) => call(),
  } as unknown as CaseModel;
  return { fake, sent };
}
const row = someDetail({ id: 'cs_1' });
const done = { ok: true, value: { visits: [] } as unknown as CaseSteps };

describe('a step', () => {
  it('ends only when everything is there, and names what is missing', async () => {
    const draft = new StepDraft('cs_1', 3, step, memory());
    const { fake, sent } = model(done);
    expect(await draft.complete(fake, row)).toBe(false);
    expect([...draft.errors.keys()]).toEqual(['state']);
    expect(draft.unchecked).toEqual(['photo']);
    draft.answers = { state: 'fine' };
    draft.toggle('photo');
    draft.outcome = 'broken';
    expect(await draft.complete(fake, row)).toBe(false);
    draft.outcome = 'ok';
    draft.note = ' Looks good ';
    expect(await draft.complete(fake, row)).toBe(true);
    expect(sent).toEqual([
      {
        visit: 3,
        outcome: 'ok',
        answers: { state: 'fine' },
        checked: ['photo'],
        note: 'Looks good',
      },
    ]);
  });

  it('opens outcomes as answers are typed', () => {
    const draft = new StepDraft('cs_1', 3, step, memory());
    const keys = () => draft.outcomes({}).map((one) => one.key);
    expect(keys()).toEqual(['ok']);
    draft.answers = { state: 'broken' };
    expect(keys()).toEqual(['ok', 'broken']);
  });

  it('is there again after a look elsewhere, until it is done', async () => {
    const storage = memory();
    const first = new StepDraft('cs_1', 3, step, storage);
    first.answers = { state: 'fine' };
    first.toggle('photo');
    first.outcome = 'ok';
    first.keep();
    const again = new StepDraft('cs_1', 3, step, storage);
    expect(again.answers).toEqual({ state: 'fine' });
    expect(new StepDraft('cs_1', 4, step, storage).answers).toEqual({});
    const { fake } = model(done);
    await again.complete(fake, row);
    expect(storage.held.size).toBe(0);
  });

  it('keeps what was written when the case has moved on', async () => {
    const storage = memory();
    const draft = new StepDraft('cs_1', 3, step, storage);
    draft.answers = { state: 'fine' };
    draft.toggle('photo');
    draft.outcome = 'ok';
    draft.keep();
    const error = { code: 'step-moved', status: 409, fields: [] };
    const { fake } = model({ ok: false, error });
    expect(await draft.complete(fake, row)).toBe(false);
    expect(draft.form.error?.code).toBe('step-moved');
    expect(storage.held.size).toBe(1);
  });
});
