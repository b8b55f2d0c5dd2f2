/** Names of who wrote: `agent:ag_…`, `app:tk_…`. */
import type { Desk } from '$lib/shared/app.svelte.ts';
import { t } from '$lib/shared/i18n.svelte.ts';

export function authorName(desk: Desk, actor: string): string {
  const [kind, id] = actor.split(':');
  if (kind === 'agent' && id)
    return desk.directory.agent(id)?.display_name ?? t('common.unknownAgent');
  return kind === 'app' ? t('articleVersion.app') : t('articleVersion.system');
}
