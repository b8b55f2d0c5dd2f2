/** System lines in words. The server sends what happened and with what; the language is ours. */
import type { Message } from '@zhiyin/api';
import type { T, TimeFormat } from '@zhiyin/i18n';

interface Names {
  agent(id: string): string | undefined;
  team(id: string): string | undefined;
}

export function systemText(t: T, message: Message, names: Names, time: TimeFormat): string {
  const actor = actorName(t, message, names);
  const line = message.system;
  switch (line?.event) {
    case 'assigned': {
      const { agent_id: agent, team_id: team } = line.params;
      if (agent && agent === message.author.id) return t('event.taken', { actor });
      if (agent) {
        const name = names.agent(agent) ?? t('common.unknownAgent');
        return t('event.assigned', { actor, agent: name });
      }
      if (team) return t('event.assignedTeam', { actor, team: names.team(team) ?? '' });
      return t('event.unassigned', { actor });
    }
    case 'unassigned':
      return t('event.unassigned', { actor });
    case 'snoozed':
      return t('event.snoozed', { actor, until: time.full(new Date(line.params.until)) });
    case 'woken':
      return t('event.woken');
    case 'resolved':
      return t('event.resolved', { actor });
    case 'reopened':
      return t('event.reopened', { actor });
    case 'rated':
      return t('event.rated', { score: line.params.score });
    case 'ended_by_contact':
      return t('event.ended');
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
