/** Views as they stand in the address bar: `/inbox/mine`, `/inbox/team:tm_…?status=snoozed`, `/inbox/view:vw_…`. */
import type { SortOrder, StatusFilter } from '@zhiyin/api';
import type { ViewSpec } from '@zhiyin/realtime';

const statuses: StatusFilter[] = ['open', 'snoozed', 'resolved', 'all'];
const orders: SortOrder[] = ['recent', 'waiting', 'deadline'];

export function viewFromPath(
  view: string,
  query: URLSearchParams,
  /** The order a saved view was saved with. */
  saved: SortOrder = 'recent',
): ViewSpec {
  const wanted = query.get('status') as StatusFilter | null;
  const status = wanted && statuses.includes(wanted) ? wanted : 'open';
  const order = query.get('sort') as SortOrder | null;
  const sort = order && orders.includes(order) ? order : 'recent';
  const base = { status, sort };
  const [kind, id] = view.split(':');
  // A saved view has a status of its own; the one of the address narrows it if it is given.
  if (kind === 'view' && id) {
    return {
      sort: order === null ? saved : sort,
      status: wanted ? status : 'all',
      view: 'all',
      saved: id,
    };
  }
  if (kind === 'team' && id) return { ...base, view: 'team', team: id };
  if (kind === 'inbox' && id) return { ...base, view: 'all', inbox: id };
  if (kind === 'tag' && id) return { ...base, view: 'all', tag: id };
  if (kind === 'mine' || kind === 'unassigned' || kind === 'mentions' || kind === 'followed')
    return { ...base, view: kind };
  return { ...base, view: 'all' };
}

/** The address of a view, and of a conversation in it. */
export function pathOf(view: string, query: URLSearchParams, conversation?: string): string {
  const kept = new URLSearchParams();
  for (const key of ['status', 'sort']) {
    const value = query.get(key);
    if (value) kept.set(key, value);
  }
  const tail = kept.size > 0 ? `?${kept}` : '';
  return `/inbox/${view}${conversation ? `/${conversation}` : ''}${tail}`;
}
