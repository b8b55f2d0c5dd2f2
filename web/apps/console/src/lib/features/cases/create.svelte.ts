/** A case that is being opened: what it is, what it is about, and the passages that say so. */
import type {
  Answers,
  Assessed,
  CaseBody,
  CaseDetail,
  CaseHandlingApi,
  CaseId,
  CasesApi,
  CaseType,
  CaseTypeId,
  ComplaintFacts,
  Contact,
  Conversation,
  MessageId,
  Priority,
} from '@zhiyin/api';
import type { PlainKey } from '@zhiyin/i18n';
import { FormModel } from '$lib/shared/form.svelte.ts';
import { fieldErrors, findings, keptAnswers } from './forms.ts';

export const NO_FACTS: ComplaintFacts = {
  harm: 'none',
  safety: 'none',
  legal: 'none',
  media: 'none',
  is_vulnerable: false,
  repeat_count: 0,
  value: 'usual',
};
const ASSESS_AFTER_MS = 250;

export interface CreateDeps {
  api: Pick<CasesApi, 'createCase'>;
  handling: Pick<CaseHandlingApi, 'assessSeverity'>;
  /** Where it comes from; null for what is written down by hand. */
  conversation: Pick<Conversation, 'id' | 'contact'> | null;
  parent?: CaseId | null;
}

export class CreateCaseModel {
  readonly form = new FormModel();
  type: CaseType | null = $state.raw(null);
  title = $state('');
  answers: Answers = $state.raw({});
  priority: Priority | '' = $state('');
  messages: ReadonlySet<MessageId> = $state.raw(new Set());
  contact: Pick<Contact, 'id' | 'name'> | null = $state.raw(null);
  facts: ComplaintFacts = $state.raw(NO_FACTS);
  /** How severe that is; null until the server said so. */
  assessed: Assessed | null = $state.raw(null);
  /** Somebody tried to save: what is missing is shown. */
  isTried = $state(false);
  readonly deps: CreateDeps;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round = 0;

  constructor(deps: CreateDeps) {
    this.deps = deps;
  }

  get isComplaint(): boolean {
    return this.type?.terms?.is_complaint === true;
  }

  /** What is wrong with the answers, and what the server found. */
  errors: ReadonlyMap<string, PlainKey> = $derived.by(() => {
    const found = new Map<string, PlainKey>();
    const fields = this.type?.terms?.form ?? [];
    if (this.isTried)
      for (const [key, text] of findings(fields, this.answers)) found.set(key, text);
    for (const [key] of fieldErrors(this.form.error?.fields ?? []))
      if (!found.has(key)) found.set(key, 'field.wrong');
    return found;
  });

  get titleError(): PlainKey | null {
    if (this.isTried && this.title.trim() === '') return 'field.required';
    return this.form.error?.fields.some((one) => one.path === '/title') ? 'field.wrong' : null;
  }

  choose(type: CaseType | undefined): void {
    this.type = type ?? null;
    this.isTried = false;
    this.form.state = 'idle';
    if (this.isComplaint) this.setFacts(this.facts);
  }

  toggle(id: MessageId): void {
    const next = new Set(this.messages);
    if (!next.delete(id)) next.add(id);
    this.messages = next;
  }

  /** The severity is asked for while the facts are ticked. */
  setFacts(facts: ComplaintFacts): void {
    this.facts = facts;
    clearTimeout(this.#timer);
    const round = ++this.#round;
    this.#timer = setTimeout(() => {
      void this.deps.handling.assessSeverity(facts).then((result) => {
        if (result.ok && round === this.#round) this.assessed = result.value;
      });
    }, ASSESS_AFTER_MS);
  }

  body(type: CaseTypeId): CaseBody {
    const { conversation, parent } = this.deps;
    return {
      type_id: type,
      title: this.title.trim(),
      answers: keptAnswers(this.type?.terms?.form ?? [], this.answers),
      ...(this.priority === '' ? {} : { priority: this.priority }),
      ...(conversation
        ? { conversation_id: conversation.id, message_ids: [...this.messages] }
        : { contact_id: this.contact?.id ?? null }),
      ...(parent ? { parent_id: parent } : {}),
      ...(this.isComplaint ? { facts: this.facts } : {}),
    };
  }

  /** Saves what is complete; what is not is shown instead. */
  async save(ondone: (made: CaseDetail) => void): Promise<void> {
    this.isTried = true;
    const { type } = this;
    if (!type || this.title.trim() === '') return;
    // Errors of the last try do not stand in the way of the next.
    if (findings(type.terms?.form ?? [], this.answers).size > 0) return;
    await this.form.run(() => this.deps.api.createCase(this.body(type.id)), ondone);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
