/** The pages of knowledge, by who may see them. */
import type { Permission } from '@zhiyin/api';
import type { PlainKey } from '@zhiyin/i18n';

export type KnowledgePageId =
  | 'articles'
  | 'categories'
  | 'gaps'
  | 'synonyms'
  | 'glossary'
  | 'report'
  | 'help-centre'
  | 'import';

export const KNOWLEDGE_PAGES: readonly {
  id: KnowledgePageId;
  href: string;
  label: PlainKey;
  permission: Permission;
}[] = [
  {
    id: 'articles',
    href: '/knowledge',
    label: 'knowledge.articles',
    permission: 'knowledge.read',
  },
  {
    id: 'categories',
    href: '/knowledge/categories',
    label: 'knowledge.categories',
    permission: 'knowledge.read',
  },
  {
    id: 'gaps',
    href: '/knowledge/gaps',
    label: 'knowledge.gaps',
    permission: 'knowledge.read',
  },
  {
    id: 'synonyms',
    href: '/knowledge/synonyms',
    label: 'knowledge.synonyms',
    permission: 'knowledge.publish',
  },
  {
    id: 'glossary',
    href: '/knowledge/glossary',
    label: 'glossary.title',
    permission: 'knowledge.read',
  },
  {
    id: 'report',
    href: '/knowledge/report',
    label: 'knowledgeReport.title',
    permission: 'reports.read',
  },
  {
    id: 'help-centre',
    href: '/knowledge/help-centre',
    label: 'helpCentre.title',
    permission: 'knowledge.publish',
  },
  {
    id: 'import',
    href: '/knowledge/import',
    label: 'knowledge.import',
    permission: 'knowledge.publish',
  },
];
