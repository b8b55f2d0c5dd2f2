import { loadTranslate } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import { graphOf } from '$lib/features/case-types/flow/graph.ts';
import * as edits from './document.ts';
import type { FlowDocument, FlowStep } from './types.ts';
import { kindAndName, problemAt, stepName, wayName } from './words.ts';

const say = (id: string, next: string): FlowStep => ({
  id,
  kind: 'message',
  text: { en: id },
  next,
});
const end = (id: string): FlowStep => edits.startStep(id, 'end');
const menu = (id: string, ...to: string[]): FlowStep => ({
  id,
  kind: 'buttons',
  text: { en: 'What is it about?', 'zh-CN': '您想咨询什么？' },
  buttons: to.map((next) => ({ label: { en: `To ${next}` }, next })),
  otherwise: null,
});
function flow(...steps: FlowStep[]): FlowDocument {
  return { format: 1, start: steps[0]?.id ?? '', triggers: [], layout: {}, steps };
}
const targets = (document: FlowDocument, id: string) => {
  const step = edits.stepAt(document, id);
  return step ? edits.waysOf(step).map((way) => way.to) : null;
};

describe('ways', () => {
  it('are led elsewhere one at a time, in every kind of step', () => {
    for (const kind of edits.STEP_KINDS) {
      const step = edits.startStep('a', kind, 'x');
      for (const way of edits.waysOf(step)) {
        const led = edits.waysOf(edits.lead(step, way.key, 'b'));
        expect(led.find((one) => one.key === way.key)?.to, `${kind} ${way.key}`).toBe('b');
        expect(led.filter((one) => one.key !== way.key)).toEqual(
          edits.waysOf(step).filter((one) => one.key !== way.key),
        );
      }
      expect(edits.lead(step, 'nothing', 'b')).toEqual(step);
    }
  });

  it('are drawn where they lead somewhere', () => {
    const document = flow(menu('a', 'b', ''), say('b', 'c'), end('c'), end('d'));
    const graph = graphOf(edits.drawn(document));
    expect(graph.ways.map((way) => [way.from, way.to])).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
    expect([...graph.unreached]).toEqual(['d']);
  });
});

describe('changing steps', () => {
  const document = flow(menu('a', 'b', 'c'), say('b', 'c'), end('c'));

  it('puts a new step into a way, which it leads on', () => {
    const added = edits.addStep(document, 'message', { step: 'a', way: 'button.1' })!;
    expect(targets(added.document, 'a')).toEqual(['b', added.id]);
    expect(targets(added.document, added.id)).toEqual(['c']);
    expect(added.document.steps[1]?.id).toBe(added.id);
  });

  it('puts a step beside the others where nothing leads', () => {
    const added = edits.addStep(document, 'end', null)!;
    expect(added.document.steps).toHaveLength(4);
    expect(added.document.start).toBe('a');
    expect(edits.addStep({ ...document, steps: [] }, 'end', null)!.document.start).toBe('end_1');
  });

  it('takes a step away and lets what led to it lead on', () => {
    const next = edits.removeStep(document, 'b');
    expect(targets(next, 'a')).toEqual(['c', 'c']);
    expect(edits.removeStep(document, 'c').steps.map((step) => step.id)).toEqual(['a', 'b']);
    expect(targets(edits.removeStep(document, 'c'), 'b')).toEqual(['']);
    expect(edits.removeStep(document, 'a').start).toBe('b');
    expect(edits.removeStep(document, 'zzz')).toBe(document);
  });

  it('renames a step with everything that leads to it', () => {
    const next = edits.renameStep(document, 'c', 'finish');
    expect(targets(next, 'a')).toEqual(['b', 'finish']);
    expect(edits.renameStep(document, 'a', 'top').start).toBe('top');
    expect(edits.renameStep(document, 'a', 'b')).toBe(document);
  });

  it('copies a step beside itself, under a name of its own', () => {
    const copied = edits.copyStep(document, 'a')!;
    expect(targets(copied.document, copied.id)).toEqual(['b', 'c']);
    expect(new Set(copied.document.steps.map((step) => step.id)).size).toBe(4);
  });

  it('stops at a hundred steps', () => {
    const full = flow(...Array.from({ length: 100 }, (_, i) => end(`s${i}`)));
    expect(edits.addStep(full, 'end', null)).toBeNull();
    expect(edits.copyStep(full, 's0')).toBeNull();
  });
});

describe('a file', () => {
  const document: FlowDocument = {
    ...flow(...edits.STEP_KINDS.map((kind) => edits.startStep(kind, kind, 'end'))),
    triggers: ['order', ' ', ''],
  };

  it('comes back as it went, without empty lines', () => {
    const read = edits.readFile(edits.toFile('Orders', document));
    expect(read).toEqual({ name: 'Orders', document: { ...document, triggers: ['order'] } });
  });

  it('may be the document alone, with what is usual left out', () => {
    const bare = { format: 1, start: 'a', steps: [{ id: 'a', kind: 'http', url: 'https://x' }] };
    const read = edits.readFile(JSON.stringify(bare));
    expect(read).toMatchObject({
      name: null,
      document: { steps: [{ method: 'get', time_limit_ms: 5000, needs_identity: true }] },
    });
  });

  it('keeps places of steps, and nothing else that may stand there', () => {
    const layout = { a: [1, 2], b: [0.5, 1], c: 'left' };
    const read = edits.readFile(JSON.stringify({ format: 1, start: '', steps: [], layout }));
    expect(read).toMatchObject({ document: { layout: { a: [1, 2] } } });
    expect(Object.keys((read as { document: FlowDocument }).document.layout)).toEqual(['a']);
  });

  it.each([
    'nothing',
    '[]',
    '{"format":2,"steps":[]}',
    '{"format":1,"start":"a","steps":[{"id":"a","kind":"dance"}]}',
    '{"format":1,"start":"a","steps":[{"id":"a","kind":"buttons","buttons":"none"}]}',
    '{"format":1,"start":"a","steps":[{"id":"a","kind":"form","fields":["x"]}]}',
    '{"format":1,"start":"a","steps":[{"id":"a","kind":"message","text":"hello"}]}',
  ])('is refused as %s', (text) => {
    expect(edits.readFile(text)).toEqual({ isWrong: true });
  });
});

describe('what is known', () => {
  it('names the fields that steps fill, and those that are always there', () => {
    const http = { ...edits.startStep('h', 'http') } as FlowStep & { kind: 'http' };
    const document = flow(edits.startStep('f', 'form'), {
      ...http,
      mapping: [{ field: 'status', pointer: '/s' }],
    });
    expect(edits.fieldsOf(document).slice(0, 2)).toEqual(['field_1', 'status']);
    expect(edits.fieldsOf(document)).toContain('message');
  });

  it('keeps figures in the order of the draft and counts who gave up', () => {
    const row = (step: string, left: number) => ({
      step,
      entered: 9,
      left,
      to_person: 1,
      ended: 2,
    });
    const document = flow(say('a', 'b'), end('b'));
    expect(
      edits.inOrder(document, [row('gone', 0), row('b', 1), row('a', 2)]).map((one) => one.step),
    ).toEqual(['a', 'b', 'gone']);
    expect([edits.gaveUp(row('a', 2)), edits.gaveUp(row('a', 9))]).toEqual([4, 0]);
  });
});

describe('words', () => {
  it('call a step by what it says, a way by its button, and a problem by its step', async () => {
    const says = { t: await loadTranslate('en'), locale: 'en' as const };
    const document = flow(menu('a', 'b', ''), end('b'));
    const [a, b] = document.steps as [FlowStep, FlowStep];
    expect([stepName(says, a), stepName(says, b)]).toEqual(['What is it about?', 'End']);
    expect(wayName(says, a, { key: 'button.0' })).toBe('To b');
    expect([kindAndName(says, a), kindAndName(says, b)]).toEqual([
      'Buttons: What is it about?',
      'End',
    ]);
    const zh = { t: await loadTranslate('zh-CN'), locale: 'zh-CN' as const };
    expect(stepName(zh, a)).toBe('您想咨询什么？');
    const problem = { path: '/steps/0/buttons/1/next', code: 'unknown-step', detail: '' };
    expect(edits.placeOf(document, problem)).toEqual({ step: 'a', rest: '/buttons/1/next' });
    expect(problemAt(says, document, problem)).toMatch(/^What is it about\?: A way leads nowhere/);
    expect(problemAt(says, document, { path: '/start', code: 'odd', detail: 'Odd.' })).toBe(
      'This cannot stay so: Odd.',
    );
  });

  it('has a sentence for every problem there can be', async () => {
    const t = await loadTranslate('zh-CN');
    for (const code of ['endless', 'needs-identity', 'too-deep', 'invalid-name'] as const)
      expect(t(`flow.problem.${code}`)).toMatch(/\p{Script=Han}/u);
  });
});
