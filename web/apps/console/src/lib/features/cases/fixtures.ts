/** Cases for tests. */
import type { Case, CaseDetail, CaseTask } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';

export function someCase(given: Partial<Case> & { id: string }): Case {
  return {
    number: '10482-8',
    type: { id: 'cy_1', key: 'fault', version: 1, name: { en: 'Fault', 'zh-CN': '故障' } },
    is_complaint: false,
    title: 'The kettle leaks',
    contact: { id: 'ct_1', name: 'Lin' },
    source: { kind: 'manual' },
    status: { category: 'open', since: '2026-03-02T08:00:00Z', by: null, grounds: null },
    label: 'open',
    priority: 'normal',
    owner_id: 'ag_1',
    owner_since: '2026-03-02T08:00:00Z',
    handover: null,
    team_id: null,
    watcher_ids: [],
    merged_into: null,
    parent_id: null,
    child_count: 0,
    step: null,
    next_due_at: null,
    next_due: null,
    is_overdue: false,
    open_task_count: 0,
    reopen_count: 0,
    severity: null,
    created_at: '2026-03-02T08:00:00Z',
    updated_at: '2026-03-02T08:00:00Z',
    version: 1,
    ...given,
  };
}

export function someDetail(given: Partial<CaseDetail> & { id: string }): CaseDetail {
  return {
    ...someCase(given),
    answers: {},
    form: [],
    closing_policy: { attempts_min: 2, days_min: 2, means_min: 1, answer_wait_s: 86_400 },
    reopen_until: null,
    may: { work: true, assign: false, accept: false, decide_step: false, take_step: true },
    past_handovers: [],
    family: [given.id],
    contacts: [],
    ...given,
  };
}

export function someTask(given: Partial<CaseTask> & { id: string }): CaseTask {
  const { id, number, title, priority, type, owner_id } = someCase({ id: 'cs_1' });
  return {
    case: {
      id,
      number,
      title,
      priority,
      type_key: type.key,
      type_name: type.name,
      owner_id,
    },
    team_id: 'tm_1',
    taken_by: null,
    asked_by: 'ag_1',
    request: 'Look at the lid',
    standard: 'What is broken',
    limit: { within_s: 14_400, basis: 'business' },
    asked_at: '2026-03-02T08:00:00Z',
    due_at: '2026-03-02T12:00:00Z',
    status: 'open',
    is_overdue: false,
    round: 1,
    hop_count: 0,
    answer: null,
    entries: [],
    may: { work: false, own: true },
    version: 1,
    ...given,
  };
}

export function caseEvent(type: string, row: Case | null, what = ''): EventFrame {
  return {
    t: 'event',
    seq: 1,
    type,
    at: '2026-03-02T09:00:00Z',
    actor: { kind: 'agent', id: 'ag_2' },
    data: { case: row, case_id: row?.id ?? 'cs_1', task_id: null, notify: [], what },
  };
}
