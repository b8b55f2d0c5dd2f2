import type { AnswerCondition, EditedCaseType } from '@zhiyin/api';
import { loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it, vi } from 'vitest';
import { fromGroup, toGroup } from './conditions.ts';
import * as edits from './edits.ts';
import { CaseTypeEditor } from './editor.svelte.ts';
import { readFile, toFile } from './exchange.ts';
import * as fields from './fields.ts';
import { finding, findingsOf, type FindingCode } from './findings.ts';
import { begin, record, redo, undo } from './history.ts';
import { inUnit, readSeconds, unitOf, unitsOf } from './spans.ts';
import {
  freeKey,
  fullTerms,
  isKey,
  LADDERS,
  startField,
  startStep,
  startTerms,
  type Step,
  type Terms,
} from './terms.ts';
import { findingText } from './words.ts';

const guided = (step: Step): Step => ({ ...step, guidance: { en: 'Do it well.' } });
const leads = (step: Step, ...targets: (string | null)[]): Step => ({
  ...step,
  outcomes: targets.map((to, at) => ({
    key: `o${at}`,
    name: { en: `Outcome ${at}` },
    when: null,
    needs_approval: false,
    next: to === null ? { kind: 'end' } : { kind: 'step', step: to },
  })),
});
const step = (key: string, ...targets: (string | null)[]) =>
  leads(guided(startStep(key, { en: key }, { kind: 'end' })), ...targets);

function terms(...steps: Step[]): Terms {
  return {
    ...startTerms({ en: 'Test' }),
    procedure: { first: steps[0]?.key ?? '', steps },
  };
}
const codes = (given: Terms): FindingCode[] => findingsOf(given).map((one) => one.code);
const ways = (given: Terms) =>
  Object.fromEntries(
    given.procedure.steps.map((one) => [
      one.key,
      one.outcomes.map(({ next }) => (next.kind === 'end' ? null : next.step)),
    ]),
  );

describe('steps', () => {
  it('are put into a way, beside, or as a further outcome', () => {
    const given = terms(step('a', 'b'), step('b', null));
    const into = edits.addStep(given, { kind: 'way', step: 'a', outcome: 0 });
    expect(into?.key).toBe('step_1');
    expect(ways(into!.terms)).toEqual({ a: ['step_1'], step_1: ['b'], b: [null] });
    const branch = edits.addStep(given, { kind: 'branch', step: 'b' });
    expect(ways(branch!.terms)).toEqual({ a: ['b'], b: [null, 'step_1'], step_1: [null] });
    const beside = edits.addStep(given, { kind: 'beside' });
    expect(codes(beside!.terms)).toContain('procedure.unreachable');
    expect(
      edits.addStep({ ...given, procedure: { first: '', steps: [] } }, { kind: 'beside' })!.terms
        .procedure.first,
    ).toBe('step_1');
  });

  it('leave no loose end when they go', () => {
    const given = terms(step('a', 'b', 'c'), step('b', 'b', 'c'), step('c', null));
    expect(ways(edits.removeStep(given, 'b'))).toEqual({ a: ['c', 'c'], c: [null] });
    const first = edits.removeStep(given, 'a');
    expect(first.procedure.first).toBe('b');
    expect(ways(edits.removeStep(given, 'c'))).toEqual({ a: ['b', null], b: ['b', null] });
    expect(edits.removeStep(given, 'gone')).toBe(given);
  });

  it('take everything along that leads to them when renamed', () => {
    const given = terms(step('a', 'b', 'a'), step('b', 'a', null));
    const next = edits.renameStep(given, 0, 'start');
    expect(next.procedure.first).toBe('start');
    expect(ways(next)).toEqual({ start: ['b', 'start'], b: ['start', null] });
  });

  it('are no more than the server takes', () => {
    const many = terms(...Array.from({ length: 60 }, (_, i) => step(`s${i}`, null)));
    expect(edits.addStep(many, { kind: 'beside' })).toBeNull();
    expect(edits.copyStep(many, 's0')).toBeNull();
  });

  it('do not touch what they do not change', () => {
    const given = terms(step('a', 'b'), step('b', null));
    const next = edits.patchStep('b', { limit: { within_s: 60, basis: 'wall' } })(given);
    expect(next.procedure.steps[0]).toBe(given.procedure.steps[0]);
    expect(next.form).toBe(given.form);
  });
});

describe('undo', () => {
  it('takes changes with one name together', () => {
    let history = begin('a');
    history = record(history, 'ab', 'name');
    history = record(history, 'abc', 'name');
    history = record(history, 'x', null);
    expect(undo(history).present).toBe('abc');
    expect(undo(undo(history)).present).toBe('a');
    expect(redo(undo(history)).present).toBe('x');
    expect(undo(begin('a')).present).toBe('a');
    expect(record(history, 'x')).toBe(history);
    // After an undo, the same name begins anew.
    const again = record(undo(history), 'abcd', 'name');
    expect(undo(again).present).toBe('abc');
    expect(again.future).toEqual([]);
  });
});

describe('fields', () => {
  it('take their conditions along when renamed', () => {
    const is: AnswerCondition = { test: 'is', field: 'wish', one_of: ['refund'] };
    const form = [
      startField('wish'),
      { ...startField('sum'), shown_if: { test: 'not' as const, of: is }, required_if: is },
    ];
    const next = fields.renameField(form, 0, 'want');
    expect(next[1]?.shown_if).toEqual({ test: 'not', of: { ...is, field: 'want' } });
    expect(next[1]?.required_if).toEqual({ ...is, field: 'want' });
  });

  it('are copied with a key of their own and moved within the list', () => {
    const form = [startField('a'), startField('b')];
    expect(fields.copyField(form, 0).map((one) => one.key)).toEqual(['a', 'a_2', 'b']);
    expect(fields.moveField(form, 0, 1).map((one) => one.key)).toEqual(['b', 'a']);
    expect(fields.moveField(form, 0, -1).map((one) => one.key)).toEqual(['a', 'b']);
    expect(fields.addField(form)[2]?.key).toBe('field_1');
  });

  it('get keys from English names', () => {
    expect(freeKey('Order number', 'field', [])).toBe('order_number');
    expect(freeKey('Order', 'field', ['order', 'order_2'])).toBe('order_3');
    expect(freeKey('订单号', 'field', ['field_1'])).toBe('field_2');
    expect(freeKey('3rd party', 'field', [])).toBe('rd_party');
    for (const name of ['Order number', '订单号', '_x', 'Ünder'])
      expect(isKey(freeKey(name, 'field', []))).toBe(true);
  });
});

describe('a condition', () => {
  const is: AnswerCondition = { test: 'is', field: 'wish', one_of: ['exchange', 'refund'] };
  it.each<AnswerCondition>([
    is,
    { test: 'not', of: is },
    { test: 'is_set', field: 'x' },
    { test: 'not', of: { test: 'at_least', field: 'n', number: -3 } },
    { test: 'all', of: [is, { test: 'any', of: [is, { test: 'not', of: is }] }] },
    { test: 'not', of: { test: 'any', of: [is, { test: 'is_set', field: 'x' }] } },
  ])('comes back from its form as it was: %j', (condition) => {
    expect(fromGroup(toGroup(condition))).toEqual(condition);
  });
  it('is none when nothing is asked', () => {
    expect(fromGroup(toGroup(null))).toBeNull();
  });
});

describe('findings', () => {
  const check = (given: Terms, expected: FindingCode[]) => expect(codes(given)).toEqual(expected);
  const one = step('a', null);

  it('are none where everything is in order', () =>
    check(terms(step('a', 'b'), step('b', null)), []));

  it('name ways that lead nowhere, in circles, or never', () => {
    check(terms(step('a', 'gone', null)), ['procedure.target']);
    check(terms(step('a', 'b'), step('b', 'a')), ['procedure.no_way_out', 'procedure.no_way_out']);
    check(terms(one, step('b', 'a')), ['procedure.unreachable']);
    check({ ...terms(one), procedure: { first: 'x', steps: [one] } }, ['procedure.first']);
    check(terms(), ['procedure.count', 'procedure.first']);
  });

  it('name what a step lacks', () => {
    check(terms({ ...one, name: {} }), ['procedure.name']);
    check(terms({ ...one, name: { en: 'x'.repeat(121) } }), ['procedure.name']);
    check(terms({ ...one, guidance: {} }), ['procedure.guidance']);
    check(terms({ ...one, limit: { within_s: 59, basis: 'wall' } }), ['procedure.limit']);
    const late = { remind_percent: [80, 50], rungs: LADDERS.usual.rungs };
    check(terms({ ...one, ladder: late }), ['procedure.ladder']);
    check(terms({ ...one, ladder: { ...LADDERS.usual, rungs: [] } }), ['procedure.ladder']);
    check(terms({ ...one, checklist: [{ key: 'c', text: {}, is_required: true }] }), [
      'procedure.checklist',
    ]);
    const asked = one.outcomes.map((it) => ({ ...it, needs_approval: true }));
    check(terms({ ...one, outcomes: asked }), ['procedure.approvers']);
    check(terms({ ...one, outcomes: [] }), ['procedure.outcomes', 'procedure.no_way_out']);
  });

  it('name what does not fit a form', () => {
    const field = { ...startField('a'), label: { en: 'A' } };
    const form = (...list: Terms['form']) => ({ ...terms(one), form: list });
    check(form(field), []);
    check(form(field, field), ['form.key']);
    check(form({ ...field, label: {} }), ['form.label']);
    check(form({ ...field, kind: { type: 'number', min: 2, max: 1 } }), ['form.kind']);
    check(form({ ...field, kind: { type: 'select', options: [] } }), ['form.kind']);
    check(form({ ...field, shown_if: { test: 'is_set', field: 'a' } }), ['form.condition']);
    check(
      form(field, { ...field, key: 'b', shown_if: { test: 'at_least', field: 'a', number: 1 } }),
      ['form.condition'],
    );
  });

  it('name the answers after which no outcome can be chosen', async () => {
    const field = {
      ...startField('wish'),
      label: { en: 'Wish' },
      is_required: true,
      kind: {
        type: 'select' as const,
        options: ['refund', 'exchange'].map((value) => ({ value, label: { en: value } })),
      },
    };
    const sure = {
      ...startField('sure'),
      label: { en: 'Sure' },
      is_required: true,
      kind: { type: 'boolean' as const },
    };
    const when: AnswerCondition = {
      test: 'any',
      of: [
        { test: 'is', field: 'wish', one_of: ['refund'] },
        { test: 'is', field: 'sure', one_of: ['true'] },
      ],
    };
    const outcomes = one.outcomes.map((it) => ({ ...it, when }));
    const given = { ...terms({ ...one, outcomes }), form: [field, sure] };
    const [found] = findingsOf(given);
    expect(found).toEqual(
      finding('procedure.branch', { step: 'a', answers: [{ wish: 'exchange', sure: 'false' }] }),
    );
    const t = await loadTranslate('en');
    expect(findingText({ t, locale: 'en' }, found!, given)).toBe(
      'There is no outcome if: Wish is exchange and Sure is No. Add one, or change a condition.',
    );
    // A question that may stay open is not relied on.
    check({ ...given, form: [{ ...field, is_required: false }, sure] }, ['procedure.branch']);
  });

  it('hold closing and reopening to what can be', () => {
    check({ ...terms(one), reopen_within_s: 10 }, ['type.reopen']);
    check({ ...terms(one), is_complaint: true }, ['type.complaint_closing']);
    const closing = { ...startTerms({}).closing, days_min: 3 };
    check({ ...terms(one), closing }, ['type.closing']);
    check({ ...terms(one), name: {} }, ['type.name']);
  });
});

type Raw = Record<string, unknown>;

describe('a file', () => {
  const given = fullTerms({
    ...terms(step('a', 'b'), step('b', null)),
    form: [{ ...startField('n', { type: 'number', min: 0, max: null }), label: { en: 'N' } }],
  });
  it('comes back as it was', () => {
    expect(readFile(toFile('repair', given))).toEqual({ terms: given, key: 'repair' });
    expect(readFile(JSON.stringify(given))).toEqual({ terms: given, key: null });
  });
  it('says where it cannot be read', () => {
    /** What comes of a file in which one value is another, or gone. */
    const wrong = (path: string, value?: unknown) => {
      const raw = JSON.parse(toFile('x', given)) as unknown;
      const names = path.split('.');
      const last = names.pop() ?? '';
      const holder = names.reduce<unknown>((at, name) => (at as Raw)[name], raw) as Raw;
      if (value === undefined) delete holder[last];
      else holder[last] = value;
      return readFile(JSON.stringify(raw));
    };
    expect(readFile('{')).toEqual({ wrongAt: '' });
    for (const [path, value] of [
      ['terms.priority', 'soon'],
      ['terms.procedure.steps.1.limit', undefined],
      ['terms.procedure.steps.1.key', 'a'],
      ['terms.form.0.kind.type', 'colour'],
    ] as const)
      expect(wrong(path, value)).toEqual({ wrongAt: path });
  });
});

describe('a length of time', () => {
  it('is said in the largest whole unit, without days in working time', () => {
    expect(unitOf(86_400, unitsOf('wall'))).toBe('d');
    expect(unitOf(86_400, unitsOf('business'))).toBe('h');
    expect(unitOf(5400, unitsOf('wall'))).toBe('min');
    expect(inUnit(5400, 'h')).toBe('1.5');
    expect(readSeconds('1,5', 'h')).toBe(5400);
    expect(readSeconds('', 'h')).toBeNull();
    expect(readSeconds('soon', 'h')).toBeNull();
  });
});

describe('the editor', () => {
  const type = (more: Partial<EditedCaseType> = {}): EditedCaseType => ({
    id: 'cy_1',
    key: 'repair',
    is_builtin: true,
    is_enabled: true,
    position: 0,
    version_number: 1,
    terms: terms(step('a', 'b'), step('b', null)),
    draft: null,
    findings: [],
    created_at: '2026-01-05T09:00:00Z',
    version: 4,
    ...more,
  });
  function setup(given = type()) {
    const calls: unknown[][] = [];
    const answer = (value: unknown) =>
      Promise.resolve({ ok: true as const, value: value as never });
    const api = {
      checkType: vi.fn(() => answer({ findings: [] })),
      updateType: vi.fn((id: string, body: { draft?: unknown; version: number }) => {
        calls.push(['update', id, body.version]);
        return answer({ ...given, draft: body.draft ?? null, version: body.version + 1 });
      }),
      publishType: vi.fn((id: string, version: number) => {
        calls.push(['publish', id, version]);
        return answer({ ...given, version_number: 2, draft: null, version: version + 1 });
      }),
      restoreType: vi.fn(() => answer(given)),
    };
    return { editor: new CaseTypeEditor(given, api as never), calls, api };
  }

  it('knows what is not saved, also after undo', async () => {
    const { editor } = setup();
    expect(editor.hasChanges).toBe(false);
    editor.edit(edits.patchStep('a', { name: { en: 'Look' } }), 'name');
    editor.edit(edits.patchStep('a', { name: { en: 'Look at it' } }), 'name');
    expect(editor.hasChanges).toBe(true);
    editor.undo();
    expect(editor.hasChanges).toBe(false);
    editor.redo();
    await editor.save();
    expect(editor.hasChanges).toBe(false);
    expect(editor.canUndo).toBe(true);
    expect(editor.type.version).toBe(5);
  });

  it('saves what is not saved before it publishes, with the version that came back', async () => {
    const { editor, calls } = setup();
    expect(editor.canPublish).toBe(false);
    editor.edit(edits.patchStep('a', { name: { en: 'Look' } }));
    expect(editor.canPublish).toBe(true);
    await editor.publish(() => undefined);
    expect(calls).toEqual([
      ['update', 'cy_1', 4],
      ['publish', 'cy_1', 5],
    ]);
    expect(editor.canPublish).toBe(false);
  });

  it('does not publish what has to be put right', () => {
    const { editor } = setup();
    editor.edit(edits.patchStep('b', { outcomes: [] }));
    expect(editor.canPublish).toBe(false);
    expect(editor.findings.some((one) => one.isBlocking)).toBe(true);
  });

  it('shows what only the server found, once', () => {
    const found = (code: string, at: string | null) => ({
      code,
      is_blocking: true,
      step: at,
      field: null,
      message: code,
    });
    const loose = terms(step('a', null), step('b', null));
    const { editor } = setup(
      type({
        draft: loose,
        findings: [
          found('procedure.unreachable', 'b'),
          found('procedure.team_gone', 'a'),
          found('name', null),
        ],
      }),
    );
    expect(editor.findings.map((one) => one.code)).toEqual(['procedure.unreachable']);
    expect(editor.furtherFindings.map((one) => one.code)).toEqual(['procedure.team_gone', 'name']);
    editor.edit((before) => ({ ...before, name: {} }));
    expect(editor.furtherFindings.map((one) => one.code)).toEqual(['procedure.team_gone']);
  });

  it('goes on where the removed step led', () => {
    const { editor } = setup();
    editor.select('a');
    editor.removeStep('a');
    expect(editor.selectedKey).toBe('b');
    expect(editor.terms.procedure.first).toBe('b');
    expect(editor.renameStep('b', 'c')).toBe(true);
    expect(editor.selected?.key).toBe('c');
    editor.addStep({ kind: 'beside' });
    expect(editor.renameStep('c', 'step_1')).toBe(false);
  });
});
