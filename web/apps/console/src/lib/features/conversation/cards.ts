/** What a message offers besides its text: cards to read, answers to pick with one tap. */
import type { Message } from '@zhiyin/api';

export type Card = Message['cards'][number];
export type QuickReply = Message['quick_replies'][number];

/** Everything a message says as plain text, for the clipboard and for screen readers. */
export function plainText(message: Pick<Message, 'text' | 'cards'>): string {
  const cards = message.cards.map((card) =>
    [card.title, card.text, card.url].filter(Boolean).join('\n'),
  );
  return [message.text, ...cards].filter((part) => part.trim() !== '').join('\n\n');
}

/**
 * Which of the offered answers the customer gave, by the message that offered them. A tap sends
 * the text of the answer, so the customer's next message tells; written by hand it is the same.
 */
export function pickedReplies(messages: readonly Message[]): Map<string, number> {
  const picked = new Map<string, number>();
  let offer: Message | null = null;
  for (const message of messages) {
    if (message.kind !== 'text') continue;
    if (message.author.kind !== 'contact') {
      // The widget shows the answers of the last message only.
      offer = message.quick_replies.length > 0 ? message : null;
      continue;
    }
    const given = message.text.trim();
    const index = offer?.quick_replies.findIndex((reply) => reply.text.trim() === given) ?? -1;
    if (offer && index >= 0) picked.set(offer.id, index);
    offer = null;
  }
  return picked;
}
