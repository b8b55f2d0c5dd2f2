import type { Api, Standard, StandardTerms } from '@zhiyin/api';
import { loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import {
  conditionsText,
  fromConditionRows,
  joinSeconds,
  parseWarnings,
  splitSeconds,
  targetText,
  toConditionRows,
} from './forms.ts';
import { moved, StandardEditorModel } from './model.svelte.ts';

const terms: StandardTerms = {
  conditions: {
    inboxes: ['ib_1'],
    channels: [],
    topics: ['tp_1'],
    tier_from: 3,
    tier_to: null,
    languages: [],
    priorities: ['urgent', 'high'],
    stages: ['after_sales'],
    teams: [],
  },
  targets: [
    {
      metric: 'first_response',
      within_s: 30,
      basis: 'wall',
      warn_percent: [50, 80],
      pauses: [],
      is_restarted_on_reopen: false,
    },
    {
      metric: 'resolution',
      within_s: 5400,
      basis: 'business',
      warn_percent: [],
      pauses: ['customer', 'snoozed'],
      is_restarted_on_reopen: true,
    },
  ],
  actions: [
    {
      metric: null,
      when: 'breach',
      action: { kind: 'notify', assignee: true, supervisors: false, agents: ['ag_1'] },
    },
    { metric: 'resolution', when: 'warning', action: { kind: 'raise_priority', to: 'high' } },
    { metric: null, when: 'breach', action: { kind: 'reassign' } },
    { metric: null, when: 'breach', action: { kind: 'move_to_queue', queue_id: 'qu_1' } },
    { metric: null, when: 'breach', action: { kind: 'tag', tag_id: 'tg_1' } },
  ],
  guidance: { triage: { en: 'Ask for the order.' } },
};
const standard: Standard = {
  id: 'sd_1',
  name: 'VIP',
  place: 1,
  is_enabled: true,
  calendar_id: 'cl_1',
  terms,
  version: 7,
};

function setup(given: Standard | null) {
  const bodies: unknown[] = [];
  const answer = async (body: object) => {
    bodies.push(body);
    return { ok: true, value: { ...standard, ...body, id: 'sd_1' } };
  };
  const api = {
    createStandard: (body: object) => answer(body),
    updateStandard: (_: string, body: object) => answer(body),
  } as unknown as Pick<Api['journey'], 'createStandard' | 'updateStandard'>;
  return { model: new StandardEditorModel(given, api), bodies };
}

describe('a standard in its form', () => {
  it('comes out as it went in', async () => {
    const { model, bodies } = setup(standard);
    expect(model.body()).toEqual({ name: 'VIP', is_enabled: true, calendar_id: 'cl_1', terms });
    expect(model.hasChanges).toBe(false);
    model.name = 'VIP chat';
    await model.save(() => undefined);
    expect(bodies[0]).toMatchObject({ name: 'VIP chat', version: 7 });
  });

  it('begins with the targets of the built-in one', () => {
    const { model } = setup(null);
    expect(model.targets.map((row) => [row.metric, row.amount, row.unit])).toEqual([
      ['first_response', 30, 's'],
      ['next_response', 2, 'min'],
      ['resolution', 8, 'h'],
    ]);
    expect(model.canSave).toBe(false);
    model.name = 'Chat';
    expect(model.canSave).toBe(true);
  });

  it('cannot be saved while something is missing', () => {
    const { model } = setup(standard);
    model.targets[0]!.amount = 0;
    expect(model.canSave).toBe(false);
    model.targets[0]!.amount = 1;
    model.targets[0]!.warn = '80, 50';
    expect(model.canSave).toBe(false);
    model.targets[0]!.warn = '';
    model.addAction();
    model.actions.at(-1)!.kind = 'tag';
    expect(model.canSave).toBe(false);
    model.removeAction(model.actions.at(-1)!.key);
    expect(model.canSave).toBe(true);
  });

  it('lets go of what was to happen with a target that is gone', () => {
    const { model } = setup(standard);
    model.removeTarget('resolution');
    expect(model.actions.map((row) => row.metric)).toEqual(['any', 'any', 'any', 'any']);
    expect(model.freeMetrics).toContain('resolution');
    model.addTarget('step.triage');
    model.addTarget('next_response');
    expect(model.targets.map((row) => row.metric)).toEqual([
      'first_response',
      'next_response',
      'step.triage',
    ]);
  });

  it('keeps what it cannot show', () => {
    const rows = toConditionRows(terms.conditions);
    expect(rows.map((row) => row.field)).toEqual(['inboxes', 'tier', 'priorities', 'stages']);
    expect(fromConditionRows([], { topics: ['tp_1'] }).topics).toEqual(['tp_1']);
  });
});

describe('numbers', () => {
  it('of time are split into the largest unit that fits', () => {
    const check = (seconds: number, amount: number, unit: string) => {
      expect(splitSeconds(seconds)).toEqual({ amount, unit });
      expect(joinSeconds(amount, unit as 's')).toBe(seconds);
    };
    check(30, 30, 's');
    check(90, 90, 's');
    check(5400, 90, 'min');
    check(28_800, 8, 'h');
    check(172_800, 2, 'd');
    expect(joinSeconds(1.5, 'h')).toBe(5400);
    expect([joinSeconds(0, 's'), joinSeconds(Number.NaN, 'h'), joinSeconds(367, 'd')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('of warnings are up to three that rise', () => {
    expect(parseWarnings('50, 80')).toEqual([50, 80]);
    expect(parseWarnings('50% 80%')).toEqual([50, 80]);
    expect(parseWarnings('50，75、90')).toEqual([50, 75, 90]);
    expect(parseWarnings('')).toEqual([]);
    for (const text of ['80, 50', '0', '100', '1,2,3,4', '50, x', '12.5'])
      expect(parseWarnings(text), text).toBeNull();
  });
});

describe('words', () => {
  const names = (_: string, value: string) => `<${value}>`;

  it('tell which conversations it holds for', async () => {
    const [en, zh] = await Promise.all([loadTranslate('en'), loadTranslate('zh-CN')]);
    const rows = toConditionRows(terms.conditions);
    expect(conditionsText(en, rows, names, 'en')).toBe(
      'inbox <ib_1>, tier 3 to 9, priority <urgent> or <high>, purchase <after_sales>',
    );
    expect(conditionsText(zh, rows.slice(0, 1), names, 'zh-CN')).toBe('收件箱为<ib_1>');
    expect(conditionsText(en, [], names, 'en')).toBe('All conversations');
    expect(targetText(en, terms.targets[1]!)).toBe('Resolution within 1 h 30 min');
  });

  it('keep the order people give them', () => {
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect([moved(['a'], 'a', 1), moved(['a'], 'x', -1)]).toEqual([null, null]);
  });
});
