/** Names of whoever has to do something or to approve. */
import type { Approver, StepAssignee } from '@zhiyin/api';
import { roleName } from '$lib/features/settings/permissions.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { t } from '$lib/shared/i18n.svelte.ts';

export function agentName(desk: Desk, id: string | null | undefined): string {
  return desk.directory.agent(id)?.display_name ?? t('common.unknownAgent');
}

function roleOf(desk: Desk, id: string): string {
  const role = desk.directory.roles.find((one) => one.id === id);
  return role ? roleName(t, role) : t('case.doer.unknown');
}

const teamOf = (desk: Desk, id: string) => desk.directory.team(id)?.name ?? t('case.doer.unknown');

/** Who does a step; `takenBy` is the one person of them who took it. */
export function assigneeName(
  desk: Desk,
  assignee: StepAssignee,
  owner: string,
  takenBy: string | null = null,
): string {
  if (takenBy) return agentName(desk, takenBy);
  switch (assignee.kind) {
    case 'owner':
      return agentName(desk, owner);
    case 'supervisor':
      return t('case.doer.supervisor');
    case 'customer':
      return t('case.doer.customer');
    case 'team':
      return teamOf(desk, assignee.team_id);
    case 'role':
      return roleOf(desk, assignee.role_id);
  }
}

export function approverName(desk: Desk, approver: Approver): string {
  switch (approver.kind) {
    case 'line':
      return approver.level === 1
        ? t('case.approver.line')
        : t('case.approver.lineAbove', { level: approver.level });
    case 'role':
      return roleOf(desk, approver.role_id);
    case 'desk':
      return t(`case.desk.${approver.desk}`);
    case 'agent':
      return agentName(desk, approver.agent_id);
  }
}

/** Whoever did something: "agent:ag_…" as it stands in records. */
export function actorName(desk: Desk, actor: string | { kind: string; id: string | null }): string {
  const [kind, id] =
    typeof actor === 'string' ? actor.split(':') : [actor.kind, actor.id ?? undefined];
  if (kind === 'agent') return agentName(desk, id);
  if (kind === 'visitor' || kind === 'contact') return t('case.doer.customer');
  return t('case.bySystem');
}
