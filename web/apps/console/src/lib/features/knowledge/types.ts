/** Knowledge as it travels: the generated types, with closed sets where the document has strings. */
import type { AgentId, Locale, Localized } from '@zhiyin/api';
import type { components } from '@zhiyin/api/schema';

type Schemas = components['schemas'];
/** Narrows fields of a schema; a field that is gone, or a value it does not allow, does not compile. */
type Narrow<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? Schema[Key] : never },
> = Omit<Schema, keyof Fields> & Fields;

export type ArticleStatus = Schemas['ArticleStatusDto'];
export const ARTICLE_STATUSES = [
  'draft',
  'review',
  'published',
  'archived',
] as const satisfies readonly ArticleStatus[];
export type Audience = Schemas['AudienceDto'];
export const AUDIENCES = ['public', 'customers', 'internal'] as const satisfies readonly Audience[];

/** Title, summary and text in Markdown. */
export type ArticleContent = Required<Schemas['ArticleContentDto']>;

/** One language of an article; `content` is the newest text, which readers may not see yet. */
export type ArticleTranslation = Narrow<
  Schemas['ArticleTranslationDto'],
  {
    locale: Locale;
    content: ArticleContent;
    live_revision: number | null;
    published_at: string | null;
    based_on: number | null;
    url: string | null;
    publish_at: string | null;
  }
>;

export type Article = Narrow<
  Schemas['ArticleDto'],
  {
    category_id: string | null;
    source: Locale;
    owner_id: AgentId | null;
    review_by: string | null;
    translations: ArticleTranslation[];
  }
>;

export interface ArticleQuery {
  status?: ArticleStatus;
  category?: string;
  audience?: Audience;
  review_by?: string;
  cursor?: string;
  limit?: number;
}

export type ArticleBody = Schemas['ArticleBody'];
export type ArticlePatch = Narrow<
  Schemas['ArticlePatchBody'],
  { audience?: Audience; tags?: string[] }
>;
export type TranslationBody = Schemas['ArticleTranslationBody'];
export type ArticleStep = 'submit' | 'send-back' | 'publish' | 'archive' | 'restore';
export type ArticleVersion = Narrow<Schemas['ArticleVersionDto'], { content: ArticleContent }>;
export type ArticleFeedback = Narrow<
  Schemas['ArticleFeedbackDto'],
  { locale: Locale; comment: string | null }
>;

export type Span = [start: number, length: number];

export type ArticleHit = Narrow<
  Schemas['ArticleHitDto'],
  {
    locale: Locale;
    title_highlights: Span[];
    snippet: { text: string; highlights: Span[] };
    url: string | null;
  }
>;

export type ArticleCategory = Narrow<
  Schemas['ArticleCategoryDto'],
  { parent_id: string | null; name: Localized; description: Localized }
>;
export type CategoryBody = Schemas['ArticleCategoryBody'];
export type Synonyms = Schemas['SynonymsDto'];

/** A draft made of a session, and what was taken out of it. */
export type ArticleDraft = Narrow<Schemas['ArticleDraftDto'], { article: Article }>;

export type GapState = Schemas['GapStateDto'];
/** A question that articles leave open, and all that ask the same. */
export type KnowledgeGap = Narrow<
  Schemas['KnowledgeGapDto'],
  { locale: Locale; article_id: string | null }
>;

export type ImportFormat = Schemas['ImportFormatDto'];
export type ImportBody = Schemas['ImportBody'];
type ImportRow = Narrow<
  Schemas['ImportRowDto'],
  { locale: Locale; article_id: string | null; problem: Schemas['ImportProblemDto'] | null }
>;
export type ImportReport = Narrow<Schemas['ImportReportDto'], { rows: ImportRow[] }>;

/** A picture or another file of articles. */
export type ArticleFile = Narrow<
  Schemas['ArticleFileDto'],
  { width: number | null; height: number | null }
>;

/** What the help centre looks like and where it is found. */
export type HelpCentre = Narrow<
  Schemas['HelpCentreDto'],
  {
    name: Localized;
    colour: string | null;
    shown_colours: [string, string] | null;
    logo_id: string | null;
    logo_url: string | null;
    locales: Locale[];
    domain: string | null;
  }
>;
export type HelpCentreBody = Schemas['HelpCentreBody'];

export type GlossaryTerm = Narrow<Schemas['GlossaryTermDto'], { locale: Locale }>;
export type GlossaryTermBody = Schemas['GlossaryTermBody'];

/** A word in a text that its reader may not know. */
export type Jargon = Narrow<Schemas['JargonDto'], { place: Span; term: GlossaryTerm | null }>;

type QuestionCounts = Schemas['QuestionCountsDto'];
type ArticleCounts = Schemas['ArticleCountsDto'];
/** What became of searches of readers. */
export type KnowledgeReport = QuestionCounts & { articles: ArticleCounts[] };
