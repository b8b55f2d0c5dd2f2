/** The pages of the settings, by who may see them. */
import type { Permission } from '@zhiyin/api';
import type { PlainKey } from '@zhiyin/i18n';
import Ban from '@lucide/svelte/icons/ban';
import Bookmark from '@lucide/svelte/icons/bookmark';
import Bot from '@lucide/svelte/icons/bot';
import Building from '@lucide/svelte/icons/building-2';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import Graduation from '@lucide/svelte/icons/graduation-cap';
import HandHeart from '@lucide/svelte/icons/hand-heart';
import Inbox from '@lucide/svelte/icons/inbox';
import Info from '@lucide/svelte/icons/info';
import Key from '@lucide/svelte/icons/key-round';
import KeySquare from '@lucide/svelte/icons/key-square';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import ListTree from '@lucide/svelte/icons/list-tree';
import Mailbox from '@lucide/svelte/icons/mailbox';
import Route from '@lucide/svelte/icons/route';
import Scale from '@lucide/svelte/icons/scale';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Shield from '@lucide/svelte/icons/shield';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Siren from '@lucide/svelte/icons/siren';
import Tags from '@lucide/svelte/icons/tags';
import TextQuote from '@lucide/svelte/icons/text-quote';
import TimerIcon from '@lucide/svelte/icons/timer';
import User from '@lucide/svelte/icons/user';
import UserRound from '@lucide/svelte/icons/user-round-cog';
import Users from '@lucide/svelte/icons/users';
import Warehouse from '@lucide/svelte/icons/warehouse';
import Wand from '@lucide/svelte/icons/wand-sparkles';
import Webhook from '@lucide/svelte/icons/webhook';
import Workflow from '@lucide/svelte/icons/workflow';
import Zap from '@lucide/svelte/icons/zap';
import type { Component } from 'svelte';

export interface Section {
  path: string;
  label: PlainKey;
  text: PlainKey;
  icon: Component<{ size?: number }>;
  /** Without one, everybody has it. */
  permission?: Permission;
}

export interface SectionGroup {
  label: PlainKey;
  sections: Section[];
}

export const groups: SectionGroup[] = [
  {
    label: 'settings.you',
    sections: [
      { path: 'profile', label: 'settings.profile', text: 'settings.profile.text', icon: User },
      {
        path: 'security',
        label: 'settings.security',
        text: 'settings.security.text',
        icon: Shield,
      },
      { path: 'tokens', label: 'settings.tokens', text: 'settings.tokens.text', icon: Key },
    ],
  },
  {
    label: 'settings.service',
    sections: [
      {
        path: 'inboxes',
        label: 'settings.inboxes',
        text: 'settings.inboxes.text',
        icon: Inbox,
        permission: 'inboxes.manage',
      },
      {
        path: 'mailboxes',
        label: 'settings.mailboxes',
        text: 'settings.mailboxes.text',
        icon: Mailbox,
        permission: 'inboxes.manage',
      },
      {
        path: 'queues',
        label: 'settings.queues',
        text: 'settings.queues.text',
        icon: ListOrdered,
        permission: 'workspace.manage',
      },
      {
        path: 'routing',
        label: 'settings.routing',
        text: 'settings.routing.text',
        icon: Route,
        permission: 'workspace.manage',
      },
      {
        path: 'bot',
        label: 'settings.bot',
        text: 'settings.bot.text',
        icon: Bot,
        permission: 'inboxes.manage',
      },
      {
        path: 'automation',
        label: 'settings.automation',
        text: 'settings.automation.text',
        icon: Zap,
        permission: 'automation.manage',
      },
      {
        path: 'macros',
        label: 'settings.macros',
        text: 'settings.macros.text',
        icon: Wand,
      },
      {
        path: 'phrases',
        label: 'settings.phrases',
        text: 'settings.phrases.text',
        icon: TextQuote,
      },
      {
        path: 'tags',
        label: 'settings.tags',
        text: 'settings.tags.text',
        icon: Bookmark,
        permission: 'tags.manage',
      },
      {
        path: 'standards',
        label: 'settings.standards',
        text: 'settings.standards.text',
        icon: TimerIcon,
        permission: 'workspace.manage',
      },
      {
        path: 'calendars',
        label: 'settings.calendars',
        text: 'settings.calendars.text',
        icon: CalendarClock,
        permission: 'workspace.manage',
      },
      {
        path: 'attributes',
        label: 'settings.attributes',
        text: 'settings.attributes.text',
        icon: ListTree,
        permission: 'workspace.manage',
      },
      {
        path: 'blocks',
        label: 'settings.blocks',
        text: 'settings.blocks.text',
        icon: Ban,
        permission: 'conversations.manage',
      },
    ],
  },
  {
    label: 'settings.cases',
    sections: [
      {
        path: 'case-types',
        label: 'settings.caseTypes',
        text: 'settings.caseTypes.text',
        icon: Workflow,
        permission: 'cases.types',
      },
      {
        path: 'desks',
        label: 'settings.desks',
        text: 'settings.desks.text',
        icon: Warehouse,
        permission: 'cases.settings',
      },
      {
        path: 'severity',
        label: 'settings.severity',
        text: 'settings.severity.text',
        icon: Scale,
        permission: 'cases.settings',
      },
      {
        path: 'recovery',
        label: 'settings.recovery',
        text: 'settings.recovery.text',
        icon: HandHeart,
        permission: 'cases.settings',
      },
      {
        path: 'case-labels',
        label: 'settings.caseLabels',
        text: 'settings.caseLabels.text',
        icon: Tags,
        permission: 'cases.settings',
      },
      {
        path: 'notices',
        label: 'settings.notices',
        text: 'settings.notices.text',
        icon: Info,
        permission: 'cases.settings',
      },
      {
        path: 'warnings',
        label: 'settings.warnings',
        text: 'settings.warnings.text',
        icon: Siren,
        permission: 'cases.settings',
      },
    ],
  },
  {
    label: 'settings.team',
    sections: [
      {
        path: 'agents',
        label: 'settings.agents',
        text: 'settings.agents.text',
        icon: UserRound,
        permission: 'agents.manage',
      },
      {
        path: 'teams',
        label: 'settings.teams',
        text: 'settings.teams.text',
        icon: Users,
        permission: 'teams.manage',
      },
      {
        path: 'skills',
        label: 'settings.skills',
        text: 'settings.skills.text',
        icon: Graduation,
        permission: 'agents.manage',
      },
      {
        path: 'roles',
        label: 'settings.roles',
        text: 'settings.roles.text',
        icon: ShieldCheck,
        permission: 'roles.manage',
      },
    ],
  },
  {
    label: 'settings.system',
    sections: [
      {
        path: 'workspace',
        label: 'settings.workspace',
        text: 'settings.workspace.text',
        icon: Building,
        permission: 'workspace.manage',
      },
      {
        path: 'app-tokens',
        label: 'settings.appTokens',
        text: 'settings.appTokens.text',
        icon: KeySquare,
        permission: 'tokens.manage',
      },
      {
        path: 'webhooks',
        label: 'settings.webhooks',
        text: 'settings.webhooks.text',
        icon: Webhook,
        permission: 'webhooks.manage',
      },
      {
        path: 'audit',
        label: 'settings.audit',
        text: 'settings.audit.text',
        icon: ScrollText,
        permission: 'audit.read',
      },
      {
        path: 'jobs',
        label: 'settings.jobs',
        text: 'settings.jobs.text',
        icon: CircleAlert,
        permission: 'jobs.manage',
      },
    ],
  },
];

export function sectionAt(path: string): Section | undefined {
  const name = path.split('/')[2];
  return groups.flatMap((group) => group.sections).find((section) => section.path === name);
}
