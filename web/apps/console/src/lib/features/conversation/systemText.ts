/** System lines in words. The server sends what happened and with what; the language is ours. */
import type { Message } from '@zhiyin/api';
import type { T, TimeFormat } from '@zhiyin/i18n';

interface Names {
  agent(id: string): string | undefined;
  team(id: string): string | undefined;
}

export function systemText(t: T, message: Message, names: Names, time: TimeFormat): string {
  const params = message.system?.params ?? {};
  const text = (key: string) => (typeof params[key] === 'string' ? (params[key] as string) : '');
  const agentOf = (key: string) => {
    const id = text(key);
    return names.agent(id) ?? (text(`${key.replace(/_id$/, '')}_name`) || t('common.unknownAgent'));
  };
  const actor = actorName(t, message, names);
  const number = Number(params['number'] ?? params['session_number'] ?? 0);
  switch (message.system?.event) {
    case 'conversation.opened':
      return t('event.conversation.opened');
    case 'conversation.assigned': {
      const agent = text('agent_id') || text('assignee_id');
      const key = text('agent_id') ? 'agent_id' : 'assignee_id';
      if (agent && agent === message.author.id) return t('event.conversation.taken', { actor });
      if (agent) return t('event.conversation.assigned', { actor, agent: agentOf(key) });
      const team = names.team(text('team_id')) ?? text('team_name');
      return t('event.conversation.assignedTeam', { actor, team });
    }
    case 'conversation.unassigned':
      return t('event.conversation.unassigned', { actor });
    case 'conversation.transferred':
      return t('event.conversation.transferred', {
        actor,
        agent: agentOf(text('agent_id') ? 'agent_id' : 'assignee_id'),
      });
    case 'conversation.snoozed': {
      const until = text('until');
      return t('event.conversation.snoozed', {
        actor,
        until: until ? time.full(new Date(until)) : '',
      });
    }
    case 'conversation.woken':
      return t('event.conversation.woken');
    case 'conversation.resolved':
      return t('event.conversation.resolved', { actor });
    case 'conversation.reopened':
      return t('event.conversation.reopened', { actor });
    case 'conversation.tagged':
      return t('event.conversation.tagged', { actor });
    case 'conversation.ended':
      return t('event.contact.ended');
    case 'session.opened':
      return t('event.session.opened', { number });
    case 'session.resolved':
      return t('event.session.resolved', { number });
    case 'session.rated':
      return t('event.session.rated', { score: Number(params['score'] ?? 0) });
    case 'contact.identified':
      return t('event.contact.identified');
    default:
      return message.text || t('event.unknown', { actor });
  }
}

function actorName(t: T, message: Message, names: Names): string {
  if (message.author.kind === 'agent' && message.author.id) {
    return names.agent(message.author.id) ?? message.author.name;
  }
  return message.author.name || t('event.system');
}
