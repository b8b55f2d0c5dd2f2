/** Articles for tests. */
import type { EventFrame } from '@zhiyin/realtime';
import type { Article, ArticleCategory, ArticleHit, ArticleTranslation } from './types.ts';

export function someTranslation(given: Partial<ArticleTranslation> = {}): ArticleTranslation {
  return {
    locale: 'en',
    slug: 'returns',
    content: { title: 'How to return', summary: 'Within 14 days.', body: 'Open **Orders**.' },
    revision: 1,
    status: 'draft',
    live_revision: null,
    published_at: null,
    based_on: null,
    is_outdated: false,
    updated_at: '2026-03-02T08:00:00Z',
    updated_by: 'agent:ag_1',
    helpful: 0,
    unhelpful: 0,
    version: 1,
    url: null,
    publish_at: null,
    ...given,
  };
}

export function someArticle(given: Partial<Article> = {}): Article {
  return {
    id: 'ar_1',
    category_id: null,
    audience: 'public',
    source: 'en',
    tags: [],
    owner_id: null,
    review_by: null,
    created_at: '2026-03-02T08:00:00Z',
    updated_at: '2026-03-02T08:00:00Z',
    version: 1,
    translations: [someTranslation()],
    ...given,
  };
}

export function someHit(given: Partial<ArticleHit> = {}): ArticleHit {
  return {
    id: 'ar_1',
    locale: 'en',
    slug: 'returns',
    audience: 'public',
    title: 'How to return',
    title_highlights: [[7, 6]],
    snippet: { text: 'Open Orders and return it.', highlights: [[16, 6]] },
    score: 1,
    summary: 'Within 14 days.',
    url: '/help/returns',
    ...given,
  };
}

export function someCategory(given: Partial<ArticleCategory> = {}): ArticleCategory {
  return {
    id: 'ak_1',
    parent_id: null,
    slug: 'orders',
    name: { en: 'Orders', 'zh-CN': '订单' },
    description: {},
    position: 0,
    version: 1,
    ...given,
  };
}

export const changeOf = (kind: string, id = 'ar_1'): EventFrame => ({
  t: 'event',
  seq: 1,
  type: 'setting.changed',
  at: '2026-03-02T08:00:00Z',
  actor: { kind: 'agent', id: 'ag_2' },
  data: { kind, id, change: 'updated' },
});

export const settle = () => new Promise((done) => setTimeout(done, 0));
