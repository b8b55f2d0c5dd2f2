/** A case type while its draft is written: what it says, undo, what is wrong, save and publish. */
import type { Api, CaseTypeFinding, EditedCaseType, Result } from '@zhiyin/api';
import { FormModel } from '$lib/shared/form.svelte.ts';
import * as edits from './edits.ts';
import { findingsOf, isSame, type Finding } from './findings.ts';
import { begin, record, redo, undo, type History } from './history.ts';
import { fullTerms, startTerms, type Step, type Terms } from './terms.ts';

type Calls = Pick<Api['caseSettings'], 'checkType' | 'publishType' | 'restoreType' | 'updateType'>;

export class CaseTypeEditor {
  readonly form = new FormModel();
  type: EditedCaseType = $state.raw() as EditedCaseType;
  history: History<Terms> = $state.raw(begin(startTerms({})));
  terms: Terms = $derived(this.history.present);
  findings: Finding[] = $derived(findingsOf(this.terms));
  /** What the server found when it last looked. */
  serverFindings: CaseTypeFinding[] = $state.raw([]);
  selectedKey: string | null = $state(null);
  selected: Step | null = $derived(
    this.terms.procedure.steps.find((step) => step.key === this.selectedKey) ?? null,
  );
  #saved: Terms = $state.raw(startTerms({}));
  #api: Calls;

  hasChanges: boolean = $derived(
    this.terms !== this.#saved && JSON.stringify(this.terms) !== JSON.stringify(this.#saved),
  );
  /** What the server alone knows of; the rest is found here at once. */
  furtherFindings: CaseTypeFinding[] = $derived(
    this.serverFindings.filter((one) => !this.findings.some((own) => isSame(own, one))),
  );
  canPublish: boolean = $derived(
    (this.hasChanges || this.type.draft !== null) && !this.findings.some((one) => one.isBlocking),
  );

  constructor(type: EditedCaseType, api: Calls) {
    this.#api = api;
    this.adopt(type);
  }

  /** Begins anew with what the server has. */
  adopt(type: EditedCaseType): void {
    this.#take(type);
    const terms = type.draft ?? type.terms;
    this.#saved = terms ? fullTerms(terms) : startTerms({});
    this.history = begin(this.#saved);
    this.selectedKey = this.terms.procedure.first;
  }

  #take(type: EditedCaseType): void {
    this.type = type;
    this.serverFindings = type.findings ?? [];
  }

  /** A change; those with the same tag, one after the other, are undone together. */
  edit(change: edits.Edit, tag: string | null = null): void {
    this.history = record(this.history, change(this.terms), tag);
  }

  undo(): void {
    this.history = undo(this.history);
  }

  redo(): void {
    this.history = redo(this.history);
  }

  get canUndo(): boolean {
    return this.history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  // Steps

  select(key: string | null): void {
    this.selectedKey = key;
  }

  addStep(place: edits.Place): boolean {
    return this.#put(edits.addStep(this.terms, place));
  }

  copyStep(key: string): boolean {
    return this.#put(edits.copyStep(this.terms, key));
  }

  #put(added: { terms: Terms; key: string } | null): boolean {
    if (!added) return false;
    this.history = record(this.history, added.terms);
    this.selectedKey = added.key;
    return true;
  }

  removeStep(key: string): void {
    const next = this.terms.procedure.steps
      .find((step) => step.key === key)
      ?.outcomes.map((outcome) => (outcome.next.kind === 'step' ? outcome.next.step : null))
      .find((to) => to !== null && to !== key);
    this.edit((terms) => edits.removeStep(terms, key));
    if (this.selectedKey === key) this.selectedKey = next ?? this.terms.procedure.first;
  }

  /** False if another step has the key. */
  renameStep(key: string, to: string): boolean {
    const at = this.terms.procedure.steps.findIndex((step) => step.key === key);
    if (at < 0 || this.terms.procedure.steps.some((step, i) => i !== at && step.key === to))
      return false;
    this.history = record(this.history, edits.renameStep(this.terms, at, to));
    if (this.selectedKey === key) this.selectedKey = to;
    return true;
  }

  /** Replaces everything, as by a file; can be undone. */
  replace(terms: Terms): void {
    this.history = record(this.history, terms);
    this.selectedKey = terms.procedure.first;
  }

  // The server

  async check(): Promise<Result<{ findings: CaseTypeFinding[] }>> {
    const result = await this.#api.checkType(this.terms);
    if (result.ok) this.serverFindings = result.value.findings;
    return result;
  }

  /** Keeps the draft; it is not in force. */
  save(onDone?: () => void): Promise<void> {
    const { terms, type } = this;
    return this.form.run(
      () => this.#api.updateType(type.id, { draft: terms, version: type.version }),
      (saved) => {
        this.#take(saved);
        this.#saved = terms;
        onDone?.();
      },
    );
  }

  /** Saves what is not saved, then puts the draft in force as the next version. */
  publish(onDone: (type: EditedCaseType) => void): Promise<void> {
    const { terms } = this;
    return this.form.run(
      async () => {
        if (this.hasChanges || this.type.draft === null) {
          const { id, version } = this.type;
          const saved = await this.#api.updateType(id, { draft: terms, version });
          if (!saved.ok) return saved;
          this.#take(saved.value);
          this.#saved = terms;
        }
        return this.#api.publishType(this.type.id, this.type.version);
      },
      (published) => {
        this.#take(published);
        onDone(published);
      },
    );
  }

  /** Back to what is in force. */
  discard(onDone: () => void): Promise<void> {
    const { id, version } = this.type;
    return this.#begin(() => this.#api.updateType(id, { draft: null, version }), onDone);
  }

  /** Makes what came with the program the draft. */
  restore(onDone: () => void): Promise<void> {
    return this.#begin(() => this.#api.restoreType(this.type.id), onDone);
  }

  #begin(call: () => Promise<Result<EditedCaseType>>, onDone: () => void): Promise<void> {
    return this.form.run(call, (type) => {
      this.adopt(type);
      onDone();
    });
  }
}
