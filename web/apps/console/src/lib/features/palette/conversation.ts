/** What the palette offers for the conversation that is open. */
import type { Conversation, Priority } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import type { ConversationModel } from '$lib/features/conversation/model.svelte.ts';
import { snoozeChoices } from '$lib/features/conversation/snooze.ts';
import type { Command } from '$lib/features/shell/shell.svelte.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';

interface Actions {
  resolve: () => void;
  unread: () => void;
  togglePane: () => void;
  promise: () => void;
  openCase: () => void;
  macro: () => void;
}

const priorities: Priority[] = ['low', 'normal', 'high', 'urgent'];

export function conversationCommands(
  desk: Desk,
  model: ConversationModel,
  row: Conversation,
  t: T,
  actions: Actions,
): Command[] {
  const group = t('palette.conversation');
  const { session } = desk.app;
  const me = desk.me.agent.id;
  const commands: Command[] = [];
  const add = (id: string, label: string, run: () => void, keys?: string) =>
    commands.push({ id, label, group, run, ...(keys ? { keys } : {}) });

  if (session.can('conversations.assign')) {
    if (row.assignee_id !== me) {
      add('take', t('conversation.assignToMe'), () => void model.assign(me, row.team_id));
    }
    if (row.assignee_id)
      add('release', t('conversation.unassign'), () => void model.assign(null, null));
  }
  if (session.can('conversations.manage')) {
    if (row.status.kind === 'resolved')
      add('reopen', t('conversation.reopen'), () => void model.reopen());
    else {
      add('resolve', t('conversation.resolve'), actions.resolve, 'E');
      for (const { id, until } of snoozeChoices(new Date())) {
        const label = language.pair(t('conversation.snooze'), t(`conversation.snooze.${id}`));
        add(`snooze-${id}`, label, () => void model.snooze(until));
      }
    }
    for (const priority of priorities.filter((one) => one !== row.priority)) {
      const label = language.pair(
        t('conversation.priority'),
        t(`conversation.priority.${priority}`),
      );
      add(`priority-${priority}`, label, () => void model.setPriority(priority));
    }
  }
  if (session.can('conversations.reply')) add('promise', t('promise.make'), actions.promise, 'C');
  if (session.can('cases.work')) add('case', t('case.new'), actions.openCase, '⇧ C');
  add('macro', t('macro.run'), actions.macro, '⇧ M');
  add('unread', t('conversation.markUnread'), actions.unread, 'U');
  add('details', t('conversation.details'), actions.togglePane, 'I');
  return commands;
}
