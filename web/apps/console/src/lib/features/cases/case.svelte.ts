/** One case with everything that hangs on it; each part is fetched by itself and again when frames tell of it. */
import type {
  ApiError,
  CaseClosing,
  CaseConversation,
  CaseDetail,
  CaseHandlingApi,
  CaseHistoryEntry,
  CaseId,
  CaseLink,
  CaseRecovery,
  CasesApi,
  CaseSteps,
  CaseTask,
  Complaint,
  CustomerPromise,
  EvidenceChain,
  FollowUp,
  Result,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { Resource } from '$lib/shared/resource.svelte.ts';
import { caseOf } from './list.svelte.ts';

export type PartState = 'loading' | 'ready' | { failed: ApiError };

/** A value that is fetched as a whole. What was there stays while it is fetched again. */
export class Part<Value> {
  state: PartState = $state.raw('loading');
  value: Value | null = $state.raw(null);
  #fetch: () => Promise<Result<Value>>;
  #round = 0;

  constructor(fetch: () => Promise<Result<Value>>) {
    this.#fetch = fetch;
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    const result = await this.#fetch();
    // A later answer, or one to a command, is newer.
    if (round !== this.#round) return;
    if (result.ok) this.value = result.value;
    this.state = result.ok ? 'ready' : { failed: result.error };
  }

  take(value: Value): void {
    this.#round += 1;
    this.value = value;
    this.state = 'ready';
  }
}

export type PartName =
  | 'steps'
  | 'tasks'
  | 'complaint'
  | 'recovery'
  | 'evidence'
  | 'followUps'
  | 'links'
  | 'conversations'
  | 'promises'
  | 'closing';

/** Which parts an event makes stale, besides the case itself and its history. */
const touched: Record<string, readonly PartName[]> = {
  'case.changed': ['conversations'],
  'case.status_changed': ['steps', 'tasks', 'complaint', 'followUps', 'closing'],
  'case.step_changed': ['steps', 'closing'],
  'case.task_changed': ['tasks', 'closing'],
  'case.links_changed': ['links'],
  'case.merged': ['links', 'tasks', 'conversations', 'evidence', 'recovery', 'followUps'],
  'case.unmerged': ['links', 'tasks', 'conversations', 'evidence', 'recovery', 'followUps'],
  'case.conversations_changed': ['conversations', 'promises'],
  'case.answered': ['links', 'conversations'],
  'case.complaint_changed': ['complaint', 'closing', 'followUps'],
  'case.recovery_changed': ['recovery', 'closing'],
  'case.evidence_added': ['evidence'],
  'case.follow_up_changed': ['followUps', 'closing', 'complaint'],
  'case.contact_documented': ['closing'],
  'case.overdue': ['tasks', 'followUps'],
};

const AFTER_MS = 400;

export interface CaseDeps {
  api: CasesApi;
  handling: CaseHandlingApi;
  fail: (error: ApiError) => void;
}

export class CaseModel {
  /** The id or the number it was opened by. */
  readonly key: string;
  readonly detail: Part<CaseDetail>;
  readonly steps: Part<CaseSteps>;
  readonly tasks: Part<CaseTask[]>;
  readonly complaint: Part<Complaint>;
  readonly recovery: Part<CaseRecovery>;
  readonly evidence: Part<EvidenceChain>;
  readonly followUps: Part<FollowUp[]>;
  readonly links: Part<CaseLink[]>;
  readonly conversations: Part<CaseConversation[]>;
  readonly promises: Part<CustomerPromise[]>;
  readonly closing: Part<CaseClosing>;
  history: Resource<CaseHistoryEntry> | null = $state.raw(null);
  /** What is being done right now; one thing at a time. */
  busy: string | null = $state(null);
  readonly deps: CaseDeps;
  #stale = new Set<PartName>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(key: string, deps: CaseDeps) {
    this.key = key;
    this.deps = deps;
    const { api, handling } = deps;
    const items = <Item>(call: Promise<Result<{ items: Item[] }>>): Promise<Result<Item[]>> =>
      call.then((result) => (result.ok ? { ok: true, value: result.value.items } : result));
    this.detail = new Part(() => api.getCase(this.id));
    this.steps = new Part(() => api.getCaseSteps(this.id));
    this.tasks = new Part(() => items(api.listCaseTasks(this.id)));
    this.complaint = new Part(() => handling.getComplaint(this.id));
    this.recovery = new Part(() => handling.getRecovery(this.id));
    this.evidence = new Part(() => handling.listEvidence(this.id));
    this.followUps = new Part(() => items(handling.listFollowUps(this.id)));
    this.links = new Part(() => items(api.listCaseLinks(this.id)));
    this.conversations = new Part(() => items(api.listCaseConversations(this.id)));
    this.promises = new Part(() => items(api.listCasePromises(this.id)));
    this.closing = new Part(() => api.getCaseClosing(this.id));
    void this.load();
  }

  get case(): CaseDetail | null {
    return this.detail.value;
  }

  get id(): CaseId {
    return this.detail.value?.id ?? this.key;
  }

  async load(): Promise<void> {
    await this.detail.load();
    const { value } = this.detail;
    if (!value) return;
    this.history ??= new Resource((cursor) => this.deps.api.listCaseHistory(value.id, cursor));
    await Promise.all(this.#parts(value).map((name) => this[name].load()));
  }

  #parts(value: CaseDetail): PartName[] {
    const all: PartName[] = [
      'steps',
      'tasks',
      'recovery',
      'evidence',
      'followUps',
      'links',
      'conversations',
      'promises',
      'closing',
    ];
    return value.is_complaint ? ['complaint', ...all] : all;
  }

  /** Fetches parts again after something was done to them here. */
  refresh(...names: PartName[]): void {
    const { value } = this.detail;
    if (!value) return;
    const known = new Set(this.#parts(value));
    for (const name of names) if (known.has(name)) void this[name].load();
    void this.history?.load();
  }

  /** Does something that answers with the case. Forms show the error themselves. */
  async change(
    call: () => Promise<Result<CaseDetail>>,
    ...names: PartName[]
  ): Promise<Result<CaseDetail>> {
    const result = await call();
    if (result.ok) {
      this.detail.take(result.value);
      this.refresh(...names);
    } else if (result.error.status === 409) void this.load();
    return result;
  }

  /** Does something that answers with one of the parts. */
  async changePart<Value>(
    part: Part<Value>,
    call: () => Promise<Result<Value>>,
    ...names: PartName[]
  ): Promise<Result<Value>> {
    const result = await call();
    if (result.ok) part.take(result.value);
    await this.#settle(result, names);
    return result;
  }

  /** Does something after which parts are fetched again. */
  async act<Value>(
    call: () => Promise<Result<Value>>,
    ...names: PartName[]
  ): Promise<Result<Value>> {
    const result = await call();
    await this.#settle(result, names);
    return result;
  }

  async #settle(result: Result<unknown>, names: PartName[]): Promise<void> {
    if (!result.ok && result.error.status !== 409) return;
    this.refresh(...names);
    await this.detail.load();
  }

  /** For buttons: one at a time, and an error is told at once. */
  async press(name: string, call: () => Promise<Result<unknown>>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = name;
    const result = await call();
    this.busy = null;
    if (!result.ok) this.deps.fail(result.error);
    return result.ok;
  }

  onEvent(event: EventFrame): void {
    const { value } = this.detail;
    if (!value) return;
    if (event.type.startsWith('promise.')) {
      const row = event.data?.['promise'] as { conversation_id?: string } | undefined;
      const linked = this.conversations.value ?? [];
      if (linked.some((one) => one.conversation_id === row?.conversation_id))
        void this.promises.load();
      return;
    }
    if (!event.type.startsWith('case.')) return;
    const row = caseOf(event);
    // Of several frames in a row only the last has the case in it; all of them name it.
    const about = event.data?.['case_id'] ?? row?.id;
    const isChild = row !== null && row.parent_id === value.id;
    const isOurs =
      typeof about === 'string' && (about === value.id || value.family.includes(about));
    if (!isOurs && !isChild) return;
    if (isChild) this.#stale.add('links');
    if (isOurs) for (const name of touched[event.type] ?? []) this.#stale.add(name);
    if (row?.id === value.id && row.version >= value.version)
      this.detail.take({ ...value, ...row });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#catchUp(), AFTER_MS);
  }

  #catchUp(): void {
    const names = [...this.#stale];
    this.#stale.clear();
    void this.detail.load();
    this.refresh(...names);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
