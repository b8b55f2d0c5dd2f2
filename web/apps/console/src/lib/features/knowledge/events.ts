/** What the stream says of knowledge: something changed, to be fetched again. */
import type { EventFrame } from '@zhiyin/realtime';

export type KnowledgeKind =
  'article' | 'article_category' | 'synonyms' | 'knowledge_gap' | 'glossary_term' | 'help_centre';

export function isKnowledge(event: EventFrame, kind: KnowledgeKind, id?: string): boolean {
  if (event.type !== 'setting.changed' || event.data?.['kind'] !== kind) return false;
  return id === undefined || event.data['id'] === id;
}
