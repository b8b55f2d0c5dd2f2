/** Values of custom attributes: kept as texts, shown and edited by their kind. Pure. */
import type { Attribute, Locale } from '@zhiyin/api';
import type { T, TimeFormat } from '@zhiyin/i18n';
import { localized } from '$lib/shared/names.ts';

export interface Shown {
  text: string;
  /** Where the value leads, for links that are safe to follow. */
  href: string | null;
}

/** How a value reads. One that does not fit its kind is shown as it came. */
export function shownValue(
  attribute: Attribute,
  value: string,
  reader: { t: T; locale: Locale; time: TimeFormat },
): Shown {
  const plain = { text: value, href: null };
  switch (attribute.kind) {
    case 'text':
      return plain;
    case 'number': {
      const number = Number(value);
      if (value.trim() === '' || Number.isNaN(number)) return plain;
      return { ...plain, text: new Intl.NumberFormat(reader.locale).format(number) };
    }
    case 'boolean':
      if (value === 'true') return { ...plain, text: reader.t('common.yes') };
      return value === 'false' ? { ...plain, text: reader.t('common.no') } : plain;
    case 'date': {
      const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
      if (!day) return plain;
      // A day has no zone: it is the same day for everybody.
      const at = new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
      return { ...plain, text: reader.time.date(at) };
    }
    case 'select': {
      const option = attribute.options.find((one) => one.value === value);
      return option ? { ...plain, text: localized(option.label, reader.locale) || value } : plain;
    }
    case 'link':
      return /^https?:\/\//i.test(value)
        ? { text: value.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, ''), href: value }
        : plain;
  }
}

/** A key as the server takes it, from what somebody typed as a name. */
export function toKey(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_\d]+|_+$/g, '')
    .slice(0, 40);
}
