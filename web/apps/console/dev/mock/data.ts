/** A small company to look at while there is no server: two languages, three teams, 10,000 conversations. */
import type * as T from '@zhiyin/api';
import { english, given, surnames, talks } from './texts.ts';

let seed = 20260101;
export const pick = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const of = <V>(list: readonly V[]): V => list[pick(list.length)] as V;

export const now = () => Date.now();
const iso = (ms: number) => new Date(ms).toISOString();
const MIN = 60_000;
const DAY = 86_400_000;

export const workspace: T.Workspace = {
  id: 'ws_1',
  name: '青禾家居 Qinghe Home',
  slug: 'qinghe',
  locale: 'zh-CN',
  time_zone: 'Asia/Shanghai',
};

const people: [string, string, T.Presence][] = [
  ['陈思远', '小陈', 'online'],
  ['李婉清', '婉清', 'online'],
  ['Grace Miller', 'Grace', 'online'],
  ['王浩然', '浩然', 'busy'],
  ['赵一诺', '一诺', 'away'],
  ['Tom Becker', 'Tom', 'offline'],
  ['周晓彤', '晓彤', 'online'],
  ['吴俊杰', '俊杰', 'break'],
  ['Aisha Khan', 'Aisha', 'offline'],
];

export const agents: T.Agent[] = people.map(([name, display, presence], i) => ({
  id: `ag_${i}`,
  name,
  display_name: display,
  email: `agent${i}@qinghe.example`,
  avatar_url: null,
  locale: /[a-z]/i.test(name) ? 'en' : 'zh-CN',
  is_active: i !== 8,
  role_ids: [i === 0 ? 'rl_admin' : i === 3 ? 'rl_super' : 'rl_agent'],
  team_ids: [`tm_${i % 3}`],
  inbox_ids: ['ib_0', 'ib_1'],
  presence,
  created_at: iso(now() - 200 * DAY),
}));

export const teams: T.Team[] = ['售前顾问', '售后服务', 'International'].map((name, i) => ({
  id: `tm_${i}`,
  name,
  member_ids: agents.filter((_, j) => j % 3 === i).map((agent) => agent.id),
}));

const settings: T.WidgetSettings = {
  color: '#0f5f5c',
  position: 'right',
  avatar_url: null,
  title: { 'zh-CN': '青禾家居', en: 'Qinghe Home' },
  greeting: { 'zh-CN': '您好,有什么可以帮您?', en: 'Hello, how can we help?' },
  offline_text: {
    'zh-CN': '现在是休息时间,请留言,我们上班后回复您。',
    en: 'We are away. Leave a message and we answer in the morning.',
  },
  prechat: {
    enabled: false,
    fields: [{ key: 'name', label: { 'zh-CN': '称呼', en: 'Name' }, kind: 'text', required: true }],
  },
  office_hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '18:00' })),
  time_zone: 'Asia/Shanghai',
  require_identity: false,
  show_typing_preview: true,
};

export const inboxes: T.Inbox[] = ['官网在线', 'Global store'].map((name, i) => ({
  id: `ib_${i}`,
  number: i + 1,
  name,
  channel: 'web',
  key: `k${i}w8f3z9q2m`,
  is_enabled: true,
  allowed_domains: i === 0 ? ['qinghe.example', 'www.qinghe.example'] : ['shop.example.com'],
  settings: structuredClone(settings),
  member_ids: agents.map((agent) => agent.id),
}));

export const tags: T.Tag[] = (
  [
    ['退换货', 'amber'],
    ['物流', 'indigo'],
    ['VIP', 'celadon'],
    ['投诉', 'vermilion'],
    ['发票', 'moss'],
    ['Wholesale', 'sand'],
  ] as const
).map(([name, color], i) => ({ id: `tg_${i}`, name, color }));

export const roles: T.Role[] = [
  { id: 'rl_admin', name: 'administrator', is_builtin: true, grants: [] },
  {
    id: 'rl_super',
    name: 'supervisor',
    is_builtin: true,
    grants: [{ permission: 'floor.supervise', scope: 'all' }],
  },
  {
    id: 'rl_agent',
    name: 'agent',
    is_builtin: true,
    grants: [{ permission: 'conversations.reply', scope: 'inbox' }],
  },
];

const phraseRows: [string, string, string, T.Locale][] = [
  [
    'hi',
    '问候',
    '{{greeting}},{{surname}}先生/女士,我是{{workspace}}的客服{{agent}},很高兴为您服务。',
    'zh-CN',
  ],
  ['wait', '请稍等', '好的,我马上为您查询,请稍等片刻。', 'zh-CN'],
  ['sorry', '致歉', '给您带来不便,非常抱歉。我会跟进到底,直到问题解决。', 'zh-CN'],
  ['ship', '物流说明', '您的订单已发出,通常 2–3 天送达。物流更新后我会第一时间告诉您。', 'zh-CN'],
  ['bye', '结束语', '感谢您的咨询,祝您生活愉快。如有其他问题,随时联系我们。', 'zh-CN'],
  [
    'hello',
    'Greeting',
    '{{greeting}}, {{customer}}. I am {{agent}} from {{workspace}}. How can I help?',
    'en',
  ],
  ['hold', 'Hold on', 'Let me check this for you. It takes a minute.', 'en'],
  [
    'refund',
    'Refund on its way',
    'Your refund is on its way. Banks usually show it within 3 to 5 working days.',
    'en',
  ],
];
export const phrases: T.Phrase[] = phraseRows.map(([shortcut, title, text, locale], i) => ({
  id: `ph_${i}`,
  shortcut,
  title,
  text,
  locale,
  scope: i === 7 ? 'personal' : 'shared',
  situation: null,
}));

export const contacts = new Map<string, T.Contact>();
export const conversations = new Map<string, T.Conversation>();
export const messages = new Map<string, T.Message[]>();

export function block(text: string): T.Block[] {
  return [{ type: 'paragraph', inlines: [{ type: 'text', text }] }];
}

export function makeMessage(
  row: T.Conversation,
  given: Partial<T.Message> & { text: string },
): T.Message {
  const seq = (messages.get(row.id)?.length ?? 0) + 1;
  return {
    id: `ms_${row.id}_${seq}`,
    conversation_id: row.id,
    session_id: row.session?.id ?? null,
    seq,
    kind: 'text',
    author: { kind: 'contact', id: row.contact.id, name: row.contact.name, avatar_url: null },
    blocks: block(given.text),
    quote: null,
    attachments: [],
    mentions: [],
    system: null,
    client_id: null,
    delivery: 'delivered',
    created_at: iso(now()),
    edited_at: null,
    recalled_at: null,
    revision: 1,
    ...given,
  };
}

export const by = (agent: T.Agent): T.Message['author'] => ({
  kind: 'agent',
  id: agent.id,
  name: agent.display_name,
  avatar_url: null,
});

function makeContact(i: number, locale: T.Locale): T.Contact {
  const name = locale === 'en' ? of(english) : of(surnames) + of(given);
  const contact: T.Contact = {
    id: `ct_${i}`,
    account_id: null,
    name,
    email: i % 3 === 0 ? `customer${i}@mail.example` : null,
    phone: i % 2 === 0 ? `138 0013 ${String(1000 + (i % 9000))}` : null,
    locale,
    attributes:
      i % 2 === 0
        ? {
            会员等级: of(['金卡', '银卡', '普通']),
            累计消费: 1280 + pick(20000),
            最近订单: `QH2026${1000 + i}`,
          }
        : {},
    tags: i % 5 === 0 ? ['tg_2'] : [],
    identities: [
      {
        id: `id_${i}`,
        inbox_id: locale === 'en' ? 'ib_1' : 'ib_0',
        kind: i % 2 === 0 ? 'verified' : 'anonymous',
        external_id: i % 2 === 0 ? `u${88000 + i}` : null,
      },
    ],
    context: {
      page_url: 'https://www.qinghe.example/desk/walnut',
      page_title: locale === 'en' ? 'Walnut desk, 140 cm' : '胡桃木书桌 140 cm',
      referrer: 'https://search.example',
      user_agent:
        i % 2
          ? 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604.1'
          : 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/156.0 Safari/537',
      locale,
      time_zone: locale === 'en' ? 'Europe/Berlin' : 'Asia/Shanghai',
    },
    notes:
      i === 0
        ? [
            {
              id: 'n1',
              text: '新房装修,书房和客厅都在选购。喜欢电话沟通,工作日晚上 7 点后方便。',
              author_id: 'ag_1',
              created_at: iso(now() - 6 * DAY),
            },
          ]
        : [],
    created_at: iso(now() - (20 + pick(300)) * DAY),
    last_seen_at: iso(now() - pick(30) * MIN),
    version: 1,
  };
  contacts.set(contact.id, contact);
  return contact;
}

function makeConversation(i: number): void {
  const locale: T.Locale = i % 4 === 2 ? 'en' : 'zh-CN';
  const contact = makeContact(i, locale);
  const isOpen = i < 420;
  const age = i < 12 ? i * 3 * MIN + 20_000 : i < 420 ? (i - 10) * 7 * MIN : i * 11 * MIN;
  const started = now() - age - 12 * MIN;
  const assignee = i % 3 === 1 && isOpen ? null : i < 60 && i % 2 === 0 ? agents[0] : of(agents);
  const id = `cv_${String(i).padStart(5, '0')}`;
  const row: T.Conversation = {
    id,
    number: 10_000 - i,
    inbox_id: locale === 'en' ? 'ib_1' : 'ib_0',
    channel: 'web',
    contact: {
      id: contact.id,
      name: contact.name,
      avatar_url: null,
      locale,
      is_verified: i % 2 === 0,
    },
    status: isOpen
      ? { kind: 'open' }
      : i < 460
        ? { kind: 'snoozed', until: iso(now() + (i - 400) * 60 * MIN), by: 'ag_0' }
        : { kind: 'resolved', at: iso(now() - age), by: 'ag_0' },
    handler: assignee ? 'human' : 'queued',
    assignee_id: assignee?.id ?? null,
    team_id: `tm_${i % 3}`,
    priority: i % 17 === 3 ? 'urgent' : 'normal',
    tag_ids: i % 3 === 0 ? [of(tags).id] : i % 7 === 0 ? ['tg_0', 'tg_3'] : [],
    session: {
      id: `ss_${i}`,
      number: i % 5 === 0 ? 3 : 1,
      step: isOpen ? 'response' : 'feedback',
      opened_at: iso(started),
      first_response_at: assignee ? iso(started + 40_000) : null,
      first_response_due_at: assignee ? null : iso(now() + (i % 4) * 25_000 - 20_000),
      resolved_at: isOpen ? null : iso(now() - age),
      rating:
        !isOpen && i % 2
          ? { score: 3 + (i % 3), comment: null, dimensions: null, at: iso(now() - age) }
          : null,
    },
    last_message: null,
    waiting_since: null,
    unread_count: 0,
    message_count: 0,
    contact_seen_seq: 0,
    agent_seen_seq: 0,
    created_at: iso(started),
    updated_at: iso(now() - age),
    version: 1,
  };
  fill(row, i, locale, assignee ?? null, started);
  conversations.set(id, row);
}

function fill(
  row: T.Conversation,
  i: number,
  locale: T.Locale,
  assignee: T.Agent | null,
  started: number,
): void {
  const talk = i === 0 ? talks['zh-CN'][0] : of(talks[locale]);
  const length = assignee ? 1 + pick(talk?.length ?? 1) : 1 + pick(2);
  const lines = i === 0 ? (talk ?? []) : (talk ?? []).slice(0, length);
  const step = Math.max(20_000, (Date.parse(row.updated_at) - started) / Math.max(1, lines.length));
  const list: T.Message[] = [];
  messages.set(row.id, list);
  if (i < 420 && assignee) {
    list.push(
      makeMessage(row, {
        kind: 'system',
        text: '',
        system: { event: 'conversation.assigned', params: { agent_id: assignee.id } },
        author: by(assignee),
        created_at: iso(started),
      }),
    );
  }
  lines.forEach((text, j) => {
    const isAgent =
      /^(您好,非常|收到。|有的|可以|请您|I am sorry|The carrier|We do|Of course)/.test(text);
    const author = isAgent ? { author: by(assignee ?? (agents[1] as T.Agent)) } : {};
    list.push(makeMessage(row, { text, ...author, created_at: iso(started + (j + 1) * step) }));
    if (i === 0 && j === 3) {
      list.push(
        makeMessage(row, {
          text: '',
          blocks: [],
          attachments: [
            {
              id: 'at_1',
              name: '桌角划痕.jpg',
              media_type: 'image/svg+xml',
              size_bytes: 182_000,
              width: 640,
              height: 420,
              url: '/files/at_1',
              thumbnail_url: null,
              kind: 'image',
            },
          ],
          created_at: iso(started + (j + 1) * step + 5000),
        }),
      );
      list.push(
        makeMessage(row, {
          kind: 'note',
          text: '@婉清 仓库那边还有同色的吗?客户下周末搬家,尽量周四前送到。',
          blocks: [
            {
              type: 'paragraph',
              inlines: [
                { type: 'mention', agent_id: 'ag_1', name: '婉清' },
                { type: 'text', text: ' 仓库那边还有同色的吗?客户下周末搬家,尽量周四前送到。' },
              ],
            },
          ],
          mentions: ['ag_1'],
          author: by(agents[0] as T.Agent),
          created_at: iso(started + (j + 1) * step + 9000),
        }),
      );
    }
  });
  settle(row);
  if (i < 420 && row.unread_count > 0)
    row.agent_seen_seq = Math.max(0, row.message_count - row.unread_count);
}

/** Brings a row in line with its messages. */
export function settle(row: T.Conversation): void {
  const list = messages.get(row.id) ?? [];
  const spoken = list.filter((message) => message.kind === 'text');
  const last = spoken.at(-1);
  row.message_count = list.length;
  if (!last) return;
  row.last_message = {
    id: last.id,
    seq: last.seq,
    author_kind: last.author.kind,
    author_id: last.author.id,
    preview: last.text,
    at: last.created_at,
  };
  let unread = 0;
  for (const message of spoken.toReversed()) {
    if (message.author.kind !== 'contact') break;
    unread += 1;
    if (row.status.kind !== 'resolved') row.waiting_since = message.created_at;
  }
  if (unread === 0) row.waiting_since = null;
  row.unread_count = row.status.kind === 'resolved' ? 0 : unread;
}

for (let i = 0; i < 10_000; i += 1) makeConversation(i);

export const sessions: T.ContactSession[] = [
  ['ss_old2', 2, 24, 5, '回复很快,问题当场解决'],
  ['ss_old1', 1, 96, 4, null],
].map(([id, number, days, score, comment]) => ({
  id: id as string,
  number: number as number,
  step: 'aftercare',
  opened_at: iso(now() - (days as number) * DAY),
  first_response_at: iso(now() - (days as number) * DAY + 20_000),
  first_response_due_at: null,
  resolved_at: iso(now() - (days as number) * DAY + 30 * MIN),
  rating: {
    score: score as number,
    comment: comment as string | null,
    dimensions: null,
    at: iso(now()),
  },
  conversation_id: 'cv_00000',
  conversation_number: 10_000,
  inbox_id: 'ib_0',
}));
