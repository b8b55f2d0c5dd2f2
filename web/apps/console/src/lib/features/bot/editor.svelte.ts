/**
 * A flow while it is edited: its draft, what can be undone, and what is wrong with it. What
 * customers meet is the published revision; it changes only by publishing.
 */
import type { ApiError } from '@zhiyin/api';
import { begin, record, redo, undo, type History } from '$lib/features/case-types/history.ts';
import { FormModel } from '$lib/shared/form.svelte.ts';
import type { BotApi } from './api.ts';
import * as edits from './document.ts';
import type { Flow, FlowDocument, FlowProblem, FlowStep, StepKind } from './types.ts';

type Calls = Pick<BotApi, 'updateFlow' | 'publishFlow' | 'withdrawFlow'>;

export interface Draft {
  name: string;
  document: FlowDocument;
}

export class FlowEditor {
  readonly form = new FormModel();
  flow: Flow = $state.raw() as Flow;
  history: History<Draft> = $state.raw(begin({ name: '', document: edits.startDocument() }));
  draft: Draft = $derived(this.history.present);
  document: FlowDocument = $derived(this.draft.document);
  /** What the server found when it last looked, at what was then the draft. */
  problems: FlowProblem[] = $state.raw([]);
  selectedId: string | null = $state(null);
  selected: FlowStep | null = $derived(
    this.document.steps.find((step) => step.id === this.selectedId) ?? null,
  );
  #saved: Draft = $state.raw({ name: '', document: edits.startDocument() });
  #api: Calls;

  hasChanges: boolean = $derived(
    this.draft !== this.#saved && JSON.stringify(this.draft) !== JSON.stringify(this.#saved),
  );
  canPublish: boolean = $derived(
    this.problems.length === 0 &&
      (this.hasChanges || this.flow.has_changes || this.flow.published_revision === null),
  );

  constructor(flow: Flow, api: Calls) {
    this.#api = api;
    this.adopt(flow);
  }

  /** Begins anew with what the server has. */
  adopt(flow: Flow): void {
    this.flow = flow;
    this.problems = flow.problems;
    this.#saved = { name: flow.name, document: edits.fullDocument(flow.document) };
    this.history = begin(this.#saved);
    this.selectedId = this.document.start || (this.document.steps[0]?.id ?? null);
  }

  /** Changes with the same tag, one after the other, are undone together. */
  edit(document: FlowDocument, tag: string | null = null): void {
    this.history = record(this.history, { ...this.draft, document }, tag);
  }

  rename(name: string): void {
    this.history = record(this.history, { ...this.draft, name }, 'name');
  }

  put(step: FlowStep, tag: string | null = null): void {
    this.edit(edits.putStep(this.document, step), tag && `${step.id}.${tag}`);
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

  select(id: string | null): void {
    this.selectedId = id;
  }

  addStep(kind: StepKind, place: { step: string; way: string } | null): string | null {
    return this.#take(edits.addStep(this.document, kind, place));
  }

  copyStep(id: string): string | null {
    return this.#take(edits.copyStep(this.document, id));
  }

  #take(added: { document: FlowDocument; id: string } | null): string | null {
    if (!added) return null;
    this.edit(added.document);
    this.selectedId = added.id;
    return added.id;
  }

  removeStep(id: string): void {
    const step = edits.stepAt(this.document, id);
    const next = step && edits.waysOf(step).find((way) => way.to !== '' && way.to !== id)?.to;
    this.edit(edits.removeStep(this.document, id));
    if (this.selectedId === id) this.selectedId = next ?? (this.document.start || null);
  }

  /** False if another step has it. */
  renameStep(id: string, to: string): boolean {
    if (!edits.isId(to) || edits.stepAt(this.document, to)) return false;
    this.edit(edits.renameStep(this.document, id, to));
    if (this.selectedId === id) this.selectedId = to;
    return true;
  }

  /** Replaces everything, as by a file; can be undone. */
  replace(document: FlowDocument): void {
    this.edit(document);
    this.selectedId = document.start || (document.steps[0]?.id ?? null);
  }

  problemsOf(id: string): FlowProblem[] {
    return this.problems.filter((one) => edits.placeOf(this.document, one).step === id);
  }

  // The server

  #write() {
    const { name, document } = this.draft;
    const { id, version } = this.flow;
    return this.#api.updateFlow(id, {
      name: name.trim(),
      document: edits.tidy(document),
      version,
    });
  }

  #settle(saved: Flow, draft: Draft): void {
    this.flow = saved;
    this.problems = saved.problems;
    this.#saved = draft;
  }

  save(onDone?: () => void): Promise<void> {
    const { draft } = this;
    return this.form.run(
      () => this.#write(),
      (saved) => {
        this.#settle(saved, draft);
        onDone?.();
      },
    );
  }

  /** Saves what is not saved, then lets customers meet it. */
  publish(onDone: (flow: Flow) => void): Promise<void> {
    const { draft } = this;
    return this.form.run(
      async () => {
        if (this.hasChanges) {
          const saved = await this.#write();
          if (!saved.ok) return saved;
          this.#settle(saved.value, draft);
        }
        return this.#api.publishFlow(this.flow.id, this.flow.version);
      },
      (published) => {
        this.flow = published;
        this.problems = published.problems;
        onDone(published);
      },
    );
  }

  withdraw(onDone: () => void): Promise<void> {
    return this.form.run(
      () => this.#api.withdrawFlow(this.flow.id, this.flow.version),
      (flow) => {
        this.flow = flow;
        onDone();
      },
    );
  }

  /** What a refusal says about the document, as problems at their places. */
  refused(error: ApiError): FlowProblem[] {
    return error.fields.map(({ path, code }) => ({
      path: path.replace(/^\/document/, ''),
      code,
      detail: '',
    }));
  }
}
