/** Who is typing, and which colleague looks at the same conversation. Every sign expires. */
import type { AgentId, ConversationId, Presence } from '@zhiyin/api';
import type { EventFrame, SignalFrame } from '@zhiyin/realtime';
import type { Clock } from './clock.svelte.ts';
import type { Directory } from './directory.svelte.ts';

interface Sign {
  kind: 'typing' | 'viewing';
  agentId: AgentId | null;
  until: number;
  text: string | null;
}

const LASTS_MS = 8_000;
const PRESENCES = new Set(['online', 'busy', 'break', 'away', 'offline']);

export class Presences {
  #signs: Record<ConversationId, Sign[]> = $state({});
  #me: AgentId;
  #clock: Clock;

  constructor(me: AgentId, clock: Clock) {
    this.#me = me;
    this.#clock = clock;
  }

  onSignal(signal: SignalFrame, directory: Pick<Directory, 'setPresence'>): void {
    if (signal.kind === 'presence') {
      const presence = signal.text ?? '';
      if (signal.agent_id && PRESENCES.has(presence)) {
        directory.setPresence(signal.agent_id, presence as Presence);
      }
      return;
    }
    const { conversation, agent_id: agentId } = signal;
    if (!conversation || agentId === this.#me) return;
    const kind = signal.kind === 'viewing' ? 'viewing' : 'typing';
    const until = signal.until ? Date.parse(signal.until) : Date.now() + LASTS_MS;
    const others = (this.#signs[conversation] ?? []).filter(
      (sign) => sign.kind !== kind || sign.agentId !== agentId,
    );
    const isOver = until <= Date.now();
    const sign = { kind, agentId, until, text: signal.text ?? null } as const;
    this.#signs[conversation] = isOver ? others : [...others, sign];
  }

  /** A message that arrives ends the typing of its author. */
  onEvent(event: EventFrame): void {
    const message = event.message;
    if (event.type !== 'message.created' || !message) return;
    const author = message.author.kind === 'agent' ? message.author.id : null;
    const signs = this.#signs[message.conversation_id];
    if (!signs) return;
    this.#signs[message.conversation_id] = signs.filter(
      (sign) => sign.kind !== 'typing' || sign.agentId !== author,
    );
  }

  #now(conversation: ConversationId): Sign[] {
    const now = this.#clock.now.getTime();
    return (this.#signs[conversation] ?? []).filter((sign) => sign.until > now);
  }

  /** What the customer is typing: the text if the inbox shows it, else an empty one; null if not. */
  contactTyping(conversation: ConversationId): string | null {
    const sign = this.#now(conversation).find((one) => one.kind === 'typing' && !one.agentId);
    return sign ? (sign.text ?? '') : null;
  }

  agentsTyping = (conversation: ConversationId): AgentId[] =>
    this.#now(conversation).flatMap((sign) => (sign.kind === 'typing' && sign.agentId) || []);

  agentsViewing = (conversation: ConversationId): AgentId[] =>
    this.#now(conversation).flatMap((sign) => (sign.kind === 'viewing' && sign.agentId) || []);

  dispose(): void {
    this.#signs = {};
  }
}
