/** Knowledge as it travels. */
import type { AgentId, Locale, Localized } from '@zhiyin/api';

export const ARTICLE_STATUSES = ['draft', 'review', 'published', 'archived'] as const;
export type ArticleStatus = (typeof ARTICLE_STATUSES)[number];
export const AUDIENCES = ['public', 'customers', 'internal'] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface ArticleContent {
  title: string;
  summary: string;
  /** Markdown. */
  body: string;
}

/** One language of an article. */
export interface ArticleTranslation {
  locale: Locale;
  slug: string;
  /** The newest text, which readers may not see yet. */
  content: ArticleContent;
  revision: number;
  status: ArticleStatus;
  /** What readers see meanwhile. */
  live_revision: number | null;
  published_at: string | null;
  based_on: number | null;
  is_outdated: boolean;
  updated_at: string;
  /** `agent:ag_…`, `app:tk_…`. */
  updated_by: string;
  helpful: number;
  unhelpful: number;
  version: number;
  /** Where readers find it; null while they cannot. */
  url?: string | null;
  /** When it is to be published by itself. */
  publish_at?: string | null;
}

export interface Article {
  id: string;
  category_id: string | null;
  audience: Audience;
  source: Locale;
  tags: string[];
  owner_id: AgentId | null;
  review_by: string | null;
  created_at: string;
  updated_at: string;
  version: number;
  translations: ArticleTranslation[];
}

export interface ArticleQuery {
  status?: ArticleStatus;
  category?: string;
  audience?: Audience;
  review_by?: string;
  cursor?: string;
  limit?: number;
}

export interface ArticleBody {
  source: Locale;
  content: ArticleContent;
  category_id?: string | null;
  audience?: Audience;
  tags?: string[];
  owner_id?: AgentId | null;
  review_by?: string | null;
}

export interface ArticlePatch {
  version: number;
  category_id?: string | null;
  audience?: Audience;
  tags?: string[];
  owner_id?: AgentId | null;
  review_by?: string | null;
}

export interface TranslationBody {
  /** Left out for a language that is new. */
  version?: number;
  content: ArticleContent;
  slug?: string;
  based_on?: number;
}

export type ArticleStep = 'submit' | 'send-back' | 'publish' | 'archive' | 'restore';

export interface ArticleVersion {
  revision: number;
  content: ArticleContent;
  html: string;
  written_by: string;
  written_at: string;
}

export interface ArticleFeedback {
  id: string;
  locale: Locale;
  revision: number;
  is_helpful: boolean;
  comment: string | null;
  created_at: string;
}

export type Span = [start: number, length: number];

export interface ArticleHit {
  id: string;
  locale: Locale;
  slug: string;
  audience: Audience;
  title: string;
  title_highlights: Span[];
  snippet: { text: string; highlights: Span[] };
  score: number;
  summary?: string;
  /** Its address in the help centre; null if it is not public. */
  url?: string | null;
}

export interface ArticleCategory {
  id: string;
  parent_id: string | null;
  slug: string;
  name: Localized;
  description: Localized;
  position: number;
  version: number;
}

export interface CategoryBody {
  parent_id: string | null;
  slug: string;
  name: Localized;
  description: Localized;
  position?: number;
  version?: number;
}

export interface Synonyms {
  id: string;
  words: string[];
  version: number;
}
