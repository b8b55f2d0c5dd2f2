/** Lets a customer write again: every block of theirs is taken away. */
import type { Api, ContactId, Result } from '@zhiyin/api';

export async function liftBlockOf(
  api: Pick<Api, 'listBlocks' | 'deleteBlock'>,
  contact: ContactId,
): Promise<Result<void>> {
  let cursor: string | undefined;
  do {
    const page = await api.listBlocks(cursor);
    if (!page.ok) return page;
    for (const block of page.value.items.filter((one) => one.contact?.id === contact)) {
      const lifted = await api.deleteBlock(block.id);
      // Somebody else may have lifted it a moment ago.
      if (!lifted.ok && lifted.error.code !== 'not-found') return lifted;
    }
    cursor = page.value.next ?? undefined;
  } while (cursor);
  return { ok: true, value: undefined };
}
