/** An article begun with what was said in a session, personal data taken out by the server. */
import type { Desk } from '$lib/shared/app.svelte.ts';
import { t } from '$lib/shared/i18n.svelte.ts';
import { KnowledgeApi } from './api.ts';

export async function draftFromSession(
  desk: Desk,
  conversation: string,
  open: (path: string) => Promise<void>,
): Promise<void> {
  const result = await new KnowledgeApi(desk.app.http).draftFromConversation(conversation);
  if (!result.ok) return desk.app.fail(result.error);
  const { article, removed } = result.value;
  const count = removed.reduce((sum, one) => sum + one.count, 0);
  await open(`/knowledge/${article.id}`);
  desk.app.toasts.show(t('article.fromSession.done', { count }));
}
