/** What customers received beside what they expected, and the notices given before: two reports of one page. */
import type {
  ApiError,
  ConversationId,
  Expectation,
  ExpectationGroup,
  ExpectationQuery,
  ExpectationReport,
  ExpectationRow,
  ExpectationSession,
  NoticeItem,
  NoticeReport,
  NoticesApi,
} from '@zhiyin/api';
import type { Load } from './model.svelte.ts';
import { spanOf, type PeriodFilter, type Span } from './period.ts';

export interface ExpectationFilter extends PeriodFilter {
  inbox: string;
  group: ExpectationGroup;
}

export type About = Expectation | 'answered';
export type NoticeColumn = 'sent' | 'acknowledged' | 'complained';

/** Which number is looked behind: a row of ratings (`null`: all of them), or of notices. */
export type ExpectationDrill =
  | { of: 'ratings'; about: About; row: ExpectationRow | null }
  | { of: 'notices'; about: NoticeColumn; key: string | null; name: string };

export type Behind = { sessions: ExpectationSession[] } | { notices: NoticeItem[] };

/** As many as the server gives at once. */
export const DRILL_MAX = 50;
/** In place of an id: the group of those without. */
const WITHOUT = 'none';

type Calls = Pick<
  NoticesApi,
  'getExpectations' | 'listExpectationSessions' | 'getNotices' | 'listNoticeItems'
>;

export class ExpectationReportModel {
  readonly filter: ExpectationFilter;
  readonly span: Span | null;
  report: Load<ExpectationReport> | 'no-span' = $state.raw('loading');
  notices: Load<NoticeReport> = $state.raw('loading');
  drill: ExpectationDrill | null = $state.raw(null);
  behind: Load<Behind> = $state.raw('loading');
  #api: Calls;
  #round = 0;

  constructor(filter: ExpectationFilter, api: Calls, now: Date) {
    this.filter = filter;
    this.#api = api;
    this.span = spanOf(filter.period, filter, now);
    void this.load();
    void this.loadNotices();
  }

  #query(span: Span): ExpectationQuery {
    const { inbox } = this.filter;
    return {
      from: span.from.toISOString(),
      to: span.to.toISOString(),
      ...(inbox === '' ? {} : { inbox_id: inbox }),
    };
  }

  async load(): Promise<void> {
    if (!this.span) {
      this.report = 'no-span';
      return;
    }
    this.report = 'loading';
    this.report = loaded(await this.#api.getExpectations(this.#query(this.span)));
  }

  async loadNotices(): Promise<void> {
    if (!this.span) return;
    this.notices = 'loading';
    this.notices = loaded(await this.#api.getNotices(this.#query(this.span)));
  }

  /** Shows what is behind a number; null closes it. */
  async open(drill: ExpectationDrill | null): Promise<void> {
    this.drill = drill;
    const round = ++this.#round;
    if (!drill || !this.span) return;
    this.behind = 'loading';
    const behind = await this.#behind(drill, this.#query(this.span));
    if (round === this.#round) this.behind = behind;
  }

  async #behind(drill: ExpectationDrill, query: ExpectationQuery): Promise<Load<Behind>> {
    if (drill.of === 'notices') {
      const { about, key } = drill;
      const result = await this.#api.listNoticeItems({
        ...query,
        about,
        ...(key === null ? {} : { key }),
      });
      return result.ok ? { ready: { notices: result.value.items } } : { failed: result.error };
    }
    const { about, row } = drill;
    const group = row ? groupQuery(this.filter.group, row.key) : {};
    const result = await this.#api.listExpectationSessions({ ...query, ...group, about });
    return result.ok ? { ready: { sessions: result.value.items } } : { failed: result.error };
  }
}

function loaded<T>(result: { ok: true; value: T } | { ok: false; error: ApiError }): Load<T> {
  return result.ok ? { ready: result.value } : { failed: result.error };
}

/** What narrows the conversations to one row of a group. */
export function groupQuery(
  group: ExpectationGroup,
  key: string | null,
): Partial<ExpectationQuery> & { day?: string } {
  if (group === 'by_day') return key === null ? {} : { day: key };
  const names = {
    by_inbox: 'inbox_id',
    by_topic: 'topic_id',
    by_agent: 'agent_id',
    by_team: 'team_id',
  } as const;
  return { [names[group]]: key ?? WITHOUT };
}

/** The parts of a hundred of those who answered; they add up to a hundred, or are all none. */
export function shares(row: ExpectationRow): Record<Expectation, number> {
  const of = (part: number) => (row.answered === 0 ? 0 : (part / row.answered) * 100);
  return {
    disappointed: of(row.disappointed),
    satisfied: of(row.satisfied),
    delighted: of(row.delighted),
  };
}

export const conversationHref = (id: ConversationId) => `/inbox/all/${id}?status=all`;
