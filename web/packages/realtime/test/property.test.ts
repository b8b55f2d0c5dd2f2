/**
 * Random work on a model server, seen through a client that loses its line at random,
 * must leave the client with exactly what a fresh fetch answers.
 */
import type { Conversation, Message } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import * as realtime from '../src/index.ts';
import { conversation, message } from './build.ts';

const ME = 'ag_1';
const PAGE = 5;

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Server {
  rows = new Map<string, Conversation>();
  texts = new Map<string, Message[]>();
  log: realtime.EventFrame[] = [];
  #minute = 0;

  constructor(private pick: (below: number) => number) {}

  #time(): string {
    this.#minute += 1;
    return new Date(Date.UTC(2026, 0, 1) + this.#minute * 60_000).toISOString();
  }

  #emit(type: string, row: Conversation, text?: Message): void {
    this.rows.set(row.id, row);
    this.log.push({
      t: 'event',
      seq: this.log.length + 1,
      type,
      at: row.last_activity_at,
      actor: { kind: 'system', id: null },
      conversation: row,
      message: text,
    });
  }

  step(): void {
    const rows = [...this.rows.values()];
    const at = this.#time();
    if (rows.length < 3 || this.pick(8) === 0) {
      const id = `cv_${String(rows.length).padStart(3, '0')}`;
      this.#emit('conversation.opened', conversation({ id, created_at: at }));
      return;
    }
    const old = rows[this.pick(rows.length)];
    if (!old) return;
    const row = { ...old, version: old.version + 1 };
    switch (this.pick(6)) {
      case 0:
        return this.#emit('conversation.assigned', { ...row, assignee_id: `ag_${this.pick(3)}` });
      case 1:
        return this.#emit('conversation.unassigned', { ...row, assignee_id: null });
      case 2: {
        const status = { kind: 'resolved', at, by: null } as const;
        return this.#emit('conversation.resolved', { ...row, status, waiting_since: null });
      }
      case 3:
        return this.#emit('conversation.reopened', { ...row, status: { kind: 'open' } });
      case 4:
        return this.#edit(row);
      default:
        return this.#write(row, at);
    }
  }

  #write(row: Conversation, at: string): void {
    const texts = this.texts.get(row.id) ?? [];
    const seq = texts.length + 1;
    const text = message({ id: `ms_${row.id}_${seq}`, conversation_id: row.id, seq });
    this.texts.set(row.id, [...texts, text]);
    const last = { id: text.id, seq, author_kind: 'contact', preview: '', at };
    const lastMessage = last as Conversation['last_message'];
    const waiting = this.pick(2) === 0 ? at : null;
    this.#emit(
      'message.created',
      {
        ...row,
        last_message: lastMessage,
        waiting_since: waiting,
        last_activity_at: at,
        last_seq: seq,
      },
      text,
    );
  }

  #edit(row: Conversation): void {
    const texts = this.texts.get(row.id) ?? [];
    const old = texts[this.pick(Math.max(texts.length, 1))];
    if (!old) return this.#emit('conversation.tagged', { ...row, tag_ids: ['tg_1'] });
    const text = { ...old, text: `edit ${old.revision}`, revision: old.revision + 1 };
    this.texts.set(row.id, texts.with(old.seq - 1, text));
    this.#emit('message.edited', row, text);
  }

  list(spec: realtime.ViewSpec): Conversation[] {
    return [...this.rows.values()]
      .filter((row) => realtime.membership(spec, row, ME) === 'in')
      .sort((a, b) => realtime.compare(spec.sort, a, b));
  }
}

const specs: realtime.ViewSpec[] = [
  { view: 'all', status: 'open', sort: 'recent' },
  { view: 'mine', status: 'open', sort: 'waiting' },
  { view: 'unassigned', status: 'all', sort: 'recent' },
  { view: 'all', status: 'resolved', sort: 'waiting' },
];

function fetchPage(server: Server, spec: realtime.ViewSpec) {
  const rows = server.list(spec);
  return { rows: rows.slice(0, PAGE), next: rows.length > PAGE ? 'more' : null };
}

/** Plays one seed and answers the state of a client that followed it. */
function play(seed: number) {
  const pick = random(seed);
  const server = new Server(pick);
  let state = realtime.emptyState(ME);
  let seen = 0;
  for (let i = 0; i < 10; i += 1) server.step();
  // The page is answered before the client gets the events of the meantime, as in life.
  const pages = specs.map((spec) => fetchPage(server, spec));
  const first = [...server.rows.keys()][0] ?? '';
  state = realtime.beginMessages(state, first);
  const texts = server.texts.get(first) ?? [];
  seen = Math.max(0, server.log.length - pick(4));
  if (pick(2) === 0) state = realtime.applyEvents(state, server.log.slice(seen));
  specs.forEach((spec, i) => {
    const page = pages[i];
    if (page) state = realtime.applyList(state, spec, page.rows, page.next);
  });
  state = realtime.applyLatestMessages(state, first, texts, false);
  for (let i = 0; i < 120; i += 1) {
    server.step();
    const isConnected = pick(4) !== 0;
    if (!isConnected) continue;
    // A reconnect repeats some of what was already seen.
    const from = Math.max(0, seen - pick(3));
    state = realtime.applyEvents(state, server.log.slice(from));
    seen = server.log.length;
  }
  state = realtime.applyEvents(state, server.log.slice(seen));
  return { server, state, first };
}

describe('old state + events = fresh state', () => {
  it('holds for random work with random disconnects', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { server, state, first } = play(seed);
      for (const spec of specs) {
        const held = state.lists.get(realtime.viewKey(spec));
        const bound = held?.bound;
        const fresh = server
          .list(spec)
          .filter((row) => !bound || realtime.compare(spec.sort, row, bound) <= 0)
          .map((row) => row.id);
        expect(held?.ids, `seed ${seed} ${realtime.viewKey(spec)}`).toEqual(fresh);
      }
      for (const [id, row] of state.conversations) {
        expect(row, `seed ${seed}`).toEqual(server.rows.get(id));
      }
      expect(state.messages.get(first)?.items, `seed ${seed}`).toEqual(
        server.texts.get(first) ?? [],
      );
    }
  });
});
