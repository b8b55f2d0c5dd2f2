/** A saved view while it is made or changed. */
import type {
  Api,
  Condition,
  ConditionValue,
  Filter,
  Operator,
  View,
  ViewBody,
  SortOrder,
} from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import type { Start } from './start.ts';
import { CONDITIONS_MAX, editorOf, isComplete, startValue, type Field } from './filter.ts';

export interface Row extends Condition {
  key: number;
}

export class ViewEditorModel {
  readonly form = new FormModel();
  /** The view that is changed; null for a new one. */
  readonly view: View | null;
  name = $state('');
  match: Filter['match'] = $state('all');
  sort: SortOrder = $state('recent');
  isShared = $state(false);
  rows: Row[] = $state([]);
  #fields: () => readonly Field[];
  #api: Pick<Api, 'createView' | 'updateView'>;
  #key = 0;

  constructor(
    api: Pick<Api, 'createView' | 'updateView'>,
    fields: () => readonly Field[],
    view: View | null,
    start: Start,
  ) {
    this.#api = api;
    this.#fields = fields;
    this.view = view;
    this.name = start.name;
    this.match = start.filter.match;
    this.sort = start.sort;
    this.isShared = start.isShared;
    this.rows = start.filter.conditions.map((condition) => ({ ...condition, key: this.#key++ }));
    if (this.rows.length === 0) this.add();
  }

  field = (id: string): Field | undefined => this.#fields().find((one) => one.id === id);

  get canAdd(): boolean {
    return this.rows.length < CONDITIONS_MAX;
  }

  /** A further condition, of a field that is not asked for yet. */
  add(): void {
    if (!this.canAdd) return;
    const used = new Set(this.rows.map((row) => row.field));
    const fields = this.#fields();
    const field = fields.find((one) => !used.has(one.id)) ?? fields[0];
    if (field) this.rows.push({ key: this.#key++, field: field.id, ...startOf(field) });
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  setField(row: Row, id: string): void {
    const field = this.field(id);
    if (field) Object.assign(row, { field: id, ...startOf(field) });
  }

  /** Keeps the value where the new comparison takes the same kind of value. */
  setOperator(row: Row, operator: Operator): void {
    const field = this.field(row.field);
    if (!field) return;
    const [before, after] = [editorOf(field, row.operator), editorOf(field, operator)];
    row.operator = operator;
    if (before !== after) row.value = startValue(after);
  }

  setValue(row: Row, value: ConditionValue): void {
    row.value = value;
  }

  /** Conditions that say something. */
  get filter(): Filter {
    const conditions = this.rows
      .filter((row) => isComplete(this.field(row.field), row))
      .map(({ field, operator, value }) => ({
        field,
        operator,
        ...(value === null || value === undefined ? {} : { value: $state.snapshot(value) }),
      }));
    return { match: this.match, conditions };
  }

  get canSave(): boolean {
    return (
      this.name.trim() !== '' &&
      this.rows.length > 0 &&
      this.filter.conditions.length === this.rows.length
    );
  }

  save(onDone: (view: View) => void): Promise<void> {
    const body: ViewBody = {
      name: this.name.trim(),
      is_shared: this.isShared,
      filter: this.filter,
      sort: this.sort,
    };
    const { view } = this;
    return this.form.run(
      () => (view ? this.#api.updateView(view.id, body) : this.#api.createView(body)),
      onDone,
    );
  }
}

function startOf(field: Field): Pick<Condition, 'operator' | 'value'> {
  const operator = field.operators[0] ?? 'is';
  return { operator, value: startValue(editorOf(field, operator)) };
}
