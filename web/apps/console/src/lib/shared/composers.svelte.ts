/** What is being written, per conversation; it outlives the conversation's page. */
import type { ConversationId } from '@zhiyin/api';
import { ComposerModel } from '$lib/features/composer/model.svelte.ts';
import type { Desk } from './app.svelte.ts';

const KEPT_MAX = 30;

export class Composers {
  #desk: Desk;
  #models = new Map<ConversationId, ComposerModel>();
  /** Set by the page that shows conversations. */
  onresolve: (id: ConversationId) => void = () => undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
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
    });
    this.#models.set(id, model);
    this.#forgetOldest();
    return model;
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
    for (const model of this.#models.values()) model.dispose();
    this.#models.clear();
  }
}
