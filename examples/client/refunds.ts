// Follows the event log and tags conversations in which a customer speaks of a refund.
//
//   ZHIYIN_URL=https://help.example.com ZHIYIN_TOKEN=zy_… npx tsx refunds.ts
//
// What is done twice has no further effect, so a place kept too early is the only mistake one can
// make: `follow` tells it after the work.

import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Api, EventsApi, Http, withToken, type LogEvent, type TagId } from '@zhiyin/api';

const WORDS = /refund|money back|退款|退钱/i;
const TAG = 'Refund';
/** Less than the time after which the client gives a call up. */
const WAIT_S = 15;

export interface Place {
  read: () => Promise<number | undefined>;
  write: (next: number) => Promise<void>;
}

/** The tag by its name; made when it is not there. */
export async function tagNamed(api: Api, name: string): Promise<TagId> {
  const tags = await api.listTags();
  if (!tags.ok) throw new Error(`tags: ${tags.error.detail}`);
  const found = tags.value.items.find((tag) => tag.name === name);
  if (found) return found.id;
  const made = await api.createTag({ name, color: '#b07a1e' });
  if (!made.ok) throw new Error(`tag: ${made.error.detail}`);
  return made.value.id;
}

/** Whether a customer speaks of a refund in a conversation that is not tagged yet. */
export function isRefund({ conversation, message }: LogEvent, tag: TagId): boolean {
  if (!conversation || conversation.tag_ids.includes(tag)) return false;
  return message?.author.kind === 'contact' && WORDS.test(message.text);
}

/** One page of the log; says the place after it. */
export async function step(
  http: Http,
  tag: TagId,
  since: number | undefined,
  signal?: AbortSignal,
): Promise<number> {
  const page = await new EventsApi(http).list(
    { since, types: ['message.created'], wait_s: WAIT_S },
    signal,
  );
  if (!page.ok) throw new Error(`events: ${page.error.detail}`);
  const api = new Api(http);
  for (const event of page.value.items) {
    if (!event.conversation || !isRefund(event, tag)) continue;
    const { id, tag_ids } = event.conversation;
    const tagged = await api.tagConversation(id, [...tag_ids, tag]);
    // Gone, or not ours to see: nothing that another attempt would change.
    if (!tagged.ok && tagged.error.status >= 500) throw new Error(tagged.error.detail);
  }
  return page.value.next;
}

async function follow(http: Http, place: Place): Promise<void> {
  const tag = await tagNamed(new Api(http), TAG);
  let since = await place.read();
  for (;;) {
    try {
      since = await step(http, tag, since);
      await place.write(since);
    } catch (cause) {
      console.error(cause);
      await new Promise((done) => setTimeout(done, 5_000));
    }
  }
}

/** The place in a file; without one the log is followed from now on. */
const inFile = (path: string): Place => ({
  read: () => readFile(path, 'utf8').then(Number, () => undefined),
  write: (next) => writeFile(path, String(next)),
});

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { ZHIYIN_URL, ZHIYIN_TOKEN } = process.env;
  if (!ZHIYIN_URL || !ZHIYIN_TOKEN) throw new Error('Set ZHIYIN_URL and ZHIYIN_TOKEN.');
  const http = new Http({
    base: `${ZHIYIN_URL}/api/v1`,
    fetch: withToken(ZHIYIN_TOKEN),
  });
  await follow(http, inFile('place.txt'));
}
