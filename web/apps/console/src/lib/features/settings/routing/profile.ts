/** What an agent can do, as the form holds it. Pure. */
import { WORK_KINDS, type AgentProfile, type Capacity, type WorkKind } from '@zhiyin/api';

/** A profile where none was kept: no skills, every language the workspace gives, three chats or a call. */
export const usualCapacity: Capacity = {
  units: 6,
  costs: { chat: 2, call: 6, mail: 1, task: 1 },
  most: {},
};

export const UNITS_MAX = 1000;
export const LANGUAGES = [
  'zh-CN',
  'en',
  'zh-TW',
  'ja',
  'ko',
  'fr',
  'de',
  'es',
  'pt',
  'ru',
  'ar',
  'th',
  'vi',
  'id',
  'ms',
  'it',
];

/** How many pieces of each kind fit at once, and of nothing else; null is not taken. */
export function fits(capacity: Capacity): Record<WorkKind, number | null> {
  const of = (kind: WorkKind): number | null => {
    const cost = capacity.costs[kind];
    if (cost === undefined || cost < 1) return null;
    const byUnits = Math.floor(capacity.units / cost);
    return Math.min(byUnits, capacity.most[kind] ?? byUnits);
  };
  return Object.fromEntries(WORK_KINDS.map((kind) => [kind, of(kind)])) as Record<
    WorkKind,
    number | null
  >;
}

/** What is sent: numbers within their limits, kinds that are off left out. */
export function bodyOf(profile: AgentProfile): Omit<AgentProfile, 'agent_id'> {
  const whole = (value: number) => Math.min(UNITS_MAX, Math.max(1, Math.round(value)));
  const costs: Capacity['costs'] = {};
  const most: Capacity['most'] = {};
  for (const kind of WORK_KINDS) {
    const cost = profile.capacity.costs[kind];
    if (cost === undefined) continue;
    costs[kind] = whole(cost);
    const upper = profile.capacity.most[kind];
    if (upper !== undefined) most[kind] = whole(upper);
  }
  const units = Math.min(UNITS_MAX, Math.max(0, Math.round(profile.capacity.units)));
  const { skills, languages, calendar_id, version } = profile;
  return { skills, languages, calendar_id, version, capacity: { units, costs, most } };
}
