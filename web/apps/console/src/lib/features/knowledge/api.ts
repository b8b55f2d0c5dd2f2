/** Every call about knowledge by name. One method is one operation; no logic lives here. */
import { uploadFile, type Http, type Locale, type Page } from '@zhiyin/api';
import type {
  Article,
  ArticleBody,
  ArticleDraft,
  ArticleCategory,
  ArticleFeedback,
  ArticleFile,
  ArticleHit,
  ArticlePatch,
  ArticleQuery,
  ArticleStep,
  ArticleVersion,
  Audience,
  CategoryBody,
  GapState,
  GlossaryTerm,
  GlossaryTermBody,
  HelpCentre,
  HelpCentreBody,
  ImportBody,
  ImportReport,
  Jargon,
  KnowledgeGap,
  KnowledgeReport,
  Synonyms,
  TranslationBody,
} from './types.ts';

export class KnowledgeApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  // Articles
  listArticles = (query: ArticleQuery, signal?: AbortSignal) =>
    this.#http.get<Page<Article>>('/articles', { ...query }, signal);
  searchArticles = (
    query: { q: string; locale?: Locale; audience?: Audience; limit?: number },
    signal?: AbortSignal,
  ) => this.#http.get<Page<ArticleHit>>('/articles/search', query, signal);
  getArticle = (id: string) => this.#http.get<Article>(`/articles/${encodeURIComponent(id)}`);
  createArticle = (body: ArticleBody) => this.#http.create<Article>('/articles', body);
  updateArticle = (id: string, body: ArticlePatch) =>
    this.#http.patch<Article>(`/articles/${id}`, body);
  draftFromConversation = (id: string) =>
    this.#http.create<ArticleDraft>(`/conversations/${id}/article-draft`, {});
  listArticleFeedback = (id: string, cursor?: string) =>
    this.#http.get<Page<ArticleFeedback>>(`/articles/${id}/feedback`, { cursor });

  mergeArticle = (id: string, version: number, into: string) =>
    this.#http.post<Article>(`/articles/${id}/merge`, { version, into });
  listRelated = (id: string, locale: Locale, signal?: AbortSignal) =>
    this.#http.get<Page<ArticleHit>>(`/articles/${id}/related`, { locale }, signal);
  uploadFile = (file: File, onProgress: (share: number) => void) =>
    uploadFile<ArticleFile>(this.#http, file, file.name, onProgress, '/article-files');

  // Languages and versions
  writeTranslation = (id: string, locale: Locale, body: TranslationBody) =>
    this.#http.put<Article>(`/articles/${id}/translations/${locale}`, body);
  moveTranslation = (id: string, locale: Locale, step: ArticleStep, version: number) =>
    this.#http.post<Article>(`/articles/${id}/translations/${locale}/${step}`, { version });
  scheduleTranslation = (id: string, locale: Locale, at: Date, version: number) =>
    this.#http.post<Article>(`/articles/${id}/translations/${locale}/schedule`, {
      version,
      publish_at: at.toISOString(),
    });
  unscheduleTranslation = (id: string, locale: Locale, version: number) =>
    this.#http.post<Article>(`/articles/${id}/translations/${locale}/unschedule`, { version });
  listVersions = (id: string, locale: Locale, cursor?: string) =>
    this.#http.get<Page<ArticleVersion>>(`/articles/${id}/translations/${locale}/versions`, {
      cursor,
    });
  getVersion = (id: string, locale: Locale, revision: number) =>
    this.#http.get<ArticleVersion>(`/articles/${id}/translations/${locale}/versions/${revision}`);
  restoreVersion = (id: string, locale: Locale, revision: number, version: number) =>
    this.#http.post<Article>(
      `/articles/${id}/translations/${locale}/versions/${revision}/restore`,
      { version },
    );

  // Categories and synonyms
  listCategories = () => this.#http.get<Page<ArticleCategory>>('/article-categories');
  createCategory = (body: CategoryBody) =>
    this.#http.create<ArticleCategory>('/article-categories', body);
  updateCategory = (id: string, body: CategoryBody) =>
    this.#http.put<ArticleCategory>(`/article-categories/${id}`, body);
  deleteCategory = (id: string) => this.#http.delete(`/article-categories/${id}`);
  listSynonyms = () => this.#http.get<Page<Synonyms>>('/synonyms');
  createSynonyms = (words: string[]) => this.#http.create<Synonyms>('/synonyms', { words });
  updateSynonyms = (id: string, words: string[], version: number) =>
    this.#http.put<Synonyms>(`/synonyms/${id}`, { words, version });
  deleteSynonyms = (id: string) => this.#http.delete(`/synonyms/${id}`);

  // The help centre, the glossary, the report
  getHelpCentre = () => this.#http.get<HelpCentre>('/help-centre');
  updateHelpCentre = (body: HelpCentreBody) => this.#http.put<HelpCentre>('/help-centre', body);
  listTerms = () => this.#http.get<Page<GlossaryTerm>>('/glossary');
  createTerm = (body: GlossaryTermBody) => this.#http.create<GlossaryTerm>('/glossary', body);
  updateTerm = (id: string, body: GlossaryTermBody) =>
    this.#http.put<GlossaryTerm>(`/glossary/${id}`, body);
  deleteTerm = (id: string) => this.#http.delete(`/glossary/${id}`);
  findJargon = (text: string, locale: Locale) =>
    this.#http.post<Page<Jargon>>('/glossary/findings', { text, locale });
  report = (from: Date, to: Date) =>
    this.#http.get<KnowledgeReport>('/reports/knowledge', {
      from: from.toISOString(),
      to: to.toISOString(),
    });

  // Open questions, and articles from files
  listGaps = (state: GapState, cursor?: string) =>
    this.#http.get<Page<KnowledgeGap>>('/knowledge-gaps', { state, cursor });
  writeForGap = (id: string) => this.#http.create<Article>(`/knowledge-gaps/${id}/article`, {});
  linkGap = (id: string, article: string) =>
    this.#http.post<KnowledgeGap>(`/knowledge-gaps/${id}/link`, { article_id: article });
  ignoreGap = (id: string) => this.#http.post<KnowledgeGap>(`/knowledge-gaps/${id}/ignore`);
  reopenGap = (id: string) => this.#http.post<KnowledgeGap>(`/knowledge-gaps/${id}/reopen`);
  importArticles = (body: ImportBody) => this.#http.post<ImportReport>('/articles/import', body);
}
