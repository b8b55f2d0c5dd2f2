/**
 * Sends one message after the other and gives up only when told to.
 *
 * A passing failure (no network, server busy, asked to wait) is tried again by itself,
 * with the same client id, so that a message whose answer was lost is not doubled. A
 * refusal stays with its text and waits for the writer.
 */
import { backoff } from './connection';
import type { Message } from '../../panel/dto';
import type { Outgoing } from '../../panel/state';
import { isPassing } from './http';
import type { Problem, Result } from './http';

interface Needs {
  entries(): Outgoing[];
  change(entries: Outgoing[]): void;
  deliver(entry: Outgoing): Promise<Result<Message>>;
  onAccepted(message: Message): void;
  onSlowDown(until: number): void;
  random(): number;
}

export interface Outbox {
  /** Sends what waits; at once, unless the server asked for a pause. */
  pump(): void;
  add(entry: Outgoing): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
}

export function createOutbox(needs: Needs): Outbox {
  let isBusy = false;
  let attempt = 0;
  let slowUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const mark = (clientId: string, state: Outgoing['state'], code = ''): void =>
    needs.change(
      needs
        .entries()
        .map((entry) => (entry.client_id === clientId ? { ...entry, state, code } : entry)),
    );

  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(pump, ms);
  };

  function postpone(problem: Problem): void {
    slowUntil = problem.retryAt;
    if (problem.status === 429) needs.onSlowDown(slowUntil);
    later(Math.max(slowUntil - Date.now(), 0) || backoff(attempt++, needs.random()));
  }

  function pump(): void {
    const entry = needs.entries().find(({ state }) => state !== 'failed');
    if (isBusy || !entry) return;
    if (slowUntil > Date.now()) return later(slowUntil - Date.now());
    isBusy = true;
    clearTimeout(timer);
    mark(entry.client_id, 'sending');
    void needs.deliver(entry).then((result) => {
      isBusy = false;
      if (result.ok) {
        attempt = 0;
        needs.onAccepted(result.value);
      } else if (isPassing(result.problem)) {
        mark(entry.client_id, 'waiting');
        return postpone(result.problem);
      } else {
        mark(entry.client_id, 'failed', result.problem.code);
      }
      pump();
    });
  }

  return {
    pump,
    add(entry) {
      needs.change([...needs.entries(), entry]);
      pump();
    },
    retry(clientId) {
      mark(clientId, 'waiting');
      pump();
    },
    discard: (clientId) =>
      needs.change(needs.entries().filter((entry) => entry.client_id !== clientId)),
  };
}
