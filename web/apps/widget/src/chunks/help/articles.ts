/** Articles for visitors: finding and reading them, and telling what became of a question. */
import { API } from '../../panel/desk';
import type { Desk } from '../../panel/desk';
import type { Article, Hit } from '../../panel/dto';
import { say } from './words';

/** Longer than any honest answer takes on a bad mobile network. */
const TIMEOUT_MS = 20_000;
/** The server counts no more characters of a question. */
const CHARS_MAX = 300;

/** What the sheet is to show when it opens: a question, and the article that was chosen. */
export interface Wish {
  text: string;
  slug?: string;
}

export interface Steps {
  opened?: string;
  is_helpful?: boolean;
  is_contact?: boolean;
}

let wish: Wish | null = null;

/** Opens the sheet. */
export function open(desk: Desk, wished: Wish = { text: '' }): void {
  wish = wished;
  desk.set({ sheet: 'help' });
}

/** What was wished for, once. */
export function takeWish(): Wish {
  const taken = wish ?? { text: '' };
  wish = null;
  return taken;
}

/** A refusal, by its status; 0 if there was no answer. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super('' + status);
  }
}

async function call<T>(desk: Desk, method: string, path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${API}/widget/inboxes/${desk.inbox}/${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : null,
      // What is told last goes out though the page is left.
      keepalive: method === 'PATCH',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Refused(0);
  }
  if (!response.ok) throw new Refused(response.status);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Words of a question in one line, as far as they count. */
export const question = (text: string): string =>
  text.trim().replace(/\s+/g, ' ').slice(0, CHARS_MAX);

/** Whether there is enough to look for: two Chinese characters, or three of others. */
export const isAsked = (text: string): boolean =>
  /\p{Script=Han}.*\p{Script=Han}/su.test(text) || text.trim().length > 2;

/** What answers, while it is typed. Nothing is kept. */
export async function find(desk: Desk, text: string): Promise<Hit[]> {
  const query = new URLSearchParams({ q: question(text), locale: desk.get().locale });
  return (await call<{ items: Hit[] }>(desk, 'GET', 'articles?' + query)).items;
}

/** Keeps a question that is meant; its name, with which to tell what became of it. */
export const ask = (desk: Desk, text: string): Promise<string | null> =>
  call<{ question_id?: string | null }>(desk, 'POST', 'article-questions', {
    text: question(text),
    locale: desk.get().locale,
  }).then(
    ({ question_id: id }) => id ?? null,
    // Nothing a visitor reads hangs on what is counted.
    () => null,
  );

export function did(desk: Desk, id: string | null, steps: Steps): void {
  if (!id) return;
  const body = { locale: desk.get().locale, ...steps };
  void call(desk, 'PATCH', 'article-questions/' + id, body).catch(() => {});
}

export const read = (desk: Desk, slug: string): Promise<Article> =>
  call(desk, 'GET', `articles/${encodeURIComponent(slug)}?locale=${desk.get().locale}`);

/**
 * Back to the composer, with the question as its text if nothing is written yet. Who answers sees
 * what was read and looked for as the page the visitor comes from, as from the help centre.
 */
export function askPerson(desk: Desk, text: string, article: Article | null): void {
  const { context } = desk;
  const typed = question(text);
  const parts = [
    article && say('read', { title: article.title }),
    typed && say('typed', { text: typed }),
  ].filter(Boolean);
  if (parts.length)
    desk.page({
      page_url: article?.url ?? context?.page_url ?? location.href,
      page_title: parts.join(' · '),
      referrer: context?.referrer ?? '',
    });
  const draft = desk.get().draft || typed;
  desk.set({ sheet: null, draft });
  const box = document.querySelector('textarea');
  box?.focus();
  box?.setSelectionRange(draft.length, draft.length);
}
