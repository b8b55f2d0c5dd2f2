import { PASSWORD, type Server } from './server.js';

/** What the server answered. */
export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Tests read JSON of any shape.
  body: any;
}

/** A call that comes back when the server says so, as every program should. */
async function fetchPatiently(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.status !== 429) return answer;
  const wait_s = Number(answer.headers.get('retry-after')) || 1;
  await new Promise((done) => setTimeout(done, wait_s * 1000));
  return fetchPatiently(url, init);
}

/** Calls of the agent API, as the console makes them: a cookie, our origin, the CSRF token. */
export class AgentApi {
  readonly url: string;
  readonly cookie: string;
  readonly #csrf: string;

  private constructor(url: string, cookie: string, csrf: string) {
    this.url = url;
    this.cookie = cookie;
    this.#csrf = csrf;
  }

  static readonly #sessions = new Map<string, Promise<AgentApi>>();

  /** The session of an agent of the sample company: one for each server, since logging in is slow. */
  static logIn(server: Pick<Server, 'url'>, who = 'zoe.shen'): Promise<AgentApi> {
    const key = `${server.url} ${who}`;
    const session = AgentApi.#sessions.get(key) ?? AgentApi.#open(server, who);
    AgentApi.#sessions.set(key, session);
    return session;
  }

  static async #open(server: Pick<Server, 'url'>, who: string): Promise<AgentApi> {
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify({ email: `${who}@qingyu.example`, password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(`${who} was refused: ${String(answer.status)}`);
    const me = (await answer.json()) as { csrf_token: string };
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return new AgentApi(server.url, cookie, me.csrf_token);
  }

  /** The session as a browser keeps it. */
  get cookies(): { name: string; value: string; url: string }[] {
    return this.cookie.split('; ').map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return { name, value: value.join('='), url: this.url };
    });
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetchPatiently(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        origin: this.url,
        'x-csrf-token': this.#csrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.status, body: await read(answer) };
  }

  /** The call must succeed. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const { status, body: given } = await this.call(method, path, body);
    if (status >= 300)
      throw new Error(`${method} ${path}: ${String(status)} ${JSON.stringify(given)}`);
    return given;
  }
}

/** Calls of the visitor API, as the widget makes them. */
export class VisitorApi {
  private constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  static async arrive(
    server: Pick<Server, 'url'>,
    inboxKey: string,
    about: object = {},
  ): Promise<VisitorApi> {
    const answer = await fetch(`${server.url}/api/v1/widget/inboxes/${inboxKey}/visitors`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify({ locale: 'en', ...about }),
    });
    const body = await read(answer);
    if (!answer.ok) throw new Error(`the visitor was refused: ${JSON.stringify(body)}`);
    return new VisitorApi(server.url, body.token);
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.url}/api/v1/widget/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        origin: this.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.status, body: await read(answer) };
  }

  async upload(name: string, type: string, bytes: BlobPart): Promise<Answer> {
    const form = new FormData();
    form.append('file', new File([bytes], name, { type }), name);
    const answer = await fetch(`${this.url}/api/v1/widget/attachments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, origin: this.url },
      body: form,
    });
    return { status: answer.status, body: await read(answer) };
  }
}

async function read(answer: Response): Promise<Answer['body']> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
