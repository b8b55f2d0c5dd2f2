/** To whom a conversation can be transferred, in the order people look for them. Pure. */
import type { Agent, AgentPresence, Presence } from '@zhiyin/api';

export interface AgentTarget {
  agent: Agent;
  presence: Presence;
  /** At the desk: can be asked now, even if full. */
  isAtWork: boolean;
  load: { used: number; total: number } | null;
}

const ORDER: Record<Presence, number> = { online: 0, busy: 1, break: 2, away: 3, offline: 4 };

export function agentTargets(
  agents: readonly Agent[],
  presences: ReadonlyMap<string, AgentPresence>,
  except: readonly (string | null)[],
): AgentTarget[] {
  return agents
    .filter((agent) => agent.is_active && !except.includes(agent.id))
    .map((agent): AgentTarget => {
      const known = presences.get(agent.id);
      const presence = known?.effective ?? agent.presence;
      const isHere = presence === 'online' || presence === 'busy';
      return {
        agent,
        presence,
        isAtWork: isHere && (known?.is_on_shift ?? true),
        load: known ? { used: known.units_used, total: known.units_total } : null,
      };
    })
    .sort(
      (a, b) =>
        Number(b.isAtWork) - Number(a.isAtWork) ||
        ORDER[a.presence] - ORDER[b.presence] ||
        share(a) - share(b) ||
        a.agent.display_name.localeCompare(b.agent.display_name),
    );
}

function share({ load }: AgentTarget): number {
  return load && load.total > 0 ? load.used / load.total : 0;
}
