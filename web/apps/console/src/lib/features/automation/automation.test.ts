import type { AutomationRule, RuleNode, RuleTerms } from '@zhiyin/api';
import { loadTranslate, type T } from '@zhiyin/i18n';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Names } from '$lib/features/views/filter.ts';
import { missingOf, startAction } from './actions.ts';
import { emptyTerms, RuleEditorModel } from './editor.svelte.ts';
import { isComplete, readSpans, readWords, ruleFields, type RuleField } from './fields.ts';
import { MacroRunner, outcomeOf } from './macros.svelte.ts';
import { refusedPart } from './problems.ts';
import { RuleList } from './rules.svelte.ts';
import { depthOf, fromTree, keysFrom, leavesOf, pathsOf, toTree } from './tree.ts';
import { ruleText, type Speech } from './words.ts';

const names: Names & { calendars: { value: string; label: string }[] } = {
  inboxes: [],
  teams: [],
  agents: [{ value: 'ag_1', label: 'Mei' }],
  tags: [{ value: 'tg_1', label: 'VIP' }],
  attributes: [],
  languages: [],
  calendars: [{ value: 'cl_1', label: 'Office' }],
};
let en: T;
let zh: T;
let fields: RuleField[];

beforeAll(async () => {
  [en, zh] = await Promise.all([loadTranslate('en'), loadTranslate('zh-CN')]);
  fields = ruleFields(en, names);
});

const speech = (t: T, locale: string): Speech => ({
  t,
  locale,
  fields: ruleFields(t, names),
  day: (at) => at.toISOString().slice(0, 10),
  name: (id) => (id === 'tg_1' ? 'VIP' : id === 'ag_1' ? 'Mei' : '?'),
});

const NESTED: RuleNode = {
  all: [
    { field: 'message', operator: 'contains_any', value: ['refund'] },
    { not: { any: [{ field: 'calendar', operator: 'is_open', value: 'cl_1' }] } },
    { any: [{ field: 'unread', operator: 'is', value: true }, { all: [] }] },
  ],
};
const TERMS: RuleTerms = {
  ...emptyTerms(),
  conditions: NESTED,
  actions: [{ do: 'add_tags', tag_ids: ['tg_1'] }, { do: 'resolve' }],
};

test('conditions come back as they were saved', () => {
  expect(fromTree(toTree(NESTED, keysFrom()))).toEqual(NESTED);
  expect(fromTree(toTree(null, keysFrom()))).toEqual({ all: [] });
});

test('a place in the editor is named as the server names it', () => {
  const tree = toTree(NESTED, keysFrom());
  const saved = leavesOf(fromTree(tree)).map((one) => one.path);
  expect(saved).toEqual([
    '/conditions/all/0',
    '/conditions/all/1/not/any/0',
    '/conditions/all/2/any/0',
  ]);
  expect([...pathsOf(tree).values()]).toEqual(expect.arrayContaining(saved));
});

test('each negation counts as a level', () => {
  const leaf = { field: 'unread', operator: 'is', value: true } as const;
  expect(depthOf(toTree({ all: [leaf] }, keysFrom()))).toBe(1);
  expect(depthOf(toTree({ all: [{ not: { any: [leaf] } }] }, keysFrom()))).toBe(3);
});

test('times of day are taken as people write them', () => {
  expect(readSpans('9:00-12:00，22：00～06:00')).toEqual(['09:00-12:00', '22:00-06:00']);
  expect(readSpans('25:00-26:00')).toBeNull();
  expect(readSpans('evening')).toBeNull();
  expect(readSpans('')).toBeNull();
  expect(readWords('退款，refund, refund、 ')).toEqual(['退款', 'refund']);
});

test('a condition without a value is unfinished, and nobody is called me', () => {
  const calendar = fields.find((one) => one.id === 'calendar');
  const leaf = { kind: 'leaf', key: 1, field: 'calendar', operator: 'is_open' } as const;
  expect(isComplete(calendar, { ...leaf, value: '' })).toBe(false);
  expect(isComplete(calendar, { ...leaf, value: 'cl_1' })).toBe(true);
  const assignee = fields.find((one) => one.id === 'assignee');
  expect(assignee?.choices?.().map((one) => one.value)).toEqual(['nobody', 'ag_1']);
});

test('a rule reads as a sentence in both languages', () => {
  const terms: RuleTerms = {
    ...TERMS,
    conditions: {
      any: [
        { field: 'message', operator: 'contains_any', value: ['refund'] },
        {
          all: [
            { field: 'calendar', operator: 'is_closed', value: 'cl_1' },
            { field: 'unread', operator: 'is', value: true },
          ],
        },
      ],
    },
  };
  expect(ruleText(speech(en, 'en'), terms)).toBe(
    'When a customer writes, if the customer wrote refund, or (Office is closed, and messages are unread): add VIP and resolve it.',
  );
  expect(ruleText(speech(zh, 'zh-CN'), terms)).toMatch(
    /^当客户发来消息时，如果客户写到“refund”.*则添加标签“VIP”和解决会话。$/,
  );
  expect(ruleText(speech(en, 'en'), { ...TERMS, conditions: null })).toBe(
    'When a customer writes: add VIP and resolve it.',
  );
});

test('every step that begins empty says what is missing', () => {
  expect(missingOf(startAction('add_tags'))).toBe('tag_ids');
  expect(missingOf(startAction('send'))).toBe('text');
  expect(missingOf(startAction('create_case'))).toBe('case_type_id');
  expect(missingOf(startAction('resolve'))).toBeNull();
});

const refused = (path: string, code = 'invalid-field') =>
  ({ ok: false, error: { code, fields: [{ path, code: 'invalid' }] } }) as never;

function editor(answer: unknown) {
  const api = {
    createRule: vi.fn().mockResolvedValue(answer),
    updateRule: vi.fn().mockResolvedValue(answer),
    dryRun: vi.fn().mockResolvedValue({
      ok: true,
      value: { looked_at: 1200, would_match: 37, leaves: [], sample: [], is_cut: false, since: '' },
    }),
  };
  return { api, model: new RuleEditorModel(api, () => fields, null) };
}

test('what is unfinished is not sent but pointed at', async () => {
  const { api, model } = editor(refused('/name'));
  await model.save(vi.fn());
  expect(api.createRule).not.toHaveBeenCalled();
  expect(model.isChecked).toBe(true);
});

test('what the server refuses is shown at its place', async () => {
  const { api, model } = editor(refused('/terms/actions/1/agent_id'));
  model.name = ' Refunds ';
  model.take(TERMS);
  model.tree = toTree({ all: [{ field: 'unread', operator: 'is', value: true }] }, model.keys);
  await model.save(vi.fn());
  expect(api.createRule).toHaveBeenCalledWith(
    expect.objectContaining({ name: 'Refunds', is_enabled: false }),
  );
  expect(refusedPart(model.form.error, '/terms/actions/1')).toBe('agent_id');
  expect(refusedPart(model.form.error, '/terms/actions/0')).toBeNull();
  expect(model.refusedAt('/actions/1')).toBe(true);
});

test('a trial is old once the rule was changed', async () => {
  const { model } = editor(refused('/name'));
  await model.tryOut();
  expect(model.isTrialOld).toBe(false);
  model.trigger = { kind: 'event', events: ['rated'] };
  expect(model.isTrialOld).toBe(true);
});

const rule = (id: string) => ({ id, name: id, is_enabled: false, paused: null }) as AutomationRule;

function list(order: unknown) {
  const items = ['ru_1', 'ru_2', 'ru_3'].map(rule);
  const api = {
    listRules: vi.fn().mockResolvedValue({ ok: true, value: { items, next: null } }),
    orderRules: vi.fn().mockResolvedValue(order),
    updateRule: vi.fn().mockResolvedValue(refused('/')),
    resumeRule: vi.fn(),
  };
  const fail = vi.fn();
  return { api, fail, rules: new RuleList(api, fail) };
}

test('a moved rule is at its new place at once; a refused order is taken back', async () => {
  const { api, fail, rules } = list(refused('/', 'changed'));
  await vi.waitFor(() => expect(rules.items).toHaveLength(3));
  expect(rules.move('ru_3', 0)).toBe(true);
  expect(rules.items.map((one) => one.id)).toEqual(['ru_3', 'ru_1', 'ru_2']);
  expect(rules.move('ru_3', -1)).toBe(false);
  await vi.waitFor(() => expect(fail).toHaveBeenCalledOnce());
  await vi.waitFor(() => expect(rules.items[0]?.id).toBe('ru_1'));
  expect(api.orderRules).toHaveBeenCalledWith(['ru_3', 'ru_1', 'ru_2']);
});

test('a rule that may not be switched on goes back to off', async () => {
  const { fail, rules } = list({ ok: true });
  await vi.waitFor(() => expect(rules.items).toHaveLength(3));
  const first = rules.items[0];
  if (first) await rules.enable(first, true);
  expect(fail).toHaveBeenCalledOnce();
  expect(rules.items[0]?.is_enabled).toBe(false);
});

test('a macro tells how many it changed, and is not run on too many', async () => {
  expect(
    outcomeOf([
      { id: 'cv_1', actions: [] },
      { id: 'cv_2', actions: [], error: 'forbidden' },
    ]),
  ).toEqual({
    done: 1,
    refused: 1,
  });
  const macro = { id: 'mc_1', name: 'M', actions: [] };
  const api = {
    listMacros: vi.fn().mockResolvedValue({ ok: true, value: { items: [macro], next: null } }),
    runMacro: vi.fn(),
  };
  const runner = new MacroRunner(
    api,
    Array.from({ length: 101 }, (_, i) => `cv_${i}`),
  );
  await vi.waitFor(() => expect(runner.state).toBe('ready'));
  runner.choose('mc_1');
  expect(await runner.run()).toBeNull();
  expect(api.runMacro).not.toHaveBeenCalled();
});
