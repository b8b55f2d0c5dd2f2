import type { Api } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { AttributeEditorModel } from './model.svelte.ts';

function setup() {
  const bodies: Record<string, unknown>[] = [];
  const api = {
    createAttribute: async (body: Record<string, unknown>) => {
      bodies.push(body);
      return { ok: true, value: body };
    },
  } as unknown as Pick<Api, 'createAttribute' | 'updateAttribute'>;
  return { model: new AttributeEditorModel(api, null, 3), bodies };
}

describe('the definition of an attribute', () => {
  it('proposes a key from the English name until somebody types one', () => {
    const { model } = setup();
    model.label.en = 'Customer since';
    expect(model.key).toBe('customer_since');
    model.key = 'since';
    model.label.en = 'Since when';
    expect(model.key).toBe('since');
  });

  it('needs a name, a key and, to choose from, different values', () => {
    const { model } = setup();
    model.label['zh-CN'] = '套餐';
    expect(model.canSave).toBe(false);
    model.key = 'plan';
    expect(model.canSave).toBe(true);
    model.kind = 'select';
    expect(model.canSave).toBe(false);
    model.addOption();
    model.addOption();
    for (const option of model.options) option.value = 'gold';
    expect(model.canSave).toBe(false);
    model.options[1]!.value = 'silver';
    expect(model.canSave).toBe(true);
  });

  it('has its name in both languages and its place', async () => {
    const { model, bodies } = setup();
    model.label.en = 'Points';
    model.kind = 'number';
    await model.save(() => undefined);
    expect(bodies).toEqual([
      {
        key: 'points',
        label: { 'zh-CN': 'Points', en: 'Points' },
        kind: 'number',
        options: [],
        is_personal: false,
        position: 3,
      },
    ]);
  });
});
