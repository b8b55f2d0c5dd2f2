/**
 * A stand-in for the visitor API, in memory, for development and browser tests of the
 * widget alone. Speaks what the real server speaks; `inboxes` are the situations to see.
 */
import { randomBytes, randomUUID } from 'node:crypto';

const always = { office_hours: [], time_zone: 'Asia/Shanghai' };
const agents = [
  { name: '林溪', avatar_url: null },
  { name: 'Ellen', avatar_url: null },
  { name: '周宁', avatar_url: null },
];

const settings = {
  color: '#1f6f6b',
  position: 'right',
  avatar_url: null,
  title: { en: 'Qingyu support', 'zh-CN': '青屿客服' },
  greeting: {
    en: 'Good to see you. What can we do for you?',
    'zh-CN': '您好，欢迎光临青屿。请问有什么可以帮您？',
  },
  offline_text: {
    en: 'The shop is closed just now. Leave us a message and we will answer by e-mail.',
    'zh-CN': '现在是非营业时间，请您留言，我们会通过邮件回复。',
  },
  prechat: { enabled: false, fields: [] },
  require_identity: false,
  show_typing_preview: true,
  first_response_s: 30,
  default_locale: 'zh-CN',
  rating: { enabled: true, ask_dimensions: true, cooldown_days: 0 },
  ...always,
};

const questions = [
  { key: 'name', label: { en: 'Your name', 'zh-CN': '您的称呼' }, kind: 'text', required: true },
  {
    key: 'email',
    label: { en: 'E-mail address', 'zh-CN': '电子邮箱' },
    kind: 'email',
    required: true,
  },
  { key: 'order', label: { en: 'Order number', 'zh-CN': '订单号' }, kind: 'text', required: false },
];

const weekdays = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '18:00' }));

/** One inbox for each situation. */
export const inboxes = {
  demo: { settings },
  orange: { settings: { ...settings, color: '#f59e0b', position: 'left' } },
  prechat: { settings: { ...settings, prechat: { enabled: true, fields: questions } } },
  offline: { settings: { ...settings, office_hours: weekdays }, isOnline: false },
  blocked: { settings, refuse: [403, 'blocked'] },
  identity: {
    settings: { ...settings, require_identity: true },
    refuse: [403, 'identity-required'],
  },
  forbidden: { isForbidden: true },
};

const words = (text) => ({ tag: '', text });
const element = (tag, ...children) => ({ tag, children });

/** What the help centre holds, by language. */
export const articles = {
  en: [
    {
      slug: 'return-an-order',
      title: 'Return an order',
      text: 'You have 14 days. Use the label in the box.',
      nodes: [
        element('p', words('You have 14 days. Use the '), element('strong', words('label'))),
        element('h2', words('Who pays')),
        { ...element('blockquote', element('p', words('Gifts are taken back too.'))), hint: 'tip' },
        element(
          'table',
          element('thead', element('td', words('Within')), element('td', words('Costs'))),
          element('tr', element('td', words('14 days')), element('td', words('nothing'))),
        ),
      ],
    },
    {
      slug: 'care',
      title: 'Care for a gaiwan',
      text: 'Rinse it with warm water. How to return it is told elsewhere.',
      nodes: [element('p', words('Rinse it with warm water.'))],
    },
  ],
  'zh-CN': [
    {
      slug: 'tuihuo',
      title: '如何退货',
      text: '收到商品 14 天内可以退货，请使用包装内的标签。',
      nodes: [element('p', words('收到商品 14 天内可以退货，请使用包装内的标签。'))],
    },
  ],
};

/** How often one visitor may write before being asked to wait. */
const BUCKET = 12;
const EDIT = /\*\*(.+?)\*\*|(https?:\/\/\S+)/g;

/** `**bold**` and links are enough to see formatting. */
export function blocksOf(text) {
  return text.split(/\n{2,}/).map((paragraph) => {
    const inlines = [];
    let from = 0;
    for (const match of paragraph.matchAll(EDIT)) {
      if (match.index > from)
        inlines.push({ type: 'text', text: paragraph.slice(from, match.index) });
      if (match[1]) inlines.push({ type: 'bold', inlines: [{ type: 'text', text: match[1] }] });
      else inlines.push({ type: 'link', href: match[2], text: match[2] });
      from = match.index + match[0].length;
    }
    if (from < paragraph.length) inlines.push({ type: 'text', text: paragraph.slice(from) });
    return { type: 'paragraph', inlines };
  });
}

export class Refusal extends Error {
  constructor(status, code, retryAfter) {
    super(code);
    Object.assign(this, { status, code, retryAfter });
  }
}

export class Service {
  /** token → visitor */
  visitors = new Map();
  files = new Map();
  /** What was asked, with what became of it. */
  questions = [];
  now = () => new Date();
  #revision = 0;

  inbox(key) {
    const inbox = Object.hasOwn(inboxes, key) ? inboxes[key] : null;
    if (!inbox) throw new Refusal(404, 'not-found');
    if (inbox.isForbidden) throw new Refusal(403, 'domain-not-allowed');
    return inbox;
  }

  config(key) {
    const inbox = this.inbox(key);
    return {
      inbox_name: key,
      settings: inbox.settings,
      is_online: inbox.isOnline ?? true,
      has_articles: true,
      agents,
      server_time: this.now().toISOString(),
      limits: { message_chars: 4000, attachment_bytes: 20 << 20, attachments_per_message: 10 },
    };
  }

  /** Articles whose title or text has a word of the question. */
  find(query, locale) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = articles[locale]
      .filter(({ title, text }) =>
        words.some((word) => (title + text).toLowerCase().includes(word)),
      )
      .map(({ slug, title, text }) => {
        const at = title.toLowerCase().indexOf(words[0]);
        return {
          slug,
          title,
          title_highlights: at < 0 ? [] : [[at, words[0].length]],
          snippet: { text, highlights: [] },
          url: `https://help.example/${slug}`,
          is_answer: words.some((word) => title.toLowerCase().includes(word)),
        };
      });
    return { items: hits, question_id: null };
  }

  article(slug, locale) {
    const found = articles[locale].find((article) => article.slug === slug);
    if (!found) throw new Refusal(404, 'not-found');
    const { title, text, nodes } = found;
    return { title, summary: text, html: '', nodes, url: `https://help.example/${slug}` };
  }

  /** Starts or finds a visitor; an identity gives a new token and the person's own talk. */
  start(key, { token, identity, context, attributes }) {
    const inbox = this.inbox(key);
    if (inbox.refuse && !identity) throw new Refusal(...inbox.refuse);
    let visitor = token ? this.visitors.get(token) : null;
    if (identity) {
      if ((identity.jwt ?? identity.hmac) === 'bad') throw new Refusal(401, 'invalid-identity');
      const id = identity.user_id ?? identity.jwt;
      visitor = [...this.visitors.values()].find((known) => known.userId === id) ?? visitor;
      this.visitors.delete(token);
      visitor ??= this.#visitor(key);
      Object.assign(visitor, {
        userId: id,
        name: 'Mei',
        email: 'mei@example.com',
        token: this.#token(),
      });
      this.visitors.set(visitor.token, visitor);
    }
    if (!visitor) {
      visitor = this.#visitor(key);
      this.visitors.set(visitor.token, visitor);
    }
    Object.assign(visitor, { context, attributes: { ...visitor.attributes, ...attributes } });
    return {
      token: visitor.token,
      visitor: {
        contact_id: visitor.id,
        name: visitor.name,
        has_email: !!visitor.email,
        is_verified: !!visitor.userId,
      },
      conversation: visitor.conversation,
    };
  }

  #token = () => 'zv_' + randomBytes(16).toString('hex');

  #visitor(key) {
    return {
      id: 'ct_' + randomUUID(),
      token: this.#token(),
      inbox: key,
      name: '',
      email: null,
      userId: null,
      conversation: null,
      messages: [],
      listeners: new Set(),
      bucket: BUCKET,
      seen: [],
    };
  }

  of(token) {
    const visitor = this.visitors.get(token);
    if (!visitor) throw new Refusal(401, 'unauthenticated');
    return visitor;
  }

  page(visitor, beforeSeq, limit) {
    const all = visitor.messages.filter(({ seq }) => !beforeSeq || seq < beforeSeq);
    const items = all.slice(-limit);
    return { items, next: all.length > items.length ? String(items[0].seq) : null };
  }

  /** Adds or changes a row and tells everybody listening to this visitor. */
  publish(visitor, messages, changes = {}) {
    const revision = ++this.#revision;
    for (const message of messages) message.revision = revision;
    const { conversation } = visitor;
    Object.assign(conversation, changes, { revision });
    conversation.last_seq = visitor.messages.at(-1)?.seq ?? 0;
    conversation.unread_count = visitor.messages.filter(
      ({ seq, author, kind }) =>
        kind === 'text' && author.kind !== 'contact' && seq > conversation.contact_seen_seq,
    ).length;
    for (const listen of visitor.listeners)
      listen({ t: 'event', revision, conversation, messages });
  }

  #session = () => ({
    id: 'ss_' + randomUUID(),
    step: 'response',
    rating: null,
    is_resolved: false,
    may_rate: false,
  });

  open(visitor) {
    visitor.conversation ??= {
      id: 'cv_' + randomUUID(),
      revision: 0,
      status: 'open',
      assignee: null,
      session: this.#session(),
      last_seq: 0,
      contact_seen_seq: 0,
      agent_seen_seq: 0,
      unread_count: 0,
    };
    if (visitor.conversation.session.is_resolved)
      Object.assign(visitor.conversation, {
        status: 'open',
        session: this.#session(),
      });
  }

  add(visitor, fields) {
    if (fields.kind !== 'system') this.open(visitor);
    const message = {
      id: 'ms_' + randomUUID(),
      session_id: visitor.conversation.session.id,
      seq: (visitor.messages.at(-1)?.seq ?? 0) + 1,
      kind: 'text',
      author: { kind: 'contact', name: visitor.name, avatar_url: null },
      text: '',
      blocks: blocksOf(fields.text ?? ''),
      quote: null,
      attachments: [],
      quick_replies: [],
      cards: [],
      system: null,
      client_id: null,
      delivery: 'sent',
      created_at: this.now().toISOString(),
      edited_at: null,
      recalled_at: null,
      revision: 0,
      ...fields,
    };
    visitor.messages.push(message);
    return message;
  }

  write(visitor, { client_id, text, attachment_ids = [], reply_to_id, prechat }) {
    const known = visitor.messages.find((message) => message.client_id === client_id);
    if (known) return known;
    if (visitor.bucket < 1) throw new Refusal(429, 'rate-limited', 7);
    visitor.bucket--;
    if ([...text].length > 4000) throw new Refusal(422, 'too-long');
    const quoted = visitor.messages.find(({ id }) => id === reply_to_id);
    if (prechat) visitor.prechat = prechat;
    const message = this.add(visitor, {
      text,
      client_id,
      attachments: attachment_ids.map((id) => this.files.get(id)?.row).filter(Boolean),
      quote: quoted && { id: quoted.id, text: quoted.text, author_name: quoted.author.name },
    });
    this.publish(visitor, [message], { contact_seen_seq: message.seq });
    return message;
  }

  /** What the visitor says to a question below a message; an answer is never changed. */
  answer(visitor, id, { answer, note }) {
    const message = visitor.messages.find((one) => one.id === id);
    if (!message?.ask) throw new Refusal(404, 'not-found');
    if (message.ask.answer && message.ask.answer !== answer) throw new Refusal(409, 'not-now');
    if (answer === 'disputed' && !note?.trim()) throw new Refusal(422, 'invalid-field');
    message.ask = { ...message.ask, answer, note, answered_at: this.now().toISOString() };
    this.publish(visitor, [message]);
    return message;
  }

  /** What an agent does: the mock's remote control. */
  act(visitor, { do: what, ...fields }) {
    const agent = { kind: 'agent', name: fields.name ?? '林溪', avatar_url: null };
    if (!visitor.conversation) this.open(visitor);
    if (what === 'write') {
      const { text = '', blocks, attachments, quote, cards, quick_replies, ask, at } = fields;
      const extra = Object.fromEntries(
        Object.entries({
          blocks,
          attachments,
          quote,
          cards,
          quick_replies,
          ask,
          created_at: at,
        }).filter(([, value]) => value),
      );
      const author = fields.isBot ? { ...agent, kind: 'bot' } : agent;
      const message = this.add(visitor, { author, text, ...extra });
      return this.publish(visitor, [message], { agent_seen_seq: message.seq });
    }
    if (what === 'system') {
      const message = this.add(visitor, {
        kind: 'system',
        author: { kind: 'system', name: '', avatar_url: null },
        system: { event: fields.event, params: fields.params ?? {} },
      });
      return this.publish(visitor, [message]);
    }
    if (what === 'assign') {
      visitor.conversation.assignee = { name: agent.name, avatar_url: null };
      return this.act(visitor, {
        do: 'system',
        event: 'assigned',
        params: { agent_name: agent.name },
      });
    }
    if (what === 'seen')
      return this.publish(visitor, [], { agent_seen_seq: visitor.conversation.last_seq });
    if (what === 'resolve') {
      Object.assign(visitor.conversation.session, { is_resolved: true, may_rate: true });
      visitor.conversation.status = 'resolved';
      return this.act(visitor, { do: 'system', event: fields.event ?? 'resolved' });
    }
    const last = visitor.messages.at(-1);
    if (what === 'edit')
      Object.assign(last, {
        text: fields.text,
        blocks: blocksOf(fields.text),
        edited_at: this.now().toISOString(),
      });
    if (what === 'recall')
      Object.assign(last, { text: '', blocks: [], recalled_at: this.now().toISOString() });
    if (what === 'edit' || what === 'recall') return this.publish(visitor, [last]);
    if (what === 'typing')
      for (const listen of visitor.listeners)
        listen({ t: 'signal', kind: 'typing', agent: { name: agent.name } });
    return undefined;
  }

  upload(name, type, bytes) {
    const id = 'at_' + randomUUID();
    const isImage = /^image\/(png|jpeg|gif|webp)$/.test(type);
    const row = {
      id,
      name,
      media_type: type,
      size_bytes: bytes.length,
      width: isImage ? 480 : null,
      height: isImage ? 320 : null,
      url: '/api/v1/files/' + id,
      thumbnail_url: null,
      kind: isImage ? 'image' : 'file',
    };
    this.files.set(id, { row, bytes, type });
    return row;
  }
}
