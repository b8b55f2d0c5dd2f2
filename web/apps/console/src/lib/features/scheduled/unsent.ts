/** A message of ours that will not be sent as planned: its author is told once, wherever they are. */
import type { Api, Conversation, ScheduledMessage } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { scheduledOf } from './model.svelte.ts';

/**
 * The frame for the author alone. The others about the same message tell everybody what became of
 * it, also of what the author did themselves.
 */
export function unsentOf(event: EventFrame): ScheduledMessage | undefined {
  return event.type === 'scheduled_message.unsent' ? scheduledOf(event) : undefined;
}

/** Where it was to go, as far as its author may still see it; without it the text says which one. */
export async function placeOf(
  row: ScheduledMessage,
  api: Pick<Api, 'getConversation'>,
): Promise<Conversation | null> {
  const result = await api.getConversation(row.conversation_id);
  return result.ok ? result.value : null;
}

const SHOWN_CHARS = 60;

/** The first words of the message, or the names of its files. */
export function firstWords(row: Pick<ScheduledMessage, 'text' | 'attachments'>): string {
  const text =
    row.text.replace(/\s+/g, ' ').trim() || row.attachments.map((it) => it.name).join(', ');
  const signs = [...text];
  return signs.length > SHOWN_CHARS ? `${signs.slice(0, SHOWN_CHARS - 1).join('')}…` : text;
}
