/** Case types and the names of statuses: fetched when first needed, and again when they change. */
import type {
  ApiError,
  CasesApi,
  CaseStatus,
  CaseType,
  CaseTypeId,
  StatusCategory,
  StatusLabel,
} from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export type BookState = 'idle' | 'loading' | 'ready' | { failed: ApiError };

const REFRESH_AFTER_MS = 300;

export class CaseBook {
  state: BookState = $state.raw('idle');
  /** Types new cases can be of, in their order. */
  types: CaseType[] = $state.raw([]);
  labels: StatusLabel[] = $state.raw([]);
  #typesById = $derived(new Map(this.types.map((type) => [type.id, type])));
  #labelsByKey = $derived(new Map(this.labels.map((label) => [label.key, label])));
  #api: Pick<CasesApi, 'listEnabledCaseTypes' | 'getStatusLabels'>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<CasesApi, 'listEnabledCaseTypes' | 'getStatusLabels'>) {
    this.#api = api;
  }

  type = (id: CaseTypeId | null | undefined) => (id ? this.#typesById.get(id) : undefined);

  /** The label that is shown; one that was removed leaves the words of the category. */
  label = (key: string | null, status: Pick<CaseStatus, 'category'>): StatusLabel | undefined => {
    const label = key === null ? undefined : this.#labelsByKey.get(key);
    return label?.category === status.category ? label : undefined;
  };

  labelsOf = (category: StatusCategory): StatusLabel[] =>
    this.labels.filter((label) => label.category === category);

  /** Asks once; what is known stays known. */
  ensure(): void {
    if (this.state === 'idle' || typeof this.state === 'object') void this.load();
  }

  async load(): Promise<void> {
    if (this.state !== 'ready') this.state = 'loading';
    const [types, labels] = await Promise.all([
      this.#api.listEnabledCaseTypes(),
      this.#api.getStatusLabels(),
    ]);
    if (types.ok) this.types = types.value.items.toSorted((a, b) => a.position - b.position);
    if (labels.ok) this.labels = labels.value.labels;
    const failed = !types.ok ? types.error : !labels.ok ? labels.error : null;
    this.state = failed ? { failed } : 'ready';
  }

  onEvent(event: EventFrame): void {
    const kind = event.data?.['kind'];
    if (event.type !== 'setting.changed' || this.state === 'idle') return;
    if (kind !== 'case_type' && kind !== 'case_settings') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REFRESH_AFTER_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
