/** What may be done next with a language of an article, by its status and who asks. Pure. */
import type { ArticleStep, ArticleTranslation } from './types.ts';

export interface Steps {
  /** The one that is meant to follow. */
  first: ArticleStep | null;
  others: ArticleStep[];
}

export function stepsOf(
  translation: Pick<ArticleTranslation, 'status'> | undefined,
  may: { write: boolean; publish: boolean },
  /** What is typed makes a draft of a published text. */
  isChanged: boolean,
): Steps {
  const status = translation?.status ?? 'draft';
  const { write, publish } = may;
  if (status === 'archived') return { first: publish ? 'restore' : null, others: [] };
  const archive: ArticleStep[] = publish && translation ? ['archive'] : [];
  if (status === 'published' && !isChanged) return { first: null, others: archive };
  if (status === 'review')
    return { first: publish ? 'publish' : null, others: publish ? ['send-back', ...archive] : [] };
  if (publish)
    return { first: 'publish', others: [...(write ? ['submit' as const] : []), ...archive] };
  return { first: write ? 'submit' : null, others: [] };
}

/** Words of what was done. */
export const DONE = {
  submit: 'article.done.submit',
  'send-back': 'article.done.send-back',
  publish: 'article.done.publish',
  archive: 'article.done.archive',
  restore: 'article.done.restore',
} as const satisfies Record<ArticleStep, string>;
