/** What a new view begins with. Apart from the editor, which is loaded when it is opened. */
import type { Condition, Filter, View, SortOrder } from '@zhiyin/api';
import type { ViewSpec } from '@zhiyin/realtime';

/** The conditions of the list that is shown, as the beginning of a view of its own. */
export function filterOf(spec: ViewSpec): Filter {
  const conditions: Condition[] = [];
  const is = (field: string, ...value: string[]) =>
    conditions.push({ field, operator: 'is', value });
  if (spec.view === 'mine') is('assignee', 'me');
  if (spec.view === 'unassigned') is('assignee', 'nobody');
  if (spec.team) is('team', spec.team);
  if (spec.inbox) is('inbox', spec.inbox);
  if (spec.tag) conditions.push({ field: 'tag', operator: 'has_any', value: [spec.tag] });
  if (spec.status !== 'all') is('status', spec.status);
  return { match: 'all', conditions };
}

export interface Start {
  name: string;
  filter: Filter;
  sort: SortOrder;
  isShared: boolean;
}

export const emptyStart = (): Start => ({
  name: '',
  filter: { match: 'all', conditions: [] },
  sort: 'recent',
  isShared: false,
});

/** A view to change, or a new one of the list that is shown. */
export function startOf(view: View | undefined, spec: ViewSpec): Start {
  if (!view) return { ...emptyStart(), filter: filterOf(spec), sort: spec.sort };
  const { name, filter, sort, is_shared: isShared } = view;
  return { name, filter, sort, isShared };
}
