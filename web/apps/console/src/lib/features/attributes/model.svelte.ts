/** The definition of an attribute while it is made or changed. */
import type { Api, Attribute, AttributeKind, AttributeOption, Locale } from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import { toKey } from './value.ts';

export interface OptionRow {
  /** Tells rows apart while their values are typed. */
  id: number;
  value: string;
  label: Record<Locale, string>;
}

export class AttributeEditorModel {
  readonly form = new FormModel();
  readonly attribute: Attribute | null;
  label: Record<Locale, string> = $state({ 'zh-CN': '', en: '' });
  kind: AttributeKind = $state('text');
  isPersonal = $state(false);
  options: OptionRow[] = $state([]);
  #key = $state('');
  /** Until somebody types a key of their own it follows the English name. */
  #isKeyTyped = $state(false);
  #api: Pick<Api, 'createAttribute' | 'updateAttribute'>;
  #position: number;
  #nextId = 0;

  constructor(
    api: Pick<Api, 'createAttribute' | 'updateAttribute'>,
    attribute: Attribute | null,
    position: number,
  ) {
    this.#api = api;
    this.attribute = attribute;
    this.#position = attribute?.position ?? position;
    if (!attribute) return;
    this.#key = attribute.key;
    this.#isKeyTyped = true;
    this.label = both(attribute.label);
    this.kind = attribute.kind;
    this.isPersonal = attribute.is_personal;
    this.options = attribute.options.map((one) => this.#row(one));
  }

  #row(option: AttributeOption): OptionRow {
    return { id: this.#nextId++, value: option.value, label: both(option.label) };
  }

  get key(): string {
    return this.#isKeyTyped ? this.#key : toKey(this.label.en);
  }

  set key(text: string) {
    this.#key = text;
    this.#isKeyTyped = text !== '';
  }

  addOption(): void {
    this.options.push(this.#row({ value: '', label: {} }));
  }

  removeOption(id: number): void {
    this.options = this.options.filter((one) => one.id !== id);
  }

  get canSave(): boolean {
    const isNamed = this.label.en.trim() !== '' || this.label['zh-CN'].trim() !== '';
    const values = this.options.map((one) => one.value.trim());
    const isChoosable =
      this.kind !== 'select' ||
      (values.length > 0 && !values.includes('') && new Set(values).size === values.length);
    return isNamed && /^[a-z][a-z0-9_]*$/.test(this.key) && isChoosable;
  }

  save(onDone: () => void): Promise<void> {
    const label = given(this.label);
    const options =
      this.kind === 'select'
        ? this.options.map((one) => ({ value: one.value.trim(), label: given(one.label) }))
        : [];
    const { attribute } = this;
    // Key, kind and secrecy are decided once: the values that are there depend on them.
    return this.form.run(
      () =>
        attribute
          ? this.#api.updateAttribute(attribute.id, { label, options })
          : this.#api.createAttribute({
              key: this.key,
              label,
              kind: this.kind,
              options,
              is_personal: this.isPersonal,
              position: this.#position,
            }),
      onDone,
    );
  }
}

const both = (text: Partial<Record<Locale, string>>): Record<Locale, string> => ({
  'zh-CN': text['zh-CN'] ?? '',
  en: text.en ?? '',
});

/** A name that is given in one language only stands for both. */
function given(text: Record<Locale, string>): Record<Locale, string> {
  const [zh, en] = [text['zh-CN'].trim(), text.en.trim()];
  return { 'zh-CN': zh || en, en: en || zh };
}
