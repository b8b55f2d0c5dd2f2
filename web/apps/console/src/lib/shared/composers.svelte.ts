/** What is being written, per conversation; it outlives the conversation's page. */
import type { ConversationId } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { ComposerModel } from '$lib/features/composer/model.svelte.ts';
import type { Desk } from './app.svelte.ts';

const KEPT_MAX = 30;

export class Composers {
  #desk: Desk;
  #models = new Map<ConversationId, ComposerModel>();
  /** Set by the page that shows conversations. */
  onresolve: (id: ConversationId) => void = () => undefined;

  #unlisten: () => void;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#unlisten = desk.listen((event) => this.onEvent(event));
  }

  of(id: ConversationId): ComposerModel {
    const held = this.#models.get(id);
    if (held) return held;
    const { app, live, stream } = this.#desk;
    const model = new ComposerModel(id, {
      api: app.api,
      live,
      fail: (error) => app.fail(error),
      newId: () => crypto.randomUUID(),
      undoSeconds: () => app.preferences.value.undoSeconds,
      resolve: () => this.onresolve(id),
      typing: (isTyping) => stream.typing(id, isTyping),
      limits: this.#desk.limits,
    });
    this.#models.set(id, model);
    this.#forgetOldest();
    return model;
  }

  /** Tells the one who writes in a conversation that a colleague has just answered there. */
  onEvent(event: EventFrame): void {
    const message = event.message;
    if (event.type !== 'message.created' || message?.kind !== 'text') return;
    const { kind, id } = message.author;
    if (kind !== 'agent' || !id || id === this.#desk.me.agent.id) return;
    this.#models.get(message.conversation_id)?.onColleagueAnswered(id);
  }

  #forgetOldest(): void {
    for (const [id, model] of this.#models) {
      if (this.#models.size <= KEPT_MAX) return;
      if (model.outbox.length > 0) continue;
      model.dispose();
      this.#models.delete(id);
    }
  }

  retryFailed(): void {
    for (const model of this.#models.values()) model.retryFailed();
  }

  flush(): void {
    for (const model of this.#models.values()) model.flush();
  }

  dispose(): void {
    this.#unlisten();
    for (const model of this.#models.values()) model.dispose();
    this.#models.clear();
  }
}
