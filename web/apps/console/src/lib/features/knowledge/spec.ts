/** Which articles a list shows, as it stands in the address bar: `/knowledge?status=draft`. Pure. */
import type { AgentId, Locale } from '@zhiyin/api';
import { LOCALES } from '@zhiyin/i18n';
import {
  ARTICLE_STATUSES,
  AUDIENCES,
  type Article,
  type ArticleQuery,
  type ArticleStatus,
  type ArticleTranslation,
  type Audience,
} from './types.ts';

/** `due`: somebody should look at it by now, or within the weeks to come. */
export const ARTICLE_SHELVES = ['all', ...ARTICLE_STATUSES, 'due'] as const;
export type ArticleShelf = (typeof ARTICLE_SHELVES)[number];

/** How far ahead an article counts as due for review. */
export const REVIEW_AHEAD_DAYS = 14;
const DAY_MS = 86_400_000;

export interface ArticleSpec {
  shelf: ArticleShelf;
  category: string | null;
  audience: Audience | null;
  locale: Locale | null;
  owner: AgentId | null;
  words: string;
}

const oneOf = <Value extends string>(
  values: readonly Value[],
  value: string | null,
): Value | null => (values.includes(value as Value) ? (value as Value) : null);

export function specFrom(query: URLSearchParams): ArticleSpec {
  return {
    shelf: oneOf(ARTICLE_SHELVES, query.get('status')) ?? 'all',
    category: query.get('category'),
    audience: oneOf(AUDIENCES, query.get('audience')),
    locale: oneOf(LOCALES, query.get('language')),
    owner: query.get('owner'),
    words: query.get('q') ?? '',
  };
}

/** The address of a list; what is as usual is left out. */
export function pathOf(spec: ArticleSpec): string {
  const query = new URLSearchParams();
  if (spec.shelf !== 'all') query.set('status', spec.shelf);
  if (spec.category) query.set('category', spec.category);
  if (spec.audience) query.set('audience', spec.audience);
  if (spec.locale) query.set('language', spec.locale);
  if (spec.owner) query.set('owner', spec.owner);
  if (spec.words.trim()) query.set('q', spec.words.trim());
  return `/knowledge${query.size > 0 ? `?${query}` : ''}`;
}

export function queryOf(spec: ArticleSpec, now: Date): ArticleQuery {
  const query: ArticleQuery = {};
  if (spec.shelf === 'due')
    query.review_by = new Date(now.getTime() + REVIEW_AHEAD_DAYS * DAY_MS).toISOString();
  else if (spec.shelf !== 'all') query.status = spec.shelf;
  if (spec.category) query.category = spec.category;
  if (spec.audience) query.audience = spec.audience;
  return query;
}

/** How many filters narrow the list, besides status and words. */
export const filterCount = (spec: ArticleSpec): number =>
  [spec.category, spec.audience, spec.locale, spec.owner].filter((one) => one !== null).length;

/** What the server is not asked for: language and owner, and the words of a title. */
export function fits(row: Article, spec: ArticleSpec): boolean {
  if (spec.owner && row.owner_id !== spec.owner) return false;
  if (spec.locale && !row.translations.some((one) => one.locale === spec.locale)) return false;
  const wanted = spec.words.trim().toLowerCase();
  if (wanted === '') return true;
  return row.translations.some((one) => one.content.title.toLowerCase().includes(wanted));
}

/** The language of an article that is shown to somebody: the one filtered by, theirs, or its own. */
export function shownTranslation(
  row: Article,
  reader: Locale,
  spec?: Pick<ArticleSpec, 'shelf' | 'locale'>,
): ArticleTranslation | undefined {
  const of = (locale: Locale | null | undefined) =>
    row.translations.find((one) => one.locale === locale);
  const onShelf = row.translations.find((one) => one.status === (spec?.shelf as ArticleStatus));
  const mine = of(reader);
  const isWanted = !spec || spec.shelf === 'all' || spec.shelf === 'due';
  const fitting = mine && (isWanted || mine.status === spec.shelf) ? mine : onShelf;
  return of(spec?.locale) ?? fitting ?? mine ?? of(row.source) ?? row.translations[0];
}

export type ReviewState = 'none' | 'later' | 'soon' | 'over';

export function reviewState(row: Pick<Article, 'review_by'>, now: Date): ReviewState {
  if (!row.review_by) return 'none';
  const left = new Date(row.review_by).getTime() - now.getTime();
  if (left <= 0) return 'over';
  return left <= REVIEW_AHEAD_DAYS * DAY_MS ? 'soon' : 'later';
}

/** Of the readers who said something, the share it helped, in per cent; null while nobody did. */
export function helpfulShare(row: Article): number | null {
  const yes = row.translations.reduce((sum, one) => sum + one.helpful, 0);
  const no = row.translations.reduce((sum, one) => sum + one.unhelpful, 0);
  return yes + no === 0 ? null : Math.round((100 * yes) / (yes + no));
}
