import type { Api, View, ViewBody } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import type { Field } from './filter.ts';
import { ViewEditorModel } from './model.svelte.ts';
import type { Start } from './start.ts';

const fields: Field[] = [
  {
    id: 'inbox',
    group: 'conversation',
    label: 'Inbox',
    operators: ['is', 'is_not'],
    choices: () => [{ value: 'ib_1', label: 'Web' }],
  },
  {
    id: 'created',
    group: 'conversation',
    label: 'Begun',
    operators: ['within_days', 'after', 'before'],
  },
];

function setup(start: Partial<Start> = {}, view: View | null = null) {
  const calls: [string, ViewBody][] = [];
  const answer = async (what: string, body: ViewBody) => {
    calls.push([what, body]);
    return { ok: true, value: { id: 'vw_1', ...body } };
  };
  const api = {
    createView: (body: ViewBody) => answer('create', body),
    updateView: (id: string, body: ViewBody) => answer(`update ${id}`, body),
  } as unknown as Pick<Api, 'createView' | 'updateView'>;
  const model = new ViewEditorModel(api, () => fields, view, {
    name: '',
    filter: { match: 'all', conditions: [] },
    sort: 'recent',
    isShared: false,
    ...start,
  });
  return { model, calls };
}

describe('the editor of a view', () => {
  it('begins with a condition and takes each field once', () => {
    const { model } = setup();
    model.add();
    expect(model.rows.map((row) => row.field)).toEqual(['inbox', 'created']);
  });

  it('can be saved only when it has a name and every condition is finished', async () => {
    const { model, calls } = setup();
    model.name = ' Web ';
    expect(model.canSave).toBe(false);
    model.rows[0]!.value = ['ib_1'];
    expect(model.canSave).toBe(true);
    await model.save(() => undefined);
    expect(calls).toEqual([
      [
        'create',
        {
          name: 'Web',
          is_shared: false,
          sort: 'recent',
          filter: {
            match: 'all',
            conditions: [{ field: 'inbox', operator: 'is', value: ['ib_1'] }],
          },
        },
      ],
    ]);
  });

  it('keeps a value that still fits and starts over where it does not', () => {
    const { model } = setup();
    const [row] = model.rows;
    row!.value = ['ib_1'];
    model.setOperator(row!, 'is_not');
    expect(row!.value).toEqual(['ib_1']);
    model.setField(row!, 'created');
    expect(row).toMatchObject({ operator: 'within_days', value: 7 });
    model.setOperator(row!, 'after');
    expect(row!.value).toBe('');
  });

  it('changes the view it was opened for', async () => {
    const filter = {
      match: 'any' as const,
      conditions: [{ field: 'created', operator: 'within_days' as const, value: 3 }],
    };
    const view = { id: 'vw_9' } as View;
    const { model, calls } = setup({ name: 'New', filter, isShared: true }, view);
    await model.save(() => undefined);
    expect(calls[0]).toMatchObject(['update vw_9', { is_shared: true, filter }]);
  });
});
