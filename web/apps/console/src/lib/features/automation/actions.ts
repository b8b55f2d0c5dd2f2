/** Steps of rules and macros: which there are, how one begins, and what is missing. Pure. */
import type { ActionKind, AutomationAction } from '@zhiyin/api';

export const ACTIONS_MAX = 10;
export const MINUTES_MAX = 129_600;

/** In the order people look for them, in groups. */
export const ACTION_GROUPS = {
  sort: ['add_tags', 'remove_tags', 'set_priority'],
  route: ['assign', 'queue', 'snooze', 'resolve', 'reopen'],
  say: ['send', 'send_phrase', 'ask_rating', 'note'],
  more: ['create_case', 'call_webhook'],
} as const satisfies Record<string, readonly ActionKind[]>;
export type ActionGroup = keyof typeof ACTION_GROUPS;

/** Customers notice these. */
export const SPEAKS = new Set<ActionKind>(['send', 'send_phrase', 'ask_rating']);

export interface Step {
  key: number;
  action: AutomationAction;
}

export function startAction(kind: ActionKind): AutomationAction {
  switch (kind) {
    case 'assign':
      return { do: kind };
    case 'queue':
      return { do: kind, queue_id: '' };
    case 'add_tags':
    case 'remove_tags':
      return { do: kind, tag_ids: [] };
    case 'set_priority':
      return { do: kind, priority: 'high' };
    case 'snooze':
      return { do: kind, minutes: 24 * 60 };
    case 'resolve':
    case 'reopen':
    case 'ask_rating':
      return { do: kind };
    case 'note':
    case 'send':
      return { do: kind, text: '' };
    case 'send_phrase':
      return { do: kind, phrase_id: '' };
    case 'call_webhook':
      return { do: kind, webhook_id: '' };
    case 'create_case':
      return { do: kind, case_type_id: '', title: '' };
  }
}

/** The part of a step that is still empty, as the server names it. */
export function missingOf(action: AutomationAction): string | null {
  switch (action.do) {
    case 'queue':
      return action.queue_id === '' ? 'queue_id' : null;
    case 'add_tags':
    case 'remove_tags':
      return action.tag_ids.length === 0 ? 'tag_ids' : null;
    case 'snooze':
      return action.minutes >= 1 && action.minutes <= MINUTES_MAX ? null : 'minutes';
    case 'note':
    case 'send':
      return action.text.trim() === '' ? 'text' : null;
    case 'send_phrase':
      return action.phrase_id === '' ? 'phrase_id' : null;
    case 'call_webhook':
      return action.webhook_id === '' ? 'webhook_id' : null;
    case 'create_case':
      if (action.case_type_id === '') return 'case_type_id';
      return action.title.trim() === '' ? 'title' : null;
    case 'assign':
    case 'set_priority':
    case 'resolve':
    case 'reopen':
    case 'ask_rating':
      return null;
  }
}
