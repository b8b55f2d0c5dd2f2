/** Lets a customer write again: whatever keeps them out is taken away. */
import type { Api, ContactId, Result } from '@zhiyin/api';

export async function liftBlocksOf(
  api: Pick<Api, 'listBlocks' | 'deleteBlock'>,
  contact: ContactId,
): Promise<Result<void>> {
  const page = await api.listBlocks({ contact_id: contact });
  if (!page.ok) return page;
  for (const block of page.value.items) {
    const lifted = await api.deleteBlock(block.id);
    // Somebody else may have lifted it a moment ago.
    if (!lifted.ok && lifted.error.code !== 'not-found') return lifted;
  }
  return { ok: true, value: undefined };
}
