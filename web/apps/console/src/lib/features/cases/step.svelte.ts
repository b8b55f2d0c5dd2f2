/** What is being filled in at the present step; it is kept until the step is over. */
import type {
  Answers,
  CaseDetail,
  CaseSteps,
  ProcedureStep,
  StepCompletion,
  StepOutcome,
} from '@zhiyin/api';
import type { PlainKey } from '@zhiyin/i18n';
import { FormModel } from '$lib/shared/form.svelte.ts';
import type { CaseModel } from './case.svelte.ts';
import { fieldErrors, findings, keptAnswers, openOutcomes } from './forms.ts';

export interface Storage {
  getItem: (key: string) => string | null;
  setItem: (key: string, value: string) => void;
  removeItem: (key: string) => void;
}

interface Draft {
  answers: Answers;
  checked: string[];
  note: string;
  outcome: string;
}

/** The step a visit is about, in the version of the procedure that holds for the case. */
export const stepOf = (steps: CaseSteps, key: string): ProcedureStep | undefined =>
  steps.procedure.steps.find((step) => step.key === key);

export class StepDraft {
  readonly visit: number;
  readonly step: ProcedureStep;
  readonly form = new FormModel();
  answers: Answers = $state.raw({});
  checked: ReadonlySet<string> = $state.raw(new Set());
  note = $state('');
  outcome = $state('');
  isTried = $state(false);
  #key: string;
  #storage: Storage;

  constructor(caseId: string, visit: number, step: ProcedureStep, storage: Storage) {
    this.visit = visit;
    this.step = step;
    this.#key = `zhiyin.step.${caseId}.${visit}`;
    this.#storage = storage;
    const kept = read(storage.getItem(this.#key));
    if (!kept) return;
    this.answers = kept.answers;
    this.checked = new Set(kept.checked);
    this.note = kept.note;
    this.outcome = kept.outcome;
  }

  /** What was begun is there again after a look elsewhere. */
  keep(): void {
    const draft: Draft = {
      answers: this.answers,
      checked: [...this.checked],
      note: this.note,
      outcome: this.outcome,
    };
    this.#storage.setItem(this.#key, JSON.stringify(draft));
  }

  toggle(key: string): void {
    const next = new Set(this.checked);
    if (!next.delete(key)) next.add(key);
    this.checked = next;
  }

  outcomes(caseAnswers: Answers): StepOutcome[] {
    return openOutcomes(
      this.step.outcomes,
      caseAnswers,
      keptAnswers(this.step.form ?? [], this.answers),
    );
  }

  errors: ReadonlyMap<string, PlainKey> = $derived.by(() => {
    const found = new Map<string, PlainKey>();
    if (this.isTried)
      for (const [key, text] of findings(this.step.form ?? [], this.answers)) found.set(key, text);
    for (const [key] of fieldErrors(this.form.error?.fields ?? []))
      if (!found.has(key)) found.set(key, 'field.wrong');
    return found;
  });

  unchecked: string[] = $derived.by(() =>
    (this.step.checklist ?? [])
      .filter((item) => item.is_required && !this.checked.has(item.key))
      .map((item) => item.key),
  );

  isComplete(caseAnswers: Answers): boolean {
    return (
      this.unchecked.length === 0 &&
      findings(this.step.form ?? [], this.answers).size === 0 &&
      this.outcomes(caseAnswers).some((one) => one.key === this.outcome)
    );
  }

  get body(): StepCompletion {
    const known = new Set((this.step.checklist ?? []).map((item) => item.key));
    return {
      visit: this.visit,
      outcome: this.outcome,
      answers: keptAnswers(this.step.form ?? [], this.answers),
      checked: [...this.checked].filter((key) => known.has(key)),
      note: this.note.trim(),
    };
  }

  /** Ends the step, if everything is there; else what is missing is shown. */
  async complete(model: CaseModel, row: CaseDetail): Promise<boolean> {
    this.isTried = true;
    if (!this.isComplete(row.answers)) return false;
    await this.form.run(() =>
      model.changePart(
        model.steps,
        () => model.deps.api.completeCaseStep(row.id, this.body),
        'closing',
        'tasks',
      ),
    );
    const isDone = this.form.state === 'done';
    if (isDone) this.#storage.removeItem(this.#key);
    return isDone;
  }
}

function read(text: string | null): Draft | null {
  if (!text) return null;
  try {
    const value = JSON.parse(text) as Partial<Draft>;
    return {
      answers: value.answers ?? {},
      checked: value.checked ?? [],
      note: value.note ?? '',
      outcome: value.outcome ?? '',
    };
  } catch {
    return null;
  }
}
