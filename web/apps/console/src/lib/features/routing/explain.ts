/** Decisions of routing in sentences: why now, why this one, why not the others. Pure. */
import type { Credits, Decision, Headcount } from '@zhiyin/api';
import type { T, TimeFormat } from '@zhiyin/i18n';

export interface Words {
  t: T;
  time: Pick<TimeFormat, 'waiting'>;
  /** "a, b" or "a、b". */
  join: (parts: string[]) => string;
  agent: (id: string) => string;
}

export interface Told {
  /** Who got it, and how. */
  title: string;
  /** Whole sentences, in the order people ask. */
  sentences: string[];
}

export function tell(decision: Decision, words: Words): Told {
  const { t } = words;
  const { explanation } = decision;
  const name = words.agent(decision.agent_id);
  const title =
    decision.mode.kind === 'offer' ? t('why.offered', { name }) : t('why.given', { name });
  const sentences = [
    t(`routing_trigger_${explanation.trigger}`),
    t(`routing_reason_${explanation.reason}`),
    place(explanation.waited_s, explanation.credits, words),
  ];
  if (explanation.step > 0) sentences.push(t('why.step', { count: explanation.step }));
  if (explanation.agents.all > 0) sentences.push(heads(explanation.agents, words));
  if (explanation.left_waiting > 0)
    sentences.push(t('why.left', { count: explanation.left_waiting }));
  return { title, sentences };
}

/** "Waited 2:05; counted as 3:35 with 1:30 for the tier." */
export function place(
  waitedS: number,
  credits: Credits,
  words: Pick<Words, 't' | 'time' | 'join'>,
): string {
  const { t, time } = words;
  const parts = creditParts(credits, words);
  const waited = time.waiting(waitedS);
  if (parts.length === 0) return t('why.waited', { time: waited });
  return t('why.waitedWith', {
    time: waited,
    total: time.waiting(waitedS + creditTotal(credits)),
    parts: words.join(parts),
  });
}

export function creditParts(credits: Credits, words: Pick<Words, 't' | 'time'>): string[] {
  const { t, time } = words;
  const kinds = ['tier', 'severity', 'stage', 'added'] as const;
  return kinds.flatMap((kind) => {
    const seconds = credits[`${kind}_s`];
    return seconds > 0 ? [t(`why.credit.${kind}`, { time: time.waiting(seconds) })] : [];
  });
}

/** All credits together are at most a day. */
const CREDIT_S_MAX = 24 * 3600;

export function creditTotal(credits: Credits): number {
  const sum = credits.tier_s + credits.severity_s + credits.stage_s + credits.added_s;
  return Math.min(sum, CREDIT_S_MAX);
}

const AGAINST = [
  'other_team',
  'lacking_skill',
  'below_level',
  'other_language',
  'absent',
  'full',
  'paused',
] as const;

function heads(agents: Headcount, words: Words): string {
  const { t } = words;
  const against = AGAINST.flatMap((kind) =>
    agents[kind] > 0 ? [t(`why.heads.${kind}`, { count: agents[kind] })] : [],
  );
  const free = t('why.heads.free', { count: agents.free });
  const all = t('why.heads.all', { count: agents.all });
  return t('why.heads', { all, parts: words.join([...against, free]) });
}
