import type { Result } from '@zhiyin/api';
import { describe, expect, it, vi } from 'vitest';
import { BenchModel } from './bench.svelte.ts';
import { startDocument, waysOf } from './document.ts';
import { FlowEditor } from './editor.svelte.ts';
import { BotSettingsModel, isThresholds } from './settings.svelte.ts';
import { Simulator } from './simulator.svelte.ts';
import type { BotSettings, Flow, Replay, SimulateBody, Simulated } from './types.ts';

const ok = <T>(value: T): Result<T> => ({ ok: true, value });

const flow: Flow = {
  id: 'bf_1',
  name: 'Orders',
  published_revision: 1,
  has_changes: false,
  created_at: '2026-11-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  version: 3,
  document: startDocument(),
  problems: [],
};

describe('the editor of a flow', () => {
  const calls = () => ({
    updateFlow: vi.fn(async (_id: string, body: object) =>
      ok({ ...flow, ...body, version: 4, has_changes: true } as Flow),
    ),
    publishFlow: vi.fn(async () => ok({ ...flow, version: 5, published_revision: 2 })),
    withdrawFlow: vi.fn(async () => ok({ ...flow, published_revision: null })),
  });

  it('saves what is unsaved before it publishes, by the version that was read', async () => {
    const api = calls();
    const editor = new FlowEditor(flow, api);
    expect(editor.canPublish).toBe(false);
    editor.rename('Parcels');
    expect([editor.hasChanges, editor.canPublish]).toEqual([true, true]);
    const done = vi.fn();
    await editor.publish(done);
    expect(api.updateFlow.mock.calls[0]?.[1]).toMatchObject({ name: 'Parcels', version: 3 });
    expect(api.publishFlow).toHaveBeenCalledWith('bf_1', 4);
    expect(done).toHaveBeenCalled();
    expect(editor.hasChanges).toBe(false);
  });

  it('cannot publish what has a problem', () => {
    const editor = new FlowEditor(flow, calls());
    editor.rename('Parcels');
    editor.problems = [{ path: '/steps/0/answered', code: 'unknown-step', detail: '' }];
    expect(editor.canPublish).toBe(false);
    expect(editor.problemsOf('answer_1')).toHaveLength(1);
    expect(editor.problemsOf('end_1')).toEqual([]);
  });

  it('undoes typing in one piece and other changes one by one', () => {
    const editor = new FlowEditor(flow, calls());
    editor.rename('P');
    editor.rename('Pa');
    const id = editor.addStep('message', { step: 'answer_1', way: 'answered' });
    expect(editor.selectedId).toBe(id);
    editor.undo();
    expect(editor.draft.name).toBe('Pa');
    editor.undo();
    expect(editor.draft.name).toBe('Orders');
    expect(editor.canUndo).toBe(false);
    editor.redo();
    expect(editor.draft.name).toBe('Pa');
  });

  it('chooses what comes next when a step is taken away, and follows a new name', () => {
    const editor = new FlowEditor(flow, calls());
    expect(editor.renameStep('answer_1', 'end_1')).toBe(false);
    expect(editor.renameStep('answer_1', 'Wrong')).toBe(false);
    expect(editor.renameStep('answer_1', 'ask')).toBe(true);
    expect(editor.selectedId).toBe('ask');
    editor.removeStep('ask');
    expect(editor.selectedId).toBe('end_1');
    expect(editor.document.steps.flatMap(waysOf)).toEqual([]);
  });
});

describe('the simulator', () => {
  const answer = (given: Partial<Simulated> = {}): Simulated => ({
    turns: [],
    path: [],
    step: null,
    fields: {},
    end: null,
    waits_for: { kind: 'customer' },
    calls: [],
    problems: [],
    ...given,
  });
  function simulator(play = vi.fn(async (_: SimulateBody) => ok(answer()))) {
    const rests: (() => void)[] = [];
    const rest = () => new Promise<void>((done) => rests.push(done));
    const made = new Simulator({ locale: 'en', document: startDocument, play, rest });
    return { made, play, rests };
  }

  it('sends everything said so far again, and takes the last word back', async () => {
    const { made, play } = simulator();
    await made.say(' order ');
    await made.say('T100001');
    expect(play.mock.lastCall?.[0].inputs).toEqual(['order', 'T100001']);
    await made.back();
    expect(play.mock.lastCall?.[0].inputs).toEqual(['order']);
    await made.answerCall('look_up', 200, { status: 'sent' });
    expect(play.mock.lastCall?.[0].http).toEqual({
      look_up: { status: 200, body: { status: 'sent' } },
    });
    await made.restart();
    expect(play.mock.lastCall?.[0]).toMatchObject({ inputs: [], http: {}, answers: {} });
  });

  it('says nothing where the flow is over, and nothing empty', async () => {
    const { made, play } = simulator(vi.fn(async () => ok(answer({ end: 'ended' }))));
    await made.play();
    await made.say('more');
    await made.say('  ');
    expect(play).toHaveBeenCalledTimes(1);
  });

  it('plays once after many changes, and not after it is gone', async () => {
    const { made, play, rests } = simulator();
    const all = [made.later(), made.later(), made.later()];
    rests.forEach((done) => done());
    await Promise.all(all);
    expect(play).toHaveBeenCalledTimes(1);
    const last = made.later();
    made.dispose();
    rests.forEach((done) => done());
    await last;
    expect(play).toHaveBeenCalledTimes(1);
  });

  it('keeps what was played while the draft is broken', async () => {
    const error = { code: 'invalid-field', fields: [] } as never;
    let isBroken = false;
    const turns: Simulated['turns'] = [
      { from: 'bot', step: 'a', text: 'Hello', quick_replies: [] },
    ];
    const { made } = simulator(
      vi.fn(async () => (isBroken ? { ok: false as const, error } : ok(answer({ turns })))),
    );
    await made.play();
    isBroken = true;
    await made.play();
    expect(made.result?.turns).toEqual(turns);
    expect(made.error).toBe(error);
  });
});

const settings: BotSettings = {
  is_enabled: true,
  name: { en: 'Teabot' },
  starts: 'always',
  greeting_flow_id: null,
  thresholds: null,
  when_unsure: 'person',
  idle_minutes: 30,
  tries_max: 2,
  queue_id: null,
  learned: {
    answer: 0.547,
    suggest: 0.3,
    answers: { shown: 4, helped: 3, not_helped: 1 },
    suggestions: { shown: 0, taken: 0, refused: 0 },
  },
  version: 7,
};

describe('the settings of a bot', () => {
  it('begin by hand with what was learned, and go back to learning', async () => {
    const putSettings = vi.fn(async (_inbox: string, body: object) =>
      ok({ ...settings, ...body, version: 8 } as BotSettings),
    );
    const model = new BotSettingsModel('ib_1', settings, { putSettings });
    expect(model.hasChanges).toBe(false);
    model.setOwn(true);
    expect(model.held.thresholds).toEqual({ answer: 0.55, suggest: 0.3 });
    model.setThreshold('answer', 25);
    expect([model.areThresholdsRight, model.canSave]).toEqual([false, false]);
    model.setThreshold('answer', 60);
    await model.save(() => {});
    const body = putSettings.mock.calls[0]?.[1];
    expect(body).toMatchObject({ thresholds: { answer: 0.6, suggest: 0.3 }, version: 7 });
    expect(body).not.toHaveProperty('learned');
    expect([model.hasChanges, model.held.version]).toEqual([false, 8]);
    model.setOwn(false);
    expect(model.inForce.answer).toBe(0.547);
  });

  it('cannot be saved with numbers out of bounds', () => {
    const model = new BotSettingsModel('ib_1', settings, { putSettings: vi.fn() });
    model.set({ tries_max: 6 });
    expect(model.canSave).toBe(false);
    model.set({ tries_max: 3, idle_minutes: 4 });
    expect(model.canSave).toBe(false);
    model.set({ idle_minutes: 60 });
    expect(model.canSave).toBe(true);
  });

  it('take marks as the server does', () => {
    expect(isThresholds({ answer: 0.95, suggest: 0.2 })).toBe(true);
    for (const [answer, suggest] of [
      [0.96, 0.3],
      [0.5, 0.19],
      [0.3, 0.4],
    ] as const)
      expect(isThresholds({ answer, suggest })).toBe(false);
  });
});

describe('the test bench', () => {
  const item = (text: string, outcome: 'answered' | 'passed_on', present_outcome = outcome) => ({
    text,
    at: '2026-11-01T00:00:00Z',
    outcome,
    present_outcome,
    confidence: 0.5,
    articles: [],
    is_helpful: null,
  });
  const replay: Replay = {
    thresholds: { answer: 0.6, suggest: 0.3 },
    present: { answer: 0.5, suggest: 0.3 },
    totals: { answered: 1, suggested: 0, passed_on: 1 },
    present_totals: { answered: 2, suggested: 0, passed_on: 0 },
    items: [item('a', 'answered'), item('b', 'passed_on', 'answered' as never)],
  };

  it('shows an outcome, or what would change', async () => {
    const bench = new BenchModel('ib_1', { replay: vi.fn(async () => ok(replay)) });
    await bench.run(replay.thresholds);
    const texts = () => bench.items.map((one) => one.text);
    expect([texts(), bench.changed]).toEqual([['a', 'b'], 1]);
    bench.shown = 'changed';
    expect(texts()).toEqual(['b']);
    bench.shown = 'answered';
    expect(texts()).toEqual(['a']);
  });

  it('keeps what it had when a replay fails, and forgets one that was overtaken', async () => {
    const answers: ((result: Result<Replay>) => void)[] = [];
    const bench = new BenchModel('ib_1', {
      replay: () => new Promise<Result<Replay>>((done) => answers.push(done)),
    });
    const first = bench.run(null);
    const second = bench.run(null);
    answers[1]?.(ok(replay));
    await second;
    answers[0]?.(ok({ ...replay, items: [] }));
    await first;
    expect(bench.replay?.items).toHaveLength(2);
    const third = bench.run(null);
    answers[2]?.({ ok: false, error: { code: 'timeout' } as never });
    await third;
    expect(bench.state).toEqual({ failed: { code: 'timeout' } });
    expect(bench.replay?.items).toHaveLength(2);
  });
});
