/** Rules read aloud: "When a customer writes, if …: add the tag …". Pure. */
import type { AutomationAction, RuleNode, RuleTerms, RuleTrigger } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import { clause, isComplete, type RuleField } from './fields.ts';
import { keysFrom, toTree, type Item } from './tree.ts';

/** Names by id, and how a language writes. */
export interface Speech {
  t: T;
  locale: string;
  fields: readonly RuleField[];
  day: (at: Date) => string;
  /** The name of whatever has this id; what is gone is said to be. */
  name: (id: string | null | undefined) => string;
}

const TEXT_SHOWN = 60;

function list(speech: Speech, parts: string[], type: 'conjunction' | 'disjunction'): string {
  return new Intl.ListFormat(speech.locale, { type }).format(parts);
}

/** A length of time in the unit that reads best. */
export function spanText(locale: string, minutes: number): string {
  const [value, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute'];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(value);
}

export function triggerText(speech: Speech, trigger: RuleTrigger): string {
  const { t, locale } = speech;
  if (trigger.kind === 'time') {
    const span = spanText(locale, trigger.after_minutes);
    return t(`automation.clock.reads.${trigger.since}`, { span });
  }
  if (trigger.events.length === 0) return '…';
  const events = trigger.events.map((one) => t(`automation.event.${one}`));
  return list(speech, events, 'disjunction');
}

export function itemText(speech: Speech, item: Item): string {
  const { t, fields, day, locale } = speech;
  if (item.kind === 'leaf') {
    const field = fields.find((one) => one.id === item.field);
    return field && isComplete(field, item) ? clause(t, field, item, day, locale) : '…';
  }
  const parts = item.items.map((one) => {
    const text = itemText(speech, one);
    const isPlain = one.kind === 'leaf' || one.isNegated || one.items.length < 2;
    return isPlain ? text : t('automation.reads.group', { text });
  });
  const [first = '', ...rest] = parts;
  const joined = rest.reduce(
    (left, right) =>
      item.match === 'all' ? t('view.and', { left, right }) : t('view.or', { left, right }),
    first,
  );
  return item.isNegated ? t('automation.reads.not', { text: joined }) : joined;
}

export function conditionsText(speech: Speech, node: RuleNode | null | undefined): string {
  const tree = toTree(node, keysFrom());
  return tree.items.length === 0 ? '' : itemText(speech, tree);
}

const short = (text: string) => {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > TEXT_SHOWN ? `${line.slice(0, TEXT_SHOWN)}…` : line;
};

export function actionText(speech: Speech, action: AutomationAction): string {
  const { t, name, locale } = speech;
  switch (action.do) {
    case 'assign':
      if (!action.agent_id && !action.team_id) return t('automation.does.unassign');
      return t('automation.does.assign', {
        to: [action.team_id, action.agent_id].filter(Boolean).map(name).join(' / '),
      });
    case 'queue':
      return t('automation.does.queue', { name: action.queue_id ? name(action.queue_id) : '…' });
    case 'add_tags':
    case 'remove_tags': {
      const tags = action.tag_ids.map(name);
      const names = tags.length === 0 ? '…' : list(speech, tags, 'conjunction');
      return t(`automation.does.${action.do}`, { names });
    }
    case 'set_priority':
      return t('automation.does.set_priority', {
        priority: t(`conversation.priority.${action.priority}`),
      });
    case 'snooze':
      return t('automation.does.snooze', { span: spanText(locale, action.minutes) });
    case 'resolve':
    case 'reopen':
    case 'ask_rating':
      return t(`automation.does.${action.do}`);
    case 'note':
    case 'send':
      return t(`automation.does.${action.do}`, { text: short(action.text) || '…' });
    case 'send_phrase':
      return t('automation.does.send_phrase', {
        name: action.phrase_id ? name(action.phrase_id) : '…',
      });
    case 'call_webhook':
      return t('automation.does.call_webhook', {
        name: action.webhook_id ? name(action.webhook_id) : '…',
      });
    case 'create_case':
      return t('automation.does.create_case', {
        type: action.case_type_id ? name(action.case_type_id) : '…',
        title: short(action.title) || '…',
      });
  }
}

export function actionsText(speech: Speech, actions: readonly AutomationAction[]): string {
  if (actions.length === 0) return '…';
  return list(
    speech,
    actions.map((one) => actionText(speech, one)),
    'conjunction',
  );
}

/** The whole rule as one sentence. */
export function ruleText(speech: Speech, terms: RuleTerms): string {
  const when = triggerText(speech, terms.trigger);
  const conditions = conditionsText(speech, terms.conditions);
  const actions = actionsText(speech, terms.actions);
  return conditions === ''
    ? speech.t('automation.reads.always', { when, actions })
    : speech.t('automation.reads.rule', { when, conditions, actions });
}
