/** Which cases a list shows, as it stands in the address bar: `/cases?view=mine&status=all`. Pure. */
import { STATUS_CATEGORIES, type AgentId, type CaseQuery, type CaseSort } from '@zhiyin/api';
import type { Case, CaseTypeId, Priority, StatusCategory, TeamId } from '@zhiyin/api';

export const CASE_VIEWS = [
  'mine',
  'asked',
  'watching',
  'team',
  'overdue',
  'complaints',
  'all',
] as const;
export type CaseView = (typeof CASE_VIEWS)[number];
export type CaseShelf = 'unsolved' | 'all' | StatusCategory;
export const CASE_SHELVES: readonly CaseShelf[] = ['unsolved', ...STATUS_CATEGORIES, 'all'];
export const CASE_SORTS: readonly CaseSort[] = ['due', 'updated', 'created'];
const PRIORITIES: readonly Priority[] = ['urgent', 'high', 'normal', 'low'];

export interface CaseSpec {
  view: CaseView;
  status: CaseShelf;
  sort: CaseSort;
  type: CaseTypeId | null;
  priority: Priority | null;
  /** Set by the filter; views have their own. */
  owner: AgentId | null;
  team: TeamId | null;
  words: string;
}

const oneOf = <Value extends string>(
  values: readonly Value[],
  value: string | null,
  otherwise: Value,
): Value => (values.includes(value as Value) ? (value as Value) : otherwise);

export function specFrom(query: URLSearchParams): CaseSpec {
  const priority = query.get('priority');
  return {
    view: oneOf(CASE_VIEWS, query.get('view'), 'mine'),
    status: oneOf(CASE_SHELVES, query.get('status'), 'unsolved'),
    sort: oneOf(CASE_SORTS, query.get('sort'), 'due'),
    type: query.get('type'),
    priority: PRIORITIES.includes(priority as Priority) ? (priority as Priority) : null,
    owner: query.get('owner'),
    team: query.get('team'),
    words: query.get('q') ?? '',
  };
}

/** The address of a list; what is as usual is left out. */
export function pathOf(spec: CaseSpec): string {
  const query = new URLSearchParams();
  const set = (key: string, value: string | null, usual: string | null) => {
    if (value && value !== usual) query.set(key, value);
  };
  set('view', spec.view, 'mine');
  set('status', spec.status, 'unsolved');
  set('sort', spec.sort, 'due');
  set('type', spec.type, null);
  set('priority', spec.priority, null);
  set('owner', spec.owner, null);
  set('team', spec.team, null);
  set('q', spec.words.trim(), '');
  return `/cases${query.size > 0 ? `?${query}` : ''}`;
}

/** What the server is asked. Teams are asked one by one: `team` is the one that is chosen, else the first of one's own. */
export function queryOf(spec: CaseSpec, mine: { teams: readonly TeamId[] }): CaseQuery {
  const query: CaseQuery = { status: spec.status, sort: spec.sort };
  switch (spec.view) {
    case 'mine':
      query.owner = 'me';
      break;
    case 'asked':
      query.asked = true;
      break;
    case 'watching':
      query.watching = true;
      break;
    case 'overdue':
      query.overdue = true;
      break;
    case 'complaints':
      query.is_complaint = true;
      break;
    case 'team': {
      const [first] = mine.teams;
      if (!spec.team && first) query.team_id = first;
      break;
    }
    case 'all':
      break;
  }
  if (spec.owner && spec.view !== 'mine') query.owner = spec.owner;
  if (spec.team) query.team_id = spec.team;
  if (spec.type) query.type_id = spec.type;
  if (spec.priority) query.priority = spec.priority;
  const words = spec.words.trim();
  if (words !== '') query.q = words;
  return query;
}

/** How many filters narrow the list, besides view and status. */
export function filterCount(spec: CaseSpec): number {
  return [spec.type, spec.priority, spec.owner, spec.view === 'team' ? null : spec.team].filter(
    (one) => one !== null,
  ).length;
}

const UNSOLVED: readonly StatusCategory[] = [
  'new',
  'open',
  'waiting_for_customer',
  'waiting_for_back_office',
];
export const isUnsolved = (row: Pick<Case, 'status'>): boolean =>
  UNSOLVED.includes(row.status.category);

/**
 * Whether a row still belongs where it stands, as far as can be told without asking. The
 * server is asked soon after; until then nobody should look at what is plainly elsewhere.
 */
export function stillFits(row: Case, spec: CaseSpec, me: AgentId): boolean {
  if (spec.status === 'unsolved' && !isUnsolved(row)) return false;
  if (spec.status !== 'unsolved' && spec.status !== 'all' && row.status.category !== spec.status)
    return false;
  if (spec.view === 'mine' && row.owner_id !== me) return false;
  if (spec.view === 'asked' && row.handover?.to_id !== me) return false;
  if (spec.view === 'watching' && !row.watcher_ids.includes(me)) return false;
  if (row.merged_into !== null) return false;
  return !(spec.priority && row.priority !== spec.priority);
}
