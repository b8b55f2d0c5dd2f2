/** What a webhook or a delivery says about itself, in words and colours. */
import type { Webhook, WebhookAttempt, WebhookDelivery, WebhookDeliveryState } from '@zhiyin/api';
import type { PlainKey, T } from '@zhiyin/i18n';

type Tone = 'quiet' | 'vermilion' | 'amber' | 'moss';

export interface Said {
  tone: Tone;
  label: PlainKey;
}

export function stateOf(webhook: Webhook): Said {
  if (!webhook.is_enabled) {
    const isByHand = webhook.disabled_reason === 'by_hand';
    return { tone: isByHand ? 'quiet' : 'vermilion', label: 'webhook.off' };
  }
  if (webhook.failing_since) return { tone: 'amber', label: 'webhook.failing' };
  return { tone: 'moss', label: 'webhook.on' };
}

const tones: Record<WebhookDeliveryState, Tone> = {
  waiting: 'amber',
  delivered: 'moss',
  failed: 'vermilion',
};

export function toneOf(delivery: WebhookDelivery): Tone {
  return tones[delivery.state];
}

const ERRORS = [
  'invalid_url',
  'not_encrypted',
  'not_allowed',
  'unknown_host',
  'unreachable',
  'tls',
  'timeout',
  'broken',
] as const;

/** The status of an answer, or why there was none; empty before the first attempt. */
export function resultOf(
  t: T,
  of: Pick<WebhookAttempt, 'status' | 'error'> | { status?: number | null; error?: string | null },
): string {
  if (of.status) return `HTTP ${of.status}`;
  const known = ERRORS.find((one) => one === of.error);
  return known ? t(`webhook.error.${known}`) : (of.error ?? '');
}

const GROUPS = [
  'message',
  'conversation',
  'session',
  'case',
  'contact',
  'account',
  'queue_item',
  'deadline',
  'promise',
  'scheduled_message',
  'risk_warning',
  'agent',
  'automation',
  'setting',
] as const;

export interface EventGroup {
  id: string;
  label: string;
  types: string[];
}

/**
 * Events by what they are about, what is asked for most first. One that is chosen but unknown,
 * as after a downgrade, stays where it can be taken away.
 */
export function groupsOf(t: T, types: string[], chosen: string[]): EventGroup[] {
  const single = chosen.filter((one) => !one.endsWith('.*'));
  const all = [...new Set([...types, ...single])].toSorted();
  const ids = new Set([...all, ...chosen].map((one) => one.split('.')[0] ?? ''));
  const place = (id: string) => {
    const at = GROUPS.findIndex((one) => one === id);
    return at < 0 ? GROUPS.length : at;
  };
  return [...ids]
    .toSorted((a, b) => place(a) - place(b) || a.localeCompare(b, 'en'))
    .map((id) => {
      const known = GROUPS.find((one) => one === id);
      return {
        id,
        label: known ? t(`webhook.about.${known}`) : id,
        types: all.filter((one) => one.startsWith(`${id}.`)),
      };
    });
}

/** A whole group takes the place of its single events. */
export function chooseEvent(chosen: string[], id: string, isOn: boolean): string[] {
  const group = id.endsWith('.*') ? id.slice(0, -1) : null;
  const others = chosen.filter((one) => one !== id && !(isOn && group && one.startsWith(group)));
  return isOn ? [...others, id] : others;
}

/** JSON with line breaks, or the text as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
