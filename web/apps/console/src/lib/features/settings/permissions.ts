/** Permissions in the order people think of them. */
import type { Permission, Role } from '@zhiyin/api';
import type { PlainKey, T } from '@zhiyin/i18n';

export const permissionOrder: Permission[] = [
  'conversations.read',
  'conversations.reply',
  'conversations.note',
  'conversations.assign',
  'conversations.manage',
  'contacts.read',
  'contacts.edit',
  'personal.reveal',
  'cases.read',
  'cases.work',
  'cases.assign',
  'tasks.work',
  'recovery.approve',
  'evidence.export',
  'cases.types',
  'cases.settings',
  'floor.supervise',
  'reports.read',
  'knowledge.read',
  'knowledge.write',
  'knowledge.publish',
  'phrases.manage',
  'tags.manage',
  'inboxes.manage',
  'agents.manage',
  'teams.manage',
  'roles.manage',
  'workspace.manage',
  'tokens.manage',
  'audit.read',
  'automation.manage',
  'webhooks.manage',
  'channel.receive',
  'jobs.manage',
];

const builtin = new Set(['administrator', 'supervisor', 'agent', 'back_office', 'auditor']);

/** Built-in roles are named in the reader's language; others as they were named. */
export function roleName(t: T, role: Pick<Role, 'name' | 'builtin'>): string {
  if (!role.builtin || !builtin.has(role.builtin)) return role.name;
  return t(`role.${role.builtin}` as PlainKey);
}
